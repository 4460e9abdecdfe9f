package decode

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// unquoted undoes the escapes of Go's %q, Python's repr and Rust's Debug: those of JSON, \xNN, \' and \u{N}.
func (d *Decoder) unquoted(b []byte) []byte {
	if !bytes.Contains(b, []byte(`\x`)) && !bytes.Contains(b, []byte(`\'`)) && !bytes.Contains(b, []byte(`\u{`)) {
		return d.unescaped(b)
	}
	at := len(d.arena)
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\\')
		if i < 0 || i+1 >= len(b) {
			break
		}
		d.arena = append(d.arena, b[:i]...)
		b = b[i:]
		n := 2
		switch v, ok := hex2(b[1:]); {
		case ok:
			d.arena, n = append(d.arena, v), 4
		case b[1] == '\'':
			d.arena = append(d.arena, '\'')
		case hasPrefix(b, `\u{`):
			if r, end := braced(b); end > 0 {
				d.arena, n = utf8.AppendRune(d.arena, r), end
				break
			}
			d.arena = append(d.arena, b[:n]...)
		default:
			if b[1] == 'u' {
				n = min(6, len(b))
			}
			d.arena = unescape(d.arena, b[:n])
		}
		b = b[n:]
	}
	d.arena = append(d.arena, b...)
	return d.arena[at:len(d.arena):len(d.arena)]
}

// braced reads \u{N} and gives the index after it; 0 where it is none.
func braced(b []byte) (rune, int) {
	end := bytes.IndexByte(b[:min(len(b), 12)], '}')
	if end < 4 {
		return 0, 0
	}
	v, err := strconv.ParseUint(string(b[3:end]), 16, 32)
	if err != nil || v > utf8.MaxRune {
		return 0, 0
	}
	return rune(v), end + 1
}

// hex2 reads xNN.
func hex2(b []byte) (byte, bool) {
	if len(b) < 3 || b[0] != 'x' || !isHex(b[1]) || !isHex(b[2]) {
		return 0, false
	}
	return unhex(b[1])<<4 | unhex(b[2]), true
}

func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return (c | 0x20) - 'a' + 10
}
