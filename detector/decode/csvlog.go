package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// csvColumns are the columns of PostgreSQL's csvlog that become fields, by number.
var csvColumns = map[int]string{
	1: "user", 2: "database", 3: "pid", 4: "client", 7: "command", 12: "sql_state", 14: "detail", 15: "hint", 18: "context",
	19: "statement", 22: "application_name", 23: "backend_type",
}

// csvlog reads a row of PostgreSQL's csvlog: a time first and the severity twelfth. A row whose quotes are not closed
// goes on in the next line; it then waits as it is.
func (d *Decoder) csvlog(b []byte) bool {
	comma := bytes.IndexByte(b[:min(len(b), 40)], ',')
	if comma < 19 {
		return false
	}
	s, ok := stampOf(b[:comma])
	if !ok || !s.dated || !s.zoned || s.unix {
		return false
	}
	rest := b[comma:]
	var level detector.Level
	open := false
	for column := 1; len(rest) > 0 && rest[0] == ','; column++ {
		var text []byte
		var closed bool
		text, rest, closed = d.csvCell(rest[1:])
		if !closed {
			open = true
			if column < 13 {
				return false
			}
		}
		switch {
		case column == 11:
			if level, ok = levelOf(text); !ok {
				return false
			}
		case column == 13:
			d.message(text)
		case csvColumns[column] != "" && len(text) > 0:
			kind := detector.KindString
			if column == 3 {
				kind = detector.KindNumber
			}
			d.add(csvColumns[column], kind, text)
		}
	}
	if level == detector.LevelNone || d.draft.message.key == nil {
		return false
	}
	f := &d.draft
	f.when, f.hasWhen, f.level = s, true, level
	d.ev.Format, d.ev.Structured = "csvlog", true
	d.line.single, d.line.headed, d.line.quoted = !open, open, open
	return true
}

// csvCell reads one cell, quoted or not, and gives what follows it.
func (d *Decoder) csvCell(b []byte) (text, rest []byte, closed bool) {
	if len(b) == 0 || b[0] != '"' {
		if i := bytes.IndexByte(b, ','); i >= 0 {
			return b[:i], b[i:], true
		}
		return b, nil, true
	}
	doubled := false
	for i := 1; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		if i+1 < len(b) && b[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		return d.undouble(b[1:i], doubled), b[i+1:], true
	}
	return d.undouble(b[1:], doubled), nil, false
}

func (d *Decoder) undouble(b []byte, doubled bool) []byte {
	if !doubled {
		return b
	}
	at := len(d.arena)
	for i := 0; i < len(b); i++ {
		d.arena = append(d.arena, b[i])
		if b[i] == '"' && i+1 < len(b) && b[i+1] == '"' {
			i++
		}
	}
	return d.arena[at:len(d.arena):len(d.arena)]
}
