package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// uwsgi reads a request that uWSGI logs: [pid: 12|app: 0|req: 1/1] CLIENT (USER) {vars} [TIME] METHOD PATH => generated N
// bytes in N msecs (PROTOCOL STATUS) and how many headers.
func (d *Decoder) uwsgi(b []byte) bool {
	if !hasPrefix(b, "[pid: ") {
		return false
	}
	open := bytes.Index(b, []byte("} ["))
	if open < 0 {
		return false
	}
	s, n := parseStamp(b[open+3:])
	i := open + 3 + n
	if n == 0 || !s.dated || !hasPrefix(b[i:], "] ") {
		return false
	}
	rest := b[i+2:]
	arrow := bytes.LastIndex(rest, []byte(" => generated "))
	method, at := token(rest, 0)
	if arrow <= at || !isMethod(method) {
		return false
	}
	answer := rest[arrow:]
	code, ok := 0, false
	protocol := bytes.Index(answer, []byte(" (HTTP/"))
	if protocol >= 0 {
		answer = answer[protocol+2:]
		if blank := bytes.IndexByte(answer, ' '); blank > 0 {
			code, ok = digits(answer, blank+1, 3)
			answer = answer[:min(blank+4, len(answer))]
		}
	}
	f := &d.draft
	f.when, f.hasWhen = s, true
	if end := bytes.IndexByte(b, ']'); end > 0 {
		client, _ := token(b, skipBlanks(b, end+1))
		d.add("client", detector.KindString, client)
	}
	d.add("method", detector.KindString, method)
	d.add("path", detector.KindString, rest[at+1:arrow])
	if ok {
		f.level = statusLevel(code)
		d.add("status", detector.KindNumber, answer[len(answer)-3:])
	}
	d.message(b)
	d.ev.Format, d.ev.Structured = "access", true
	d.line.single = true
	return true
}
