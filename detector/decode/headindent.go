package decode

import "bytes"

// indentedHeader decodes a header that blanks stand before: one before a level in capitals (set to the right in its
// column, or so by style), two before a whole time and a level (Rust's tracing, pretty). Deeper lines, and all others,
// are part of what stands above.
func (d *Decoder) indentedHeader(b []byte) bool {
	if len(b) < 8 {
		return false
	}
	if isUpper(b[1]) {
		word, end := token(b, 1)
		return end < len(b) && shout(word) && d.header(b[1:])
	}
	if b[1] != ' ' || !isDigit(b[2]) {
		return false
	}
	s, n := parseStamp(b[2:])
	if n == 0 || !s.whole() || s.unix {
		return false
	}
	word, _ := token(b, skipBlanks(b, 2+n))
	return shout(bytes.TrimSuffix(word, []byte{':'})) && d.header(b[2:])
}
