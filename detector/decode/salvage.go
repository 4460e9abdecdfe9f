package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// salvage decodes a JSON record whose end was cut off, by a bound on the length of lines: whole keys are taken, and what
// is left of the last. It must have a message, and a level or time; false leaves behind what was taken.
func (d *Decoder) salvage(b []byte) bool {
	f := &d.draft
	if end := bytes.TrimRight(b, " "); len(end) < 2 || bytes.IndexByte([]byte(",{["), end[len(end)-1]) >= 0 {
		return false // the first line of one that was printed over many
	}
	key := &d.names.start
	for i := skipSpace(b, 1); i < len(b); {
		from := i
		if key, i = d.key(b, i, key); key == nil || i >= len(b) {
			if !halfKey(b[from:]) {
				return false
			}
			d.add("truncated", detector.KindString, b[from:])
			break
		}
		if b[i] == '"' {
			end, escaped := stringEnd(b, i+1)
			text := b[i+1:]
			if end >= 0 {
				text = b[i+1 : end]
			} else {
				text, escaped, end = text[:len(text)-halfEscape(text)], true, len(b)-1
			}
			if escaped {
				text = d.unescaped(text)
			}
			d.take(key, detector.KindString, text)
			i = end + 1
		} else {
			end, kind := scanValue(b, i, 1)
			if end < 0 {
				d.field(key, detector.KindString, b[i:])
				break
			}
			d.take(key, kind, b[i:end])
			i = end
		}
		if i = skipSpace(b, i); i < len(b) && b[i] != ',' {
			return false
		}
		i = skipSpace(b, i+1)
	}
	return f.message.key != nil && (f.levelKey != nil || f.hasWhen)
}

// halfKey tells whether b is a key without its end, or without its value.
func halfKey(b []byte) bool {
	if len(b) == 0 || b[0] != '"' {
		return false
	}
	end, _ := stringEnd(b, 1)
	if end < 0 {
		return true
	}
	i := skipSpace(b, end+1)
	return i >= len(b) || b[i] == ':' && skipSpace(b, i+1) >= len(b)
}

// halfEscape is the number of bytes at the end of b that begin an escape and do not finish it.
func halfEscape(b []byte) int {
	i := bytes.LastIndexByte(b, '\\')
	if i < 0 {
		return 0
	}
	before := 0
	for before < i && b[i-1-before] == '\\' {
		before++
	}
	if n := len(b) - i; before%2 == 0 && (n == 1 || b[i+1] == 'u' && n < len(`\u0000`)) {
		return n
	}
	return 0
}
