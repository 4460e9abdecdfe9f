package template

// The classes of a byte. A token's classes are or-ed together, which tells most of what it is.
const (
	clHex    uint16 = 1 << iota // a-f, A-F
	clLetter                    // the other letters, '_' and every byte above 127
	clDigit
	clDot
	clSlash
	clBackslash
	clColon
	clAt
	clOther  // word bytes that are none of these: - + * # % $ & ~ ^ ! ?
	clQuote  // ': in a word between letters, else a mark
	clMark   // brackets, quotes and separators: each is a token
	clSpace  // white space and other control bytes
	clPeriod // . : ! ? where they end a token: set beside the class above
	clHigh   // a byte beyond ASCII: set beside clLetter
)

const (
	clStop  = clMark | clSpace | clQuote
	clAlpha = clHex | clLetter | clHigh
)

var classes = func() (t [256]uint16) {
	for i := range t {
		switch c := byte(i); {
		case c <= ' ' || c == 0x7f:
			t[i] = clSpace
		case c >= '0' && c <= '9':
			t[i] = clDigit
		case c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
			t[i] = clHex
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_':
			t[i] = clLetter
		case c >= 0x80:
			t[i] = clLetter | clHigh
		default:
			t[i] = clOther
		}
	}
	for _, c := range `()[]{}<>",;=|` + "`" {
		t[c] = clMark
	}
	t['\''] = clQuote
	t['.'] = clDot | clPeriod
	t[':'] = clColon | clPeriod
	t['!'] = clOther | clPeriod
	t['?'] = clOther | clPeriod
	t['/'] = clSlash
	t['\\'] = clBackslash
	t['@'] = clAt
	return t
}()
