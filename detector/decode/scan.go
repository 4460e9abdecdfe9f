package decode

import (
	"encoding/binary"
	"math/bits"

	"github.com/tocsin-io/tocsin/detector"
)

// maxDepth bounds how deep JSON may be nested; what is deeper is text.
const maxDepth = 256

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// stringEnd returns the index of the quote that closes the JSON string whose first byte after the opening quote is
// at i, and whether escapes occur in it; -1 where it is not closed. Control characters are let pass, as many loggers
// write them. Eight bytes are looked at in a step (SWAR): a zero byte in x^quote or x^backslash marks a hit, and the
// lowest mark is never a false one.
func stringEnd(b []byte, i int) (end int, escaped bool) {
	for i+8 <= len(b) {
		x := binary.LittleEndian.Uint64(b[i:])
		q := x ^ (ones * '"')
		s := x ^ (ones * '\\')
		hits := ((q-ones)&^q | (s-ones)&^s) & highs
		if hits == 0 {
			i += 8
			continue
		}
		if i += bits.TrailingZeros64(hits) / 8; b[i] == '"' {
			return i, escaped
		}
		escaped = true
		i += 2
	}
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			return i, escaped
		case '\\':
			escaped = true
			i++
		}
	}
	return -1, escaped
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// scanValue checks the JSON value that begins at i and returns the index after it and its kind; -1 where it is not
// JSON. NaN and Infinity, which Python and JavaScript write, pass as strings.
func scanValue(b []byte, i, depth int) (end int, kind detector.ValueKind) {
	if i >= len(b) {
		return -1, 0
	}
	switch c := b[i]; c {
	case '"':
		end, _ := stringEnd(b, i+1)
		if end < 0 {
			return -1, 0
		}
		return end + 1, detector.KindString
	case '{':
		return scanObject(b, i, depth), detector.KindObject
	case '[':
		return scanArray(b, i, depth), detector.KindArray
	case 't':
		return literal(b, i, "true"), detector.KindBool
	case 'f':
		return literal(b, i, "false"), detector.KindBool
	case 'n':
		return literal(b, i, "null"), detector.KindNull
	case 'N':
		return literal(b, i, "NaN"), detector.KindString
	case 'I':
		return literal(b, i, "Infinity"), detector.KindString
	case '-':
		if i+1 < len(b) && b[i+1] == 'I' {
			return literal(b, i, "-Infinity"), detector.KindString
		}
		return scanNumber(b, i), detector.KindNumber
	default:
		if c >= '0' && c <= '9' {
			return scanNumber(b, i), detector.KindNumber
		}
	}
	return -1, 0
}

func literal(b []byte, i int, s string) int {
	if len(b)-i >= len(s) && string(b[i:i+len(s)]) == s {
		return i + len(s)
	}
	return -1
}

func scanObject(b []byte, i, depth int) int {
	if depth >= maxDepth {
		return -1
	}
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1
	}
	for i < len(b) {
		if b[i] != '"' {
			return -1
		}
		end, _ := stringEnd(b, i+1)
		if end < 0 {
			return -1
		}
		if i = skipSpace(b, end+1); i >= len(b) || b[i] != ':' {
			return -1
		}
		if i, _ = scanValue(b, skipSpace(b, i+1), depth+1); i < 0 {
			return -1
		}
		if i = skipSpace(b, i); i >= len(b) {
			return -1
		}
		if b[i] == '}' {
			return i + 1
		}
		if b[i] != ',' {
			return -1
		}
		i = skipSpace(b, i+1)
	}
	return -1
}

func scanArray(b []byte, i, depth int) int {
	if depth >= maxDepth {
		return -1
	}
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == ']' {
		return i + 1
	}
	for i < len(b) {
		if i, _ = scanValue(b, i, depth+1); i < 0 {
			return -1
		}
		if i = skipSpace(b, i); i >= len(b) {
			return -1
		}
		if b[i] == ']' {
			return i + 1
		}
		if b[i] != ',' {
			return -1
		}
		i = skipSpace(b, i+1)
	}
	return -1
}

func scanNumber(b []byte, i int) int {
	if b[i] == '-' {
		i++
	}
	start := i
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	if i == start || (b[start] == '0' && i > start+1) {
		return -1
	}
	if i < len(b) && b[i] == '.' {
		start = i + 1
		for i++; i < len(b) && isDigit(b[i]); i++ {
		}
		if i == start {
			return -1
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		start = i
		for i < len(b) && isDigit(b[i]) {
			i++
		}
		if i == start {
			return -1
		}
	}
	return i
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func isAlpha(c byte) bool { return (c|0x20)-'a' < 26 }

func isUpper(c byte) bool { return c-'A' < 26 }

func isWord(c byte) bool { return isAlpha(c) || isDigit(c) || c == '_' }

func isHex(c byte) bool { return isDigit(c) || (c|0x20)-'a' < 6 }
