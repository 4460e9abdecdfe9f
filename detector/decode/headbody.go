package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// headBody joins the second line of java.util.logging, LEVEL: message, to the first; false where the line is no such.
func (d *Decoder) headBody(s *slot) bool {
	if d.draft.hasWhen || d.ev.Level == detector.LevelNone || len(s.message) > 0 || !d.line.headed || d.full(s) {
		return false
	}
	s.info.headOnly = false
	s.ev.Level = d.ev.Level
	if s != d.recSlot {
		d.leaveOther(s)
		s.records = append(s.records, d.here())
		d.segments++
	}
	s.ev.Lines += d.line.physical
	s.ev.Bytes += d.line.size
	s.touched = d.rec.Time
	s.message = append(s.message, d.ev.Message...)
	s.size += len(d.ev.Message)
	d.waiting.size += len(d.ev.Message)
	return true
}

// dotnet knows the first line of .NET's console, level: Category[EventID], and takes the category away where the
// message stands on the same line.
func (d *Decoder) dotnet(h *head, b []byte, at int) (start int, headOnly bool) {
	if !h.hasLevel || at < 1 || b[at-1] != ':' {
		return at, false
	}
	i := skipBlanks(b, at)
	category, end := token(b, i)
	open := bytes.LastIndexByte(category, '[')
	if open < 1 || category[len(category)-1] != ']' || !isNumber(category[open+1:len(category)-1]) || !isName(category[:open]) {
		return at, false
	}
	h.logger = category[:open]
	return end, skipBlanks(b, end) == len(b)
}

// namedJSON decodes NAME: {record}, where the record states a message and a level of its own.
func (d *Decoder) namedJSON(b []byte) bool {
	name, end := token(b, 0)
	n := len(name) - 1
	if n < 1 || name[n] != ':' || !hasPrefix(b[end:], " {\"") || !isName(name[:n]) {
		return false
	}
	keep, fields, single := d.draft, len(d.ev.Fields), d.line.single
	structured, format := d.ev.Structured, d.ev.Format
	if !d.innerJSON(b[end+1:]) {
		return false
	}
	if d.draft.levelKey == nil || d.draft.message.key == nil {
		d.undo(fields)
		d.draft, d.line.single, d.ev.Structured, d.ev.Format = keep, single, structured, format
		return false
	}
	d.add("logger", detector.KindString, name[:n])
	return true
}
