package redact

// maxTag bounds what may stand in a tag after its name.
const maxTag = 160

// tag returns where the text of an element begins whose name ends at i, past its attributes.
func (s *scan) tag(i int) (at int, ok bool) {
	for end := s.n(i, maxTag); i < end; {
		n, c := s.char(i)
		switch {
		case c == '>' && i > 0 && s.b[i-1] != '/':
			return i + n, true
		case c == '<' || c == '\n' || c == '>':
			return i, false
		case c == '=' && i > 0 && is(s.b, i-1, charName) && s.b[i-1] != ' ' && n == 1 && s.quotedAttribute(i+1) == 0:
			return i, false
		}
		i += n
	}
	return i, false
}

// valueElement skips the start of an element at i that is named after the value it holds: <value>, <saml:AttributeValue>.
func (s *scan) valueElement(i int) int {
	n, c := s.char(i)
	if c != '<' {
		return i
	}
	to := run(s.b, i+n, charName|charColon)
	if !hasFold(s.b, to-len("value"), "value") {
		return i
	}
	if at, ok := s.tag(to); ok {
		return at
	}
	return i
}

// quotedAttribute returns how many bytes open the value of an attribute; 0 where it is no quote.
func (s *scan) quotedAttribute(i int) int {
	i = pastSlashes(s.b, i)
	if n, c := s.char(i); c == '"' || c == '\'' {
		return n
	}
	return 0
}

// prefixed reports whether the name at i is that of an element with a namespace: <ns:name.
func (s *scan) prefixed(i int) bool {
	if i == 0 || s.b[i-1] != ':' {
		return false
	}
	j := i - 1
	for j > 0 && i-j < 24 && chars[s.b[j-1]]&(charAlnum|charDash|charUnder) != 0 {
		j--
	}
	return j < i-1 && j > 0 && s.b[j-1] == '<'
}

// plist recognises the element of a value after the element of its key, which ends at i: <key>k</key><string>v</string>.
func (s *scan) plist(i int) (at int, ok bool) {
	ok = false
	for _, end := range [...]string{"</key>", "</name>", "</string>", "</td>", "</th>", "</dt>"} {
		if hasFold(s.b, i, end) {
			i, ok = i+len(end), true
			break
		}
	}
	if !ok {
		return i, false
	}
	for range 3 {
		i = s.blanks(s.newline(i))
	}
	for _, begin := range [...]string{"<string>", "<value>", "<data>", "<td>", "<dd>"} {
		if hasFold(s.b, i, begin) {
			return i + len(begin), true
		}
	}
	return i, false
}

// inTable reports whether the name at from stands in a column.
func (s *scan) inTable(from int) bool {
	for i := from - 1; i >= 0 && from-i < maxBlanks; i-- {
		if s.b[i] != ' ' {
			return s.b[i] == '|' || drawnLine(s.b, i-2) > 0
		}
	}
	return false
}

// drawnLine returns how many bytes a line between the columns of a table takes at i that is no |; 0 where there is none.
func drawnLine(b []byte, i int) int {
	if has(b, i, "│") || has(b, i, "┃") || has(b, i, "║") {
		return len("│")
	}
	return 0
}
