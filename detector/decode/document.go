package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// document decodes a JSON or XML record that was printed over many lines, when the line at hand closes it: a brace or
// an end tag in the first column. The lines before wait in s, joined as text. false where it is no record.
func (d *Decoder) document(s *slot) bool {
	end := bytes.TrimSuffix(d.line.text, []byte{','})
	if len(s.message) == 0 || d.full(s) || !closes(s.message, end) {
		return false
	}
	began := s.ev.Position.Offset == d.rec.Offset
	if cut := bytes.IndexByte(d.rec.Value, '\n'); !began && cut >= 0 && cut < len(d.rec.Value)-1 {
		return false // a successor that reads this record alone would count its events differently
	}
	s.closed = true // one try, so that the work stays linear
	text := append(d.joined[:0], s.message...)
	for range s.blanks + 1 {
		text = append(text, '\n')
	}
	text = append(text, end...)
	d.joined = text
	fields, outer := len(d.ev.Fields), d.outer
	wrapped := d.line.source != d.base
	d.draft.reset()
	if text[0] == '<' {
		if !d.xml(text) {
			d.undo(fields)
			return false
		}
	} else {
		if !d.object(text) || !d.hasCore() {
			d.undo(fields)
			return false
		}
		if len(d.draft.nested) > 0 {
			d.open()
		}
		d.complete(text)
		d.ev.Format = "json"
	}
	if wrapped {
		d.around(&outer)
	}
	d.ev.Structured = true
	d.ev.Position = s.ev.Position
	d.line.physical += s.ev.Lines
	d.line.size += s.ev.Bytes
	d.line.single, d.line.plain = true, false
	d.release(s)
	d.settle()
	d.leave(nil)
	if began {
		d.segments-- // it was counted when its first line came
	}
	d.direct()
	return true
}

// closes tells whether end closes the document that text begins.
func closes(text, end []byte) bool {
	switch {
	case text[0] == '{':
		return len(end) == 1 && end[0] == '}'
	case text[0] == '<' && len(end) > 3 && end[0] == '<' && end[1] == '/' && end[len(end)-1] == '>':
		name := end[2 : len(end)-1]
		return bytes.HasPrefix(text[1:], name) && len(text) > len(name)+1 && !isWord(text[len(name)+1])
	}
	return false
}

// xml decodes an event of java.util.logging, log4j, JBoss or Windows: elements and attributes are keys by their local
// names, the Data of Windows by what Name says.
func (d *Decoder) xml(b []byte) bool {
	x := xmlReader{b: b}
	f := &d.draft
	windows := false
	for {
		key, text, ok := x.next(d)
		if !ok {
			break
		}
		windows = windows || string(key) == "SystemTime"
		n, isLevel := 0, false
		if len(text) == 1 && string(key) == "Level" && isDigit(text[0]) {
			n, isLevel = int(text[0]-'0'), true
		}
		name := d.names.get(key)
		switch {
		case isLevel:
			if f.levelKey == nil {
				f.level, f.levelKey, f.levelRaw, f.levelRank = windowsLevel(n), name, text, 9
			}
		case string(key) == "SystemTime":
			if s, ok := stampOf(text); ok {
				f.when, f.hasWhen, f.whenKey = s, true, name
			}
		default:
			d.take(name, detector.KindString, text)
		}
	}
	f.nested = f.nested[:0]
	if !x.done || f.levelKey == nil && !f.hasWhen {
		return false
	}
	if f.message.key == nil && windows {
		d.message(b)
	}
	d.ev.Format, d.ev.Structured = "xml", true
	d.line.single = true
	return true
}

// xmlLine decodes an event that stands on one line.
func (d *Decoder) xmlLine(b []byte) bool {
	fields, keep := len(d.ev.Fields), d.draft
	d.draft.nested = nil
	d.draft.reset()
	if d.xml(b) {
		return true
	}
	d.undo(fields)
	d.draft = keep
	return false
}

// windowsLevel maps the levels of Windows events: 1 critical to 5 verbose, and 0 for those that are always logged.
func windowsLevel(n int) detector.Level {
	switch n {
	case 1:
		return detector.LevelFatal
	case 2:
		return detector.LevelError
	case 3:
		return detector.LevelWarn
	case 5:
		return detector.LevelDebug
	}
	return detector.LevelInfo
}
