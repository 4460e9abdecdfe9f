package decode

import "bytes"

// extendRow joins a line to a row of csvlog whose quote was open: whatever the line looks like, it is part of the row.
func (d *Decoder) extendRow(s *slot) {
	d.line.text = d.line.whole
	d.extend(s)
	text := d.line.whole
	if bytes.Count(text, []byte{'"'})%2 == 1 {
		s.info.quoted = false
		d.trimRow(s, len(text))
		d.end(s)
	}
}

// trimRow takes the further cells of the row's last line from the message.
func (d *Decoder) trimRow(s *slot, last int) {
	tail := s.message[max(0, len(s.message)-last):]
	for i := 0; i < len(tail); i++ {
		if tail[i] != '"' {
			continue
		}
		if i+1 < len(tail) && tail[i+1] == '"' {
			i++
			continue
		}
		cut := len(tail) - i
		s.message = s.message[:len(s.message)-cut]
		s.size -= cut
		d.waiting.size -= cut
		return
	}
}
