package redact

// charset is a set of classes of bytes: the alphabet of a token, what a name is made of.
type charset uint16

// The classes of bytes. They are disjoint, so that an alphabet is a sum of them.
const (
	charDigit charset = 1 << iota
	charHexLower
	charHexUpper
	charLowerRest // g to z
	charUpperRest // G to Z
	charDash
	charUnder
	charDot
	charBase64 // + /
	charEqual
	charTilde
	charColon
	charPercent
	charDollar
	charBlank // blank, tab, line end

	charHex    = charDigit | charHexLower
	charLower  = charHexLower | charLowerRest
	charUpper  = charHexUpper | charUpperRest
	charAlpha  = charLower | charUpper
	charAlnum  = charDigit | charAlpha
	charURL    = charAlnum | charDash | charUnder // base64url
	charStd    = charAlnum | charBase64 | charEqual
	charDotted = charURL | charDot
	charName   = charAlnum | charDash | charUnder | charDot
	charBearer = charDotted | charBase64 | charEqual | charTilde | charColon | charPercent // token68 of RFC 9110, and what is seen instead
)

// chars maps each byte to its class.
var chars = func() (t [256]charset) {
	for c := range t {
		switch c := byte(c); {
		case c >= '0' && c <= '9':
			t[c] = charDigit
		case c >= 'a' && c <= 'f':
			t[c] = charHexLower
		case c >= 'A' && c <= 'F':
			t[c] = charHexUpper
		case c > 'f' && c <= 'z':
			t[c] = charLowerRest
		case c > 'F' && c <= 'Z':
			t[c] = charUpperRest
		case c == '-':
			t[c] = charDash
		case c == '_':
			t[c] = charUnder
		case c == '.':
			t[c] = charDot
		case c == '+' || c == '/':
			t[c] = charBase64
		case c == '=':
			t[c] = charEqual
		case c == '~':
			t[c] = charTilde
		case c == ':':
			t[c] = charColon
		case c == '%':
			t[c] = charPercent
		case c == '$':
			t[c] = charDollar
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			t[c] = charBlank
		}
	}
	return t
}()

// is reports whether the byte at i exists and is in the set.
func is(b []byte, i int, set charset) bool { return i >= 0 && i < len(b) && chars[b[i]]&set != 0 }

// run returns the end of the bytes from i on that are in the set.
func run(b []byte, i int, set charset) int {
	for i < len(b) && chars[b[i]]&set != 0 {
		i++
	}
	return i
}

// lower folds an ASCII letter.
func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// hasFold reports whether b at i begins with prefix, which is in lower case, in either case.
func hasFold(b []byte, i int, prefix string) bool {
	if i < 0 || len(b)-i < len(prefix) {
		return false
	}
	for j := range len(prefix) {
		if lower(b[i+j]) != prefix[j] {
			return false
		}
	}
	return true
}

// has reports whether b at i begins with prefix.
func has(b []byte, i int, prefix string) bool {
	return i >= 0 && len(b)-i >= len(prefix) && string(b[i:i+len(prefix)]) == prefix
}

// starts reports whether a token may start at i: after no letter or digit, or after an escape that ends in one.
func starts(b []byte, i int) bool {
	if i <= 0 || chars[b[i-1]]&charAlnum == 0 {
		return true
	}
	return escapeBefore(b, i)
}

// escapeBefore reports whether an escape sequence ends before i: \n %3D \u0022 \x1b ESC[31m.
func escapeBefore(b []byte, i int) bool {
	if i < 2 {
		return false
	}
	switch c := b[i-1]; {
	case b[i-2] == '\\':
		return c == 'n' || c == 't' || c == 'r'
	case i >= 3 && b[i-3] == '%' || i >= 4 && b[i-4] == '\\' && b[i-3] == 'x':
		return is(b, i-1, charHex|charHexUpper) && is(b, i-2, charHex|charHexUpper)
	case i >= 6 && b[i-6] == '\\' && b[i-5] == 'u':
		return run(b, i-4, charHex|charHexUpper) >= i
	case c == 'm':
		j := i - 2
		for j > i-12 && j >= 0 && (b[j] >= '0' && b[j] <= '9' || b[j] == ';') {
			j--
		}
		return j >= 0 && b[j] == '[' && (j < i-2 || j > 0 && b[j-1] == 0x1b || hasFold(b, j-3, "x1b") || hasFold(b, j-3, "01b") || has(b, j-3, "033") || has(b, j-2, `\e`))
	}
	return false
}

// pastSlashes skips the backslashes at i.
func pastSlashes(b []byte, i int) int {
	for i < len(b) && b[i] == '\\' {
		i++
	}
	return i
}
