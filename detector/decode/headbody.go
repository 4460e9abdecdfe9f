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
