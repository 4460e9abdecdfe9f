package redact

import "bytes"

// bare returns where a value without quotes ends. What may stand inside a value ends it only where what follows looks
// like the next key, or like the end of what holds the value.
func (s *scan) bare(k *key, from int) int {
	b := s.b
	open := 0
	i := from
loop:
	for i < len(b) {
		c := b[i]
		if bareEnds[c] == 0 {
			i++
			continue
		}
		if bareEnds[c] == 2 {
			break
		}
		n, c := s.char(i)
		if b[i] == '%' && !k.encoded {
			i += n
			continue
		}
		if n > 1 && c < ' ' {
			break
		}
		switch c {
		case '"':
			break loop
		case '\\':
			n = s.backslashes(i)
			if n == 0 {
				break loop
			}
		case '\'', '`':
			if !is(b, i+n, charAlnum) || n > 1 {
				break loop
			}
		case '&', '^', ';', ',':
			if s.endsPair(k, c, i+n) {
				break loop
			}
		case '(', '[', '{':
			open++
		case ')', ']', '}', '>':
			if open > 0 && c != '>' {
				open--
			} else if s.endsAt(i + n) {
				break loop
			}
		case '<':
			if next := i + n; k.tag || next < len(b) && b[next] == '/' || s.isTag(next) || has(b, i, marked) {
				break loop
			}
		case '|':
			if k.table || s.endsAt(i+n) {
				break loop
			}
		case ' ', '\n', '\t', '\r': // escaped
			break loop
		}
		i += n
	}
	return s.beforeMarks(k, from, i)
}

// endsPair reports whether a separator ends the value before it, by what follows at next: another key, or nothing.
func (s *scan) endsPair(k *key, separator byte, next int) bool {
	switch separator {
	case '&':
		return k.query || s.endsAt(next) || s.startsKey(next, "=")
	case '^': // between the pairs of LEEF
		return has(s.b, run(s.b, next, charName), "=") && bytes.Contains(s.b[:s.n(0, maxBeside)], []byte("LEEF:"))
	case ';':
		return s.endsAt(next) || s.startsKey(next, "=")
	}
	return s.endsAt(next) || s.startsKey(next, "=:")
}

// beforeMarks takes from the end of a value, which begins at from and ends at i, what belongs to the text around it: the
// asterisks of Markdown and the punctuation of a sentence.
func (s *scan) beforeMarks(k *key, from, i int) int {
	if has(s.b, k.from-len("**"), "**") && has(s.b, i-len("**"), "**") {
		i -= len("**")
	}
	for i > from && (s.b[i-1] == '.' || s.b[i-1] == ',' || s.b[i-1] == ';' || s.b[i-1] == ':') {
		i--
	}
	return i
}

// appPassword returns the end of a password as Google and Apple give them to one application: four groups of four letters,
// with single blanks or dashes between; 0 where there is none at i.
func appPassword(b []byte, i int) int {
	for n := range 4 {
		if n > 0 {
			if i >= len(b) || b[i] != ' ' && b[i] != '-' {
				return 0
			}
			i++
		}
		if run(b, i, charLower) != i+4 {
			return 0
		}
		i += 4
	}
	return i
}

// bareEnds is 2 for a byte that ends a bare value and 1 for one that may.
var bareEnds = func() (t [256]byte) {
	for c := range 0x21 {
		t[c] = 2
	}
	t[0x7f] = 2
	for _, c := range []byte("\"\\'`&;,()[]{}<>|%^") {
		t[c] = 1
	}
	return t
}()

// closesDocument reports whether the word that closes a here-document stands at i, as the last of a text: EOT.
func (s *scan) closesDocument(i int) bool {
	to := run(s.b, i, charUpper)
	return to >= i+len("EOF") && to < len(s.b) && s.b[to] == '\\' && s.endsAt(to)
}

// backslashes returns how many bytes of backslashes belong to the value at i; 0 where they escape what ends it.
func (s *scan) backslashes(i int) int {
	j := i
	j = pastSlashes(s.b, j)
	switch {
	case j >= len(s.b), s.b[j] == '"', s.b[j] == '\'':
		return 0
	case s.b[j] != 'n' && s.b[j] != 'r' && s.b[j] != 't':
	case s.b[j] == 'n' && s.closesDocument(j+1):
		return 0
	case (j-i)%2 == 1 && !is(s.b, j+1, charDigit), s.endsAt(j + 1), s.startsKey(j+1, "=:"), has(s.b, j+1, "--"):
		return 0
	}
	return j - i
}

// endsAt reports whether nothing of a value follows at i: the end, a blank, a quote, or punctuation up to one.
func (s *scan) endsAt(i int) bool {
	for j := i; j < s.n(i, 8); {
		n, c := s.char(j)
		switch {
		case c <= ' ', c == '"', c == '\'', c == '`':
			return true
		case c == '\\':
			return s.backslashes(j) == 0
		case c == ')' || c == ']' || c == '}' || c == '>' || c == ',' || c == ';' || c == '.' || c == ':' || c == '|':
			j += n
		default:
			return c == '<' || c == '{' || c == '['
		}
	}
	return true
}

// startsKey reports whether a name and what joins it to a value stand at i.
func (s *scan) startsKey(i int, joins string) bool {
	if !is(s.b, i, charAlpha|charUnder) && !has(s.b, i, "$") {
		return false
	}
	for j := i; j < s.n(i, 48); j++ {
		c := s.b[j]
		if c == '%' || c == '\\' {
			_, c = s.char(j)
		}
		for x := range len(joins) {
			if c == joins[x] {
				return true
			}
		}
		if chars[c]&(charName|charBlank) == 0 && c != '[' && c != ']' || c == '\n' {
			return false
		}
	}
	return false
}

// isTag reports whether the name of an element and > stand at i.
func (s *scan) isTag(i int) bool {
	j := run(s.b, i, charAlnum)
	if j == i || j-i > 16 {
		return false
	}
	_, c := s.char(j)
	return c == '>' || c == '/'
}
