package decode

import "bytes"

// indentedHeader decodes a header that blanks stand before: one before a level in capitals (set to the right in its
// column, or so by style), two before a whole time and a level (Rust's tracing, pretty), four before a date, a time
// and a level in brackets. Deeper lines, and all others, are part of what stands above.
func (d *Decoder) indentedHeader(b []byte) bool {
	if len(b) < 8 {
		return false
	}
	if isUpper(b[1]) {
		word, end := token(b, 1)
		return end < len(b) && shout(word) && d.header(b[1:])
	}
	i := 2
	if hasPrefix(b, "    ") {
		i = 4
	}
	if b[1] != ' ' || !isDigit(b[i]) {
		return false
	}
	s, n := parseStamp(b[i:])
	if n == 0 || !s.dated || s.unix || i == 2 && !s.whole() {
		return false
	}
	word, _ := token(b, skipBlanks(b, i+n))
	if i == 4 { // HashiCorp's older agents
		level, ok := bytes.CutPrefix(word, []byte{'['})
		level, closed := bytes.CutSuffix(level, []byte{']'})
		return ok && closed && (shout(level) || string(level) == "ERR") && d.header(b[i:])
	}
	return shout(bytes.TrimSuffix(word, []byte{':'})) && d.header(b[i:])
}
