package redact

import "math/bits"

// traits are what can be seen of a value without knowing it.
type traits struct {
	len, digits, lowers, uppers, others, blanks int
	dashes, dots, colons, slashes               int // of the others
	marks                                       int // of the others: those that no alphabet of tokens has
	hex                                         bool
	distinct                                    int // about how many different bytes
}

func traitsOf(v []byte) traits {
	t := traits{len: len(v), hex: true}
	var seen uint64
	for _, c := range v {
		seen |= 1 << (c & 63)
		set := chars[c]
		if set&(charHex|charHexUpper) == 0 {
			t.hex = false
		}
		switch {
		case set&charDigit != 0:
			t.digits++
		case set&charLower != 0:
			t.lowers++
		case set&charUpper != 0:
			t.uppers++
		default:
			t.others++
			if set&charBearer == 0 {
				t.marks++
			}
			switch c {
			case ' ':
				t.blanks++
			case '-', '_':
				t.dashes++
			case '.':
				t.dots++
			case ':':
				t.colons++
			case '/':
				t.slashes++
			}
		}
	}
	t.distinct = bits.OnesCount64(seen)
	return t
}

// random reports whether a value looks as if it had been drawn: long, of many bytes, letters mixed with digits. Names,
// paths, identifiers with words in them do not.
func (t *traits) random() bool {
	switch {
	case t.len < 16 || t.marks > 0 || t.distinct < 8 || t.colons > 1 || t.dots > 2:
		return false
	case t.digits == 0:
		return t.len >= 20 && t.lowers > 3 && t.uppers > 3 && t.dashes*6 < t.len
	case t.lowers+t.uppers == 0:
		return t.len >= 20 && t.others == 0
	}
	return t.digits*2 >= t.others && t.digits+min(t.lowers, t.uppers) >= t.len/8 && t.dashes*5 <= t.len+4
}

// uuid reports whether v is one.
func uuid(v []byte) bool {
	if len(v) != 36 {
		return false
	}
	for i := range v {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if v[i] != '-' {
				return false
			}
		} else if chars[v[i]]&(charHex|charHexUpper) == 0 {
			return false
		}
	}
	return true
}

// scrambled reports whether v, which need have no digit, changes between upper and lower case more often than words do
// that are written together.
func scrambled(v []byte) bool {
	if len(v) < 8 || run(v, 0, charAlnum) != len(v) {
		return false
	}
	changes := 0
	for i := 1; i < len(v); i++ {
		if is(v, i-1, charUpper) != is(v, i, charUpper) {
			changes++
		}
	}
	return changes*5 >= len(v)*2
}
