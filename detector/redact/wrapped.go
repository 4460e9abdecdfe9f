package redact

import "strings"

// wrapped skips what some languages print around a value: Some(, Optional(, string(8), <string>, !!str.
func (s *scan) wrapped(i int) int {
	for range 4 {
		was := i
		for _, w := range wrappers {
			if has(s.b, i, w) {
				i = s.blanks(i + len(w))
				break
			}
		}
		if hasFold(s.b, i, "string(") || hasFold(s.b, i, "(len=") || hasFold(s.b, i, "str(") {
			j := i + 4
			for j < s.n(i, 16) && s.b[j] != ')' {
				j++
			}
			if j < len(s.b) && s.b[j] == ')' && is(s.b, j-1, charDigit) {
				i = s.blanks(j + 1)
			}
		}
		if has(s.b, i, "Optional[") { // of a value, not of a type
			if j := i + len("Optional["); traitsOf(s.b[j:run(s.b, j, charBearer)]).digits > 0 {
				i = j
			}
		}
		if i+2 < len(s.b) && (s.b[i] == '|' || s.b[i] == '>') { // a block of YAML
			if j := run(s.b, i+1, charDash); s.newline(j) > j {
				i = s.blanks(s.newline(j))
			}
		}
		if has(s.b, i, "0x") { // a debugger's pointer to a string
			if j := run(s.b, i+2, charHex); j > i+2 && is(s.b, j, charBlank) && s.quotedAttribute(j+1) > 0 {
				i = j + 1
			}
		}
		if has(s.b, i, "&") { // an anchor of YAML
			if j := run(s.b, i+1, charLower|charUnder); j > i+1 && has(s.b, j, " ") && !is(s.b, j+1, charBlank|charEqual) && j+1 < len(s.b) {
				i = j + 1
			}
		}
		if has(s.b, i, "<<") && s.quotedAttribute(i+2) > 0 { // a binary of Erlang
			i += 2
		}
		i = s.shellQuote(s.hereDocument(s.declared(i)))
		if i == was {
			return i
		}
	}
	return i
}

// types are those of texts, as they stand in a declaration between a name and its value.
var types = []string{"string", "str", "&str", "&'static str", "text", "[]byte", "byte[]", "char*", "String?", "string?", "Optional[str]", "Option<String>"}

// declared skips the type of a variable and what joins it to its value: var token string = "x", password: str = "x".
func (s *scan) declared(i int) int {
	if i >= len(s.b) || strings.IndexByte("sStTbBcCoO&[", s.b[i]) < 0 { // how one of them begins
		return i
	}
	for _, t := range types {
		if !hasFold(s.b, i, t) {
			continue
		}
		j := s.blanks(i + len(t))
		if at, f := s.operator(j); f == formAssign && at > j && s.opensQuote(at) {
			return at
		}
	}
	return i
}

// hereDocument skips the line that begins a text up to a word: <<EOT, <<-'EOF'.
func (s *scan) hereDocument(i int) int {
	if !has(s.b, i, "<<") {
		return i
	}
	j := i + 2
	for j < s.n(i, 6) && (s.b[j] == '-' || s.b[j] == '~' || s.b[j] == '<' || s.b[j] == '\'' || s.b[j] == '"' || s.b[j] == '\\') {
		j++
	}
	to := run(s.b, j, charUpper|charUnder)
	end := to
	if s.quotedAttribute(to) > 0 {
		end = s.afterQuote(to)
	}
	if at := s.newline(end); to > j && at > end {
		return s.blanks(at)
	}
	return i
}

// shellQuote skips what a shell needs for one quote within a text in quotes: '\” or '"'"', also escaped.
func (s *scan) shellQuote(i int) int {
	if !has(s.b, i, "'") || i+1 >= len(s.b) || s.b[i+1] != '\\' && s.b[i+1] != '"' {
		return i
	}
	j := s.escape(i + 1)
	switch {
	case has(s.b, j, "''") && j > i+1:
		return j + 2
	case has(s.b, j, `"'`):
		if end := s.escape(j + 2); has(s.b, end, `"'`) {
			return end + 2
		}
	}
	return i
}

var wrappers = []string{
	"Some(", "Optional(", "Just ", "Ok(", "Secret(", "SecretString(", "String(", "SecretStr(", "SecretBytes(", "new String(", "(string) ", "(String) ", "!!str ", "!!binary ", "Text(", "PASSWORD(", "password(", "OLD_PASSWORD(", "crypt(", "md5(", "MD5(", "SHA1(", "SHA2(",
	"Sensitive(", "Masked(", "Protected(", "Zeroizing(", "[]string{", "[]interface {}{", "[]interface{}{", "[]any{", "[]byte(", "Right(", "Value(", "str(", "bytes(", "bytearray(", "<string>", "** ", "ByteString(",
}

// visible skips what PHP says of the visibility of a member: ["password":protected]=>, [password:User:private] =>.
func (s *scan) visible(i int) int {
	if !has(s.b, i, ":") {
		return i
	}
	for j := i + 1; j < s.n(i, 80); j++ {
		switch c := s.b[j]; {
		case c == ']':
			if hasFold(s.b, j-7, "private") || hasFold(s.b, j-9, "protected") || hasFold(s.b, j-6, "public") {
				return j + 1
			}
			return i
		case chars[c]&(charName|charColon) == 0 && c != '"' && c != '\\':
			return i
		}
	}
	return i
}

// typedValue skips the object that holds a value and what is said of it: {"S":"x"}, {"stringValue":"x"},
// {"sensitive":false,"value":"x"}.
func (s *scan) typedValue(i int) int {
	if i >= len(s.b) || s.b[i] != '{' {
		return i
	}
	open := s.blanks(i + 1)
	from := s.quotesAt(open)
	to := run(s.b, from, charAlpha|charUnder)
	if at, ok := s.attributes(open); ok && from > open {
		return at
	}
	if !one([]string{"s", "value", "stringvalue", "string_value", "plaintext", "plain", "raw", "text", "string"}, s.b[from:to]) {
		return i
	}
	to, _ = s.closers(to, from)
	if at, f := s.operator(s.blanks(to)); f != formNone {
		return at
	}
	return i
}
