package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// haproxy reads HAProxy's log line: CLIENT:PORT [TIME] FRONTEND BACKEND/SERVER TIMERS STATUS BYTES … "REQUEST". It adds
// fields, and gives the time and the level that the status shows.
func (d *Decoder) haproxy(b []byte) (s stamp, level detector.Level, ok bool) {
	client, i := token(b, 0)
	if bytes.IndexByte(client, ':') < 0 || !hasPrefix(b[i:], " [") {
		return s, 0, false
	}
	s, n := parseStamp(b[i+2:])
	i += 2 + n
	if n == 0 || !s.dated || !hasPrefix(b[i:], "] ") {
		return s, 0, false
	}
	frontend, i := token(b, i+2)
	backend, i := token(b, min(i+1, len(b)))
	timers, i := token(b, min(i+1, len(b)))
	status, i := token(b, min(i+1, len(b)))
	if bytes.IndexByte(backend, '/') < 0 || bytes.IndexByte(timers, '/') < 0 {
		return s, 0, false
	}
	d.add("client", detector.KindString, client)
	d.add("frontend", detector.KindString, frontend)
	d.add("backend", detector.KindString, backend)
	if len(status) == 3 && bytes.Count(timers, []byte{'/'}) == 4 { // a connection without HTTP has bytes there
		code, _ := digits(status, 0, 3)
		level = statusLevel(code)
		d.add("status", detector.KindNumber, status)
	}
	if open := bytes.Index(b[i:], []byte(" \"")); open >= 0 {
		start := i + open + 2
		if end := bytes.LastIndexByte(b, '"'); end > start {
			d.request(b[start:end])
		}
	}
	return s, level, true
}

// haproxyLine decodes it where it stands alone.
func (d *Decoder) haproxyLine(b []byte) bool {
	s, level, ok := d.haproxy(b)
	if !ok {
		return false
	}
	f := &d.draft
	f.when, f.hasWhen, f.level = s, true, level
	d.message(b)
	d.ev.Format, d.ev.Structured = "haproxy", true
	d.line.single = true
	return true
}
