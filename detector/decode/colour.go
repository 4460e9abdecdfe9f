package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// coloured decodes a line whose header has colours.
func (d *Decoder) coloured(b []byte) bool {
	d.clean = stripANSI(d.clean[:0], b)
	text := d.clean
	if b[0] == 0x1b { // what is set to the right by blanks inside the colours begins a line all the same
		text = trimBlank(text)
	}
	if skipSpace(text, 0) == len(text) || !d.recognise(text) {
		return false
	}
	d.line.coloured = true
	if !d.line.single {
		d.line.text = text
	}
	d.ownColours(b)
	return true
}

// colouredLevel decodes a line again without its colours where only they kept its level from being seen.
func (d *Decoder) colouredLevel(b []byte, fields int) {
	line := d.line
	d.undo(fields)
	d.draft.reset()
	if d.coloured(b) && d.draft.level != detector.LevelNone {
		return
	}
	d.undo(fields)
	d.draft.reset()
	d.line = line
	d.recognise(b)
}

// ownColours gives the message back the colours that were logged, and not those of the logger: it is found in the
// coloured line by the visible characters before it.
func (d *Decoder) ownColours(b []byte) {
	text := d.draft.message.text
	if len(text) == 0 || len(d.clean) <= len(text) || &d.clean[len(d.clean)-1] != &text[len(text)-1] {
		return
	}
	i := 0
	for before := len(d.clean) - len(text); i < len(b); {
		if n := escape(b[i:]); n > 0 {
			i += n
			continue
		}
		if before == 0 {
			break
		}
		before--
		i++
	}
	for i > 0 && b[i-1] == 'm' { // colours right before the text, but no resets, are the text's own
		open := bytes.LastIndexByte(b[:i], 0x1b)
		if open < 0 || escape(b[open:]) != i-open || reset(b[open:i]) {
			break
		}
		i = open
	}
	own, closed := b[i:], 0
	for bytes.HasSuffix(own, []byte("m")) {
		open := bytes.LastIndexByte(own, 0x1b)
		if open < 0 || !reset(own[open:]) {
			break
		}
		own = own[:open]
		closed++
	}
	for inner := own; len(inner) > 0 && inner[0] == 0x1b; { // the logger's own, if they reach to the end of the line
		n := escape(inner)
		if n == 0 {
			break
		}
		inner = inner[n:]
		if bytes.IndexByte(inner, 0x1b) < 0 {
			return
		}
		if closed > 0 {
			own = inner
			closed--
		}
	}
	if bytes.Count(own, []byte{0x1b}) >= 2 && !bytes.Contains(own, []byte("=")) {
		d.draft.message.text = own
	}
}

// escape gives the length of the escape sequence that begins b; 0 where none does.
func escape(b []byte) int {
	if len(b) < 2 || b[0] != 0x1b || b[1] != '[' {
		return 0
	}
	for i := 2; i < len(b); i++ {
		if b[i] < 0x20 || b[i] > 0x3f {
			return i + 1
		}
	}
	return len(b)
}

// reset tells whether a sequence only ends colours.
func reset(b []byte) bool {
	switch string(b) {
	case "\x1b[0m", "\x1b[m", "\x1b[39m", "\x1b[49m", "\x1b[22m", "\x1b[23m", "\x1b[0;39m":
		return true
	}
	return false
}

// stripANSI appends b to dst without its escape sequences.
func stripANSI(dst, b []byte) []byte {
	for {
		i := bytes.IndexByte(b, 0x1b)
		if i < 0 {
			return append(dst, b...)
		}
		dst = append(dst, b[:i]...)
		n := i + 1
		if n < len(b) && b[n] == '[' {
			for n++; n < len(b) && b[n] >= 0x20 && b[n] <= 0x3f; n++ {
			}
			n++
		}
		if n >= len(b) {
			return dst
		}
		b = b[n:]
	}
}

// uncoloured takes the resets from the end of a line below a coloured header, and with them the colours from its
// beginning.
func uncoloured(b []byte) []byte {
	closed := false
	for bytes.HasSuffix(b, []byte("m")) {
		open := bytes.LastIndexByte(b, 0x1b)
		if open < 0 || !reset(b[open:]) {
			break
		}
		b, closed = b[:open], true
	}
	for closed && len(b) > 0 && b[0] == 0x1b {
		n := escape(b)
		if n == 0 {
			break
		}
		b = b[n:]
	}
	return b
}
