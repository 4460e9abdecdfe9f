package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// object decodes b if it is one JSON object and nothing else. Where it is not, what was taken so far is to be reset.
func (d *Decoder) object(b []byte) bool {
	i := skipSpace(b, 0)
	if i >= len(b) || b[i] != '{' {
		return false
	}
	if i = skipSpace(b, i+1); i < len(b) && b[i] == '}' {
		return skipSpace(b, i+1) == len(b)
	}
	key := &d.names.start
	for i < len(b) {
		if key, i = d.key(b, i, key); key == nil || i >= len(b) {
			return false
		}
		if b[i] == '"' {
			end, escaped := stringEnd(b, i+1)
			if end < 0 {
				return false
			}
			text := b[i+1 : end]
			if escaped {
				text = d.unescaped(text)
			}
			i = end + 1
			d.take(key, detector.KindString, text)
		} else {
			end, kind := scanValue(b, i, 1)
			if end < 0 {
				return false
			}
			text := b[i:end]
			i = end
			d.take(key, kind, text)
		}
		if i < len(b) && b[i] <= ' ' {
			i = skipSpace(b, i)
		}
		if i >= len(b) {
			return false
		}
		if b[i] == '}' {
			return i+1 == len(b) || skipSpace(b, i+1) == len(b)
		}
		if b[i] != ',' {
			return false
		}
		if i++; i < len(b) && b[i] <= ' ' {
			i = skipSpace(b, i)
		}
	}
	return false
}

// key reads the key whose opening quote is at i, and gives the index of its value. Objects of a stream have the same
// keys in the same order, so what followed the key before is tried first: one comparison instead of a search for the
// quote, a look-up and a look for the colon. It is nil where the text is no key.
func (d *Decoder) key(b []byte, i int, before *name) (key *name, value int) {
	if n := before.next; n != nil {
		if end := i + len(n.quoted); end < len(b) && string(b[i:end]) == n.quoted {
			return n, skipSpace(b, end)
		}
	}
	if b[i] != '"' {
		return nil, 0
	}
	end, escaped := stringEnd(b, i+1)
	switch {
	case end < 0:
		return nil, 0
	case escaped:
		key = d.names.get(d.unescaped(b[i+1 : end]))
	default:
		key = d.names.get(b[i+1 : end])
		d.names.quote(key)
		before.next = key
	}
	if i = skipSpace(b, end+1); i >= len(b) || b[i] != ':' {
		return nil, 0
	}
	return key, skipSpace(b, i+1)
}

// unescaped gives the text of an escaped JSON string; it stands in the decoder's own memory until the next event.
func (d *Decoder) unescaped(b []byte) []byte {
	start := len(d.arena)
	d.arena = unescape(d.arena, b)
	return d.arena[start:len(d.arena):len(d.arena)]
}

// members walks an object that was checked before.
type members struct {
	b []byte
	i int
}

func membersOf(b []byte) members { return members{b, skipSpace(b, 1)} }

// next gives the next key and value; the value of a string is unescaped.
func (m *members) next(d *Decoder) (key *name, kind detector.ValueKind, text []byte, ok bool) {
	b := m.b
	if m.i >= len(b) || b[m.i] != '"' {
		return nil, 0, nil, false
	}
	end, escaped := stringEnd(b, m.i+1)
	if end < 0 {
		return nil, 0, nil, false
	}
	text = b[m.i+1 : end]
	if escaped {
		text = d.unescaped(text)
	}
	key = d.names.get(text)
	kind, text, ok = m.value(d, skipSpace(b, skipSpace(b, end+1)+1))
	return key, kind, text, ok
}

// value gives the value at i and moves behind it.
func (m *members) value(d *Decoder, i int) (kind detector.ValueKind, text []byte, ok bool) {
	b := m.b
	end, kind := scanValue(b, i, 1)
	if end < 0 {
		m.i = len(b)
		return 0, nil, false
	}
	text = b[i:end]
	if kind == detector.KindString && text[0] == '"' {
		if text = text[1 : len(text)-1]; bytes.IndexByte(text, '\\') >= 0 {
			text = d.unescaped(text)
		}
	}
	if m.i = skipSpace(b, end); m.i < len(b) && b[m.i] == ',' {
		m.i = skipSpace(b, m.i+1)
	}
	return kind, text, true
}

// element gives the next value of an array.
func (m *members) element(d *Decoder) (kind detector.ValueKind, text []byte, ok bool) {
	if m.i >= len(m.b) || m.b[m.i] == ']' {
		return 0, nil, false
	}
	return m.value(d, m.i)
}
