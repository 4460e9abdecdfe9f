package redact

// loose finds a value that nothing joins to its key but a blank, a comma or words. The key ends at i, with its quotes,
// and j is behind the blanks after it.
func (s *scan) loose(k *key, i, j int) (at int, f form) {
	b := s.b
	switch c := b[j]; {
	case c == ';' && k.quoted: // PHP's serialize
		if at, ok := s.counted(j + 1); ok {
			return at, formTuple
		}
	case k.flag && j > i:
		return j, formFlag
	case j > i && k.from > 0 && b[k.from-1] == '/' && s.stored(k.from): // --name db/password --value x
		return s.pastFlag(j), formFlag
	case c == ',' && (k.quoted || k.from > 0 && (b[k.from-1] == '[' || b[k.from-1] == '{' || b[k.from-1] == '(')):
		return s.afterComma(k, j)
	case c == '{' && k.quoted: // variable "password" { default = "x" }
		if at, ok := s.byDefault(j + 1); ok {
			return at, formPair
		}
	case c == '|' && s.inTable(k.from):
		k.table = true
		return s.blanks(j + 1), formTable
	case drawnLine(b, j) > 0 && s.inTable(k.from):
		k.table = true
		return s.blanks(j + drawnLine(b, j)), formTable
	case j > i:
		if at, ok := s.ofUser(j); ok && k.class == classPassword {
			k.doubtful = true
			return at, formProse
		}
		return s.afterBlank(j)
	case c == '[' && !k.quoted && !is(b, run(b, j+1, charName), charEqual|charColon) && !index(b, j):
		return j, formTight
	case c == '(' && s.opensQuote(j+1) && !k.quoted: // PASSWORD('x')
		return j + 1, formQuote
	}
	return j, formNone
}

// index reports whether a path goes on with an index at i: credentials[0].secret.
func index(b []byte, i int) bool {
	end := run(b, i+1, charDigit)
	return end > i+1 && has(b, end, "]") && (has(b, end+1, ".") || has(b, end+1, "["))
}

// afterComma finds the value of a key that a comma at i follows: ("password", "x").
func (s *scan) afterComma(k *key, i int) (at int, f form) {
	at = s.blanks(i + 1)
	if s.opensQuote(s.wrapped(at)) && !s.namesValue(at) {
		return at, formTuple
	}
	if k.quoted && s.b[i-1] == ']' { // "loc":["body","password"],"msg":"too short","input":"x"
		if at, ok := s.attributes(i); ok {
			return at, formPair
		}
	}
	if k.from > 0 && s.b[k.from-1] == '[' {
		return at, formBlank
	}
	return i, formNone
}

// afterBlank finds the value of a key that a blank before i follows: password x, password is x, password for bob: x.
func (s *scan) afterBlank(i int) (at int, f form) {
	if n := run(s.b, i, charDigit); n > i && n < i+3 && has(s.b, n, ": ") { // Unseal Key 1: x
		return s.blanks(n + 1), formColon
	}
	if at := s.pastFlag(i); at > i { // secret set API_TOKEN --body x
		return at, formFlag
	}
	if hasFold(s.b, i, "with ") && s.opensQuote(i+len("with ")) && (has(s.b, i-2, `" `) || has(s.b, i-2, "' ")) { // fill in "Password" with "x"
		return i + len("with "), formTuple
	}
	if at, f := s.toldWhose(i); f != formNone {
		return at, f
	}
	if at, ok := s.isWord(i); ok {
		return at, formProse
	}
	if at, f := s.whose(i); f != formNone {
		return at, f
	}
	if s.opensQuote(i) {
		return i, formQuote
	}
	return i, formBlank
}

// ofUser finds the value behind the name of a user at i, as a list of what was set has it: PASSWORD elastic = x.
func (s *scan) ofUser(i int) (at int, ok bool) {
	if end := run(s.b, i, charName); end > i && has(s.b, end, " = ") {
		return s.blanks(end + len(" = ")), true
	}
	return i, false
}

// pastFlag skips the flag at i whose value is that of the name before it.
func (s *scan) pastFlag(i int) int {
	for _, o := range [...]string{"--value ", "--value=", "--body ", "--secret-string ", "--plaintext "} {
		if has(s.b, i, o) {
			return s.blanks(i + len(o))
		}
	}
	return i
}
