package redact

// form is how a key and its value stand together.
type form uint8

const (
	formNone   form = iota
	formAssign      // key=value, key => value
	formColon       // key: value
	formTight       // key:value, without a blank
	formTag         // <key>value</key>
	formTuple       // "key", "value"
	formPair        // name="key" value="value"
	formTable       // | key | value |
	formFlag        // --key value
	formQuote       // KEY 'value'
	formProse       // the key is value
	formBlank       // key value
)

const maxBlanks = 48 // between a key and its value

// separator finds the value of a key: where it begins, and in which form.
func (s *scan) separator(k *key) (at int, f form) {
	b := s.b
	i := k.to
	if k.from > 0 && b[k.from-1] == '<' || hasFold(b, k.from-4, "&lt;") || hasFold(b, k.from-6, `\u003c`) || s.prefixed(k.from) {
		if at, ok := s.tag(i); ok {
			k.tag = true
			return s.valueElement(at), formTag
		}
		if at, ok := s.attributes(i); ok { // <password value="x"/>
			return at, formPair
		}
	}
	i, k.quoted = s.closers(i, k.from)
	i = s.visible(i)
	if at, ok := s.plist(i); ok {
		k.tag = true
		return at, formTag
	}
	j := s.blanks(i)
	if j == i && (k.from == 0 || b[k.from-1] != '\\') {
		j = s.anyTab(i) // before a word, too, where no path leads
	}
	if end := s.ofType(k, i); end > 0 {
		return i, formQuote
	}
	if j == i && j < len(b) && b[j] == '(' { // token(str)=x
		if end := s.parenthesis(j); end > 0 {
			if _, f := s.operator(end); f == formAssign {
				j = end
			}
		}
	}
	if j == i+1 && j < len(b) && b[j] == '(' {
		if end := s.parenthesis(j); end > 0 && s.secretInside(k, j+1, end-1) {
			return j, formQuote
		} else if end > 0 {
			j = s.blanks(end)
		}
	}
	if end := s.leaders(j); end > j {
		if j = end; s.opensQuote(j) {
			return j, formAssign
		}
	}
	k.query = s.inForm(k.from, i == j)
	if at, f := s.operator(j); f != formNone {
		k.encoded = b[j] == '%'
		if f == formTight && !k.quoted && k.from > 1 && (s.inURN(k.from) || s.module(k.from, at)) {
			return at, formNone
		}
		return at, f
	}
	if at, f := s.named(k, j); f != formNone {
		return at, f
	}
	if j >= len(b) {
		return j, formNone
	}
	return s.loose(k, i, j)
}

// inForm reports whether the name at from stands where one does in the query of a URL or in a form. What separates it may
// be escaped; a semicolon does so only where the value is tight.
func (s *scan) inForm(from int, tight bool) bool {
	if from == 0 {
		return false
	}
	switch s.b[from-1] {
	case '&', '?', '#':
		return true
	case ';':
		return tight || hasFold(s.b, from-len("&amp;"), "&amp;")
	}
	return hasFold(s.b, from-len(`\u0026`), `\u0026`)
}

// inURN reports whether the name at from is a part of a name that colons divide: urn:secret:name.
func (s *scan) inURN(from int) bool { return s.b[from-1] == ':' && is(s.b, from-2, charAlnum) }

// module reports whether the name at from is that of a service of PAM and what follows at i what it is asked for:
// pam_unix(passwd:chauthtok).
func (s *scan) module(from, i int) bool {
	return s.b[from-1] == '(' && is(s.b, from-2, charAlnum) && has(s.b, run(s.b, i, charLower), ")")
}

// namesValue reports whether the quoted text at i is itself the name of a value: {"type":"password","name":"pw"}.
func (s *scan) namesValue(i int) bool {
	o := s.opened(s.prefix(i))
	to, closed := s.end(o)
	if !closed {
		return false
	}
	at := s.blanks(s.afterQuote(to))
	n, c := s.char(at)
	return n > 0 && (c == ':' || c == '=')
}

// counted recognises a string of PHP's serialize, which says its length: s:12:"…".
func (s *scan) counted(i int) (at int, ok bool) {
	if !has(s.b, i, "s:") {
		return i, false
	}
	end := run(s.b, i+2, charDigit)
	return end + 1, end > i+2 && end < len(s.b) && s.b[end] == ':' && s.opensQuote(end+1)
}

// operator recognises what joins key and value, also escaped, and skips the blanks after it.
func (s *scan) operator(i int) (at int, f form) {
	for _, wide := range [...]string{"：", "＝", "是", "→", "⇒"} {
		if has(s.b, i, wide) {
			return s.blanks(i + len(wide)), formColon
		}
	}
	if j := s.wideColon(i); j > i {
		return s.blanks(j), formColon
	}
	n, c := s.char(i)
	if n == 0 {
		return i, formNone
	}
	j := i + n
	switch c {
	case '=':
		j, f = s.afterEqual(j), formAssign
		if has(s.b, j, "3D") && n == 1 { // quoted-printable
			j += len("3D")
		}
	case ':':
		f = formColon
		n, c := s.char(j)
		switch {
		case c == '=' || c == '>':
			j, f = j+n, formAssign
		case c == ':' && is(s.b, j+n, charBlank):
			j += n
		case c == ':' || c == '/' && has(s.b, j, "//"):
			return i, formNone
		}
	case '-':
		n, c := s.char(j)
		if c == '-' && n == 1 {
			j++
			n, c = s.char(j)
		}
		if c != '>' {
			return i, formNone
		}
		j, f = j+n, formAssign
	default:
		return i, formNone
	}
	at = s.blanks(j)
	if f == formColon && at == j {
		f = formTight
	}
	return at, f
}

// afterEqual skips what goes on with an operator at i, behind its equals sign: ==, =~, =>.
func (s *scan) afterEqual(i int) int {
	for range 2 {
		n, c := s.char(i)
		if c == '=' && n == 1 || c == '~' {
			i += n
		}
		if c == '>' { // PHP breaks the line after it
			i = s.newline(i + n)
		}
	}
	return i
}

// valueWord recognises the name of a value that stands beside the name of its key: name="x" value="y".
func (s *scan) valueWord(i int) (at int, ok bool) {
	for range 3 {
		i = s.blanks(s.newline(i))
	}
	i = s.quotesAt(i)
	end := run(s.b, i, charAlpha)
	switch string(s.b[i:min(end, i+12)]) {
	case "value", "Value", "val", "VALUE", "content", "Content", "stringValue", "ParameterVal", "OptionValue", "input", "data", "defaultVal":
	default:
		return i, false
	}
	end, _ = s.closers(end, i)
	at, f := s.operator(s.blanks(end))
	return at, f != formNone
}

// wideColon skips a wide colon, a wide equals sign or an arrow that JSON escapes, however often; it returns i where there is none.
func (s *scan) wideColon(i int) int {
	j := s.escape(i)
	if j > i && (has(s.b, j, "uff1a") || has(s.b, j, "uff1d") || has(s.b, j, "u2192")) {
		return j + len("uff1a")
	}
	return i
}
