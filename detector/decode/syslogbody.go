package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// innerHeader decodes a header of its own that an application wrote into its syslog message: a time and a level. What
// it states wins, but for a time without zone or date.
func (d *Decoder) innerHeader(b []byte) bool {
	if len(b) < 12 || !isDigit(b[0]) && b[0] != '[' {
		return false
	}
	var h head
	if at := h.lead(b); at < 0 || !h.hasWhen || !h.hasLevel {
		return false
	}
	keep, format, fields := d.draft, d.ev.Format, len(d.ev.Fields)
	if !d.header(b) || d.line.headOnly {
		d.undo(fields)
		d.draft, d.line.headOnly = keep, false
		return false
	}
	d.underHead(keep, keep.when)
	if d.ev.Format == "" || d.ev.Format == "text" {
		d.ev.Format = format
	}
	d.line.stated = true
	return true
}

// accessBody decodes a line of an access log that a web server or a proxy wrote into syslog. The header tells the time and,
// where it has one, the level.
func (d *Decoder) accessBody(b []byte) bool {
	open := bytes.IndexByte(b[:min(len(b), 512)], '[')
	if open < 0 || open+4 > len(b) || !isDigit(b[open+1]) || b[open+3] != '/' { // [22/Nov/2026:23:44:43 +0000]
		return false
	}
	keep, format, structured := d.draft, d.ev.Format, d.ev.Structured
	if _, level, ok := d.haproxy(b); ok {
		d.draft.level = level
		d.message(b)
	} else if !d.access(b) {
		return false
	}
	d.ev.Format, d.ev.Structured = format, structured
	if keep.level != detector.LevelNone {
		d.draft.level = keep.level
	}
	d.draft.when, d.draft.hasWhen = keep.when, keep.hasWhen
	d.line.own, d.line.text = true, b
	return true
}

// daemonLevel reads what daemons put before a message where nothing else says its level: a word and a colon (Postfix,
// OpenSSH), perhaps behind the name of a part (Dovecot), a word in brackets (NetworkManager), or Cisco's
// %FACILITY-SEVERITY-NAME.
func daemonLevel(b []byte) detector.Level {
	if len(b) == 0 {
		return detector.LevelNone
	}
	switch b[0] {
	case '[', '<':
		end := bytes.IndexByte(b[:min(len(b), 16)], b[0]+2)
		if end < 4 {
			return detector.LevelNone
		}
		level, _ := levelOf(b[1:end])
		return level
	case '%':
		return ciscoLevel(b)
	}
	colon := bytes.IndexByte(b[:min(len(b), 32)], ':')
	if colon < 0 || !hasPrefix(b[colon:], ": ") {
		return detector.LevelNone
	}
	if level := daemonWord(b[:colon]); level != detector.LevelNone {
		return level
	}
	rest := b[colon+2:]
	colon = bytes.IndexByte(rest[:min(len(rest), 16)], ':')
	if colon < 0 || !hasPrefix(rest[colon:], ": ") || !isUpper(rest[0]) {
		return detector.LevelNone
	}
	return daemonWord(rest[:colon])
}

func daemonWord(word []byte) detector.Level {
	switch string(word) {
	case "debug", "debug1", "debug2", "debug3", "Debug", "DEBUG":
		return detector.LevelDebug
	case "Info", "INFO", "Notice", "NOTICE":
		return detector.LevelInfo
	case "warning", "Warning", "WARNING", "WARN":
		return detector.LevelWarn
	case "error", "Error", "ERROR":
		return detector.LevelError
	case "fatal", "panic", "Fatal", "Panic", "FATAL", "CRITICAL", "PANIC":
		return detector.LevelFatal
	}
	return detector.LevelNone
}

// ciscoLevel reads the severity of %FACILITY-SEVERITY-NAME: as syslog's.
func ciscoLevel(b []byte) detector.Level {
	colon := bytes.IndexByte(b[:min(len(b), 64)], ':')
	if colon < 0 {
		return detector.LevelNone
	}
	for i := 1; i+2 < colon; i++ {
		switch c := b[i]; {
		case c == '-' && isDigit(b[i+1]) && b[i+1] < '8' && b[i+2] == '-':
			return syslogLevel(int(b[i+1] - '0'))
		case !isUpper(c) && !isDigit(c) && c != '_' && c != '-':
			return detector.LevelNone
		}
	}
	return detector.LevelNone
}
