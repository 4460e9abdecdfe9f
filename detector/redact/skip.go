package redact

// n is i and some bytes more, at most the length.
func (s *scan) n(i, more int) int { return min(i+more, len(s.b)) }

// blanks skips blanks, tabs and colours, also escaped ones.
func (s *scan) blanks(i int) int {
	for end := s.n(i, maxBlanks); i < end; {
		switch c := s.b[i]; {
		case c == ' ' || c == '\t':
			i++
		case c == '\\' && s.tab(i) > i:
			i = s.tab(i)
		default:
			n := s.colour(i)
			if n == 0 {
				return i
			}
			i += n
		}
	}
	return i
}

// tab skips an escaped tab; it returns i where there is none.
func (s *scan) tab(i int) int {
	j := s.escape(i)
	if j > i && j < len(s.b) && s.b[j] == 't' && !is(s.b, j+1, charLower) {
		return j + 1
	}
	return i
}

// maxEscape is how many backslashes may stand before what they escape: JSON in JSON doubles them each time.
const maxEscape = 64

// escape skips the backslashes at i, or returns i where there are none or more than escape anything. What looks at each
// byte of a run of them would otherwise read the run each time.
func (s *scan) escape(i int) int {
	j := i
	for j < len(s.b) && s.b[j] == '\\' {
		if j++; j-i > maxEscape {
			return i
		}
	}
	return j
}

// anyTab skips an escaped tab whatever follows it; it returns i where there is none.
func (s *scan) anyTab(i int) int {
	j := s.escape(i)
	if j > i && has(s.b, j, "t") {
		return j + 1
	}
	return i
}

// newline skips one line end, also an escaped one; it returns i where there is none.
func (s *scan) newline(i int) int {
	if i < len(s.b) && lineEnd(s.b[i]) {
		for i < len(s.b) && lineEnd(s.b[i]) {
			i++
		}
		return i
	}
	for {
		j := s.escape(i)
		if j == i || j >= len(s.b) || s.b[j] != 'n' && s.b[j] != 'r' {
			return i
		}
		i = j + 1
	}
}

// colour returns the length of a colour code at i, as it is or as loggers escape it; 0 where there is none.
func (s *scan) colour(i int) int {
	j := i
	switch b := s.b; {
	case j < len(b) && b[j] == 0x1b:
		j++
	case hasFold(b, j, `#033`):
		j += 4
	case has(b, j, `^[`):
		j += 2
	case j < len(b) && b[j] == '\\':
		j = pastSlashes(b, j)
		switch {
		case hasFold(b, j, `u001b`):
			j += 5
		case hasFold(b, j, `x1b`), hasFold(b, j, `033`):
			j += 3
		case has(b, j, `e[`):
			j++
		default:
			return 0
		}
	default:
		return 0
	}
	if j >= len(s.b) || s.b[j] != '[' {
		return 0
	}
	for j++; j < s.n(i, 24); j++ {
		if c := s.b[j]; c == 'm' || c == 'K' {
			return j + 1 - i
		} else if c != ';' && (c < '0' || c > '9') {
			return 0
		}
	}
	return 0
}

// closers skips what ends a key: quotes, escaped or not, brackets, the stars of Markdown, colours.
func (s *scan) closers(i, from int) (at int, quoted bool) {
	bracket := from > 0 && (s.b[from-1] == '[' || s.b[from-1] == '{')
	for range 6 {
		if n := s.colour(i); n > 0 {
			i += n
			continue
		}
		j := i
		j = pastSlashes(s.b, j)
		n, c := s.char(j)
		if n > 1 {
			if c == '"' || c == '\'' {
				i, quoted = j+n, true
				continue
			}
			if c == ']' {
				i = j + n
				continue
			}
			return i, quoted
		}
		switch {
		case c == '"' || c == '\'' || c == '`':
			i, quoted = j+1, true
		case j > i:
			n, c := s.char(i)
			if n > 1 && (c == '"' || c == '\'') {
				i, quoted = i+n, true
				continue
			}
			return i, quoted
		case c == ']' && (bracket || quoted), c == '*', c == '?' && is(s.b, j+1, charColon|charEqual), c == '!' && is(s.b, j+1, charColon|charEqual):
			i++
		case c == '}' && bracket && is(s.b, j+1, charEqual),
			c == ')' && from > 0 && s.b[from-1] == '(' && is(s.b, j+1, charColon|charEqual):
			i++
		default:
			return i, quoted
		}
	}
	return i, quoted
}

// secretInside reports whether what stands in parentheses after the name of a password is one, and not a remark.
func (s *scan) secretInside(k *key, from, to int) bool {
	switch k.class {
	case classPassword:
	case classToken, classKey:
		t := traitsOf(s.b[from:to])
		return t.random() && !uuid(s.b[from:to])
	default:
		return false
	}
	if k.doubtful {
		return false
	}
	if _, f := s.operator(s.blanks(to + 1)); f != formNone {
		return false
	}
	t := traitsOf(s.b[from:to])
	return t.len >= 6 && t.blanks == 0 && t.colons == 0 && t.digits > 0 && t.lowers > 0 && (t.uppers > 0 || t.marks > 0 || s.t.weak.has(s.b[from:to])) && !algorithm(s.b[from:to])
}

// leaders skips the dots that lead from a name to its value in a list: Password ....... : x.
func (s *scan) leaders(i int) int {
	if !has(s.b, i, "...") {
		return i
	}
	end := i
	for end < s.n(i, maxBlanks) && s.b[end] == '.' {
		end++
	}
	if j := s.blanks(end); has(s.b, j, ":") || has(s.b, j, "=") || s.opensQuote(j) {
		return j
	}
	return i
}

// ofType returns where a value ends that a type is printed around, at i behind its name: Password(x). 0 where there is none.
func (s *scan) ofType(k *key, i int) int {
	if k.quoted || k.doubtful || !has(s.b, i, "(") || !is(s.b, k.from, charUpper) || run(s.b, k.from, charAlnum) != i {
		return 0
	}
	to := i + 1
	for to < s.n(i, maxName) && s.b[to] > ' ' && s.b[to] != ')' && s.b[to] != '(' && s.b[to] != '.' && s.b[to] != '"' && s.b[to] != '\'' {
		to++
	}
	if !has(s.b, to, ")") {
		return 0
	}
	if v := s.b[i+1 : to]; k.class == classPassword && s.secretInside(k, i+1, to) {
		return to
	} else if t := traitsOf(v); (k.class == classToken || k.class == classKey || k.class == classSecret) && t.random() && !uuid(v) {
		return to
	}
	return 0
}

// parenthesis returns the end of a short remark in parentheses that begins at i; 0 where there is none.
func (s *scan) parenthesis(i int) int {
	for j := i + 1; j < s.n(i, 40); j++ {
		switch s.b[j] {
		case ')':
			return j + 1
		case '(', '=', '"', '\'', '\n':
			return 0
		}
	}
	return 0
}
