package redact

// char reads one byte of punctuation that may be escaped for JSON, a URL or HTML. It returns how many bytes it takes; 0
// at the end.
func (s *scan) char(i int) (n int, c byte) {
	b := s.b
	if i >= len(b) {
		return 0, 0
	}
	switch b[i] {
	case '\\':
		j := i
		j = pastSlashes(b, j)
		if has(b, j, "u00") && is(b, j+4, charHex|charHexUpper) {
			if c, ok := unhex(b, j+3); ok {
				return j + 5 - i, c
			}
		}
		if has(b, j, "x") {
			if c, ok := unhex(b, j+1); ok {
				return j + 3 - i, c
			}
		}
	case '%':
		if c, ok := unhex(b, i+1); ok {
			if c == '%' && i+5 <= len(b) { // encoded twice
				if c, ok := unhex(b, i+3); ok {
					return 5, c
				}
			}
			return 3, c
		}
	case '&':
		for _, e := range entities {
			if hasFold(b, i, e.text) {
				return len(e.text), e.char
			}
		}
	}
	return 1, b[i]
}

// entities are those of HTML and XML that stand around keys and values.
var entities = []struct {
	text string
	char byte
}{
	{"&quot;", '"'},
	{"&#34;", '"'},
	{"&#x22;", '"'},
	{"&apos;", '\''},
	{"&#39;", '\''},
	{"&#039;", '\''},
	{"&#x27;", '\''},
	{"&gt;", '>'},
	{"&#62;", '>'},
	{"&lt;", '<'},
	{"&#60;", '<'},
	{"&#61;", '='},
	{"&#58;", ':'},
	{"&amp;", '&'},
	{"&#38;", '&'},
}

func unhex(b []byte, i int) (byte, bool) {
	if !is(b, i, charHex|charHexUpper) || !is(b, i+1, charHex|charHexUpper) {
		return 0, false
	}
	return hexDigit(b[i])<<4 | hexDigit(b[i+1]), true
}

func hexDigit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return lower(c) - 'a' + 10
}
