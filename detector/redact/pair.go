package redact

import "bytes"

// labels are what stands before the name of a key where its value has a label too: name="x" value="y".
var labels = []string{"name", "type", "key", "id", "k", "var", "variable", "parameter", "property", "field", "path", "attribute", "column", "param", "parameterkey", "optionname"}

// maxLabel is longer than any of them.
const maxLabel = 13

// named finds a value that stands beside its key with a label of its own, or in the element or the part of a form that
// the key names.
func (s *scan) named(k *key, i int) (at int, f form) {
	label := s.labelled(s.pathStart(k.from))
	if !label && !k.quoted {
		return i, formNone
	}
	j := i
	if j < len(s.b) && (s.b[j] == ',' || s.b[j] == ';') {
		j++
	}
	if at, ok := s.valueWord(j); ok {
		return at, formPair
	}
	if label && has(s.b, i, "::") { // ::set-output name=token::x
		return i + len("::"), formAssign
	}
	if end := s.n(i, 32); label && bytes.Contains(s.b[max(0, k.from-maxBeside):k.from], []byte("##vso[")) { // ##vso[task.setvariable variable=x]y
		for j := i; j < end; j++ {
			if s.b[j] == ']' {
				return j + 1, formAssign
			}
		}
	}
	if label && s.labelledBy(changing, s.pathStart(k.from)) {
		if at, ok := s.changed(j); ok {
			return at, formPair
		}
	}
	if label {
		if at, ok := s.attributes(j); ok {
			return at, formPair
		}
	}
	if !label || !k.quoted {
		return i, formNone
	}
	if n, c := s.char(i); c == '>' {
		k.tag = true
		at := s.blanks(s.newline(s.blanks(i + n)))
		if v := s.valueElement(at); v > at {
			return v, formTag
		}
		return i + n, formTag
	}
	if one := s.newline(i); one > i { // a part of a form: its headers, an empty line, its content
		if two := s.newline(one); two > one || s.b[i] == '\r' || one-i > 1 {
			return two, formAssign
		}
	}
	return i, formNone
}

// changing are labels of what was changed, where the old value and the new one have labels too.
var changing = []string{"field", "path", "attribute", "column", "property", "name", "key", "param"}

// changed recognises the label of an old or a new value: "field":"password","old":"x","new":"y".
func (s *scan) changed(i int) (at int, ok bool) {
	if i < len(s.b) && (s.b[i] == ',' || s.b[i] == ';') {
		i++
	}
	from := s.quotesAt(s.blanks(i))
	to := run(s.b, from, charAlpha|charUnder)
	if !one([]string{"old", "new", "oldvalue", "newvalue", "old_value", "new_value", "before", "after"}, s.b[from:to]) {
		return i, false
	}
	to, _ = s.closers(to, from)
	at, f := s.operator(s.blanks(to))
	return at, f != formNone && s.opensQuote(at)
}

// labelled reports whether the name at i is itself a value: name="x", Name: x.
func (s *scan) labelled(i int) bool { return s.labelledBy(labels, i) }

// labelledBy reports whether one of some labels stands before what begins at i.
func (s *scan) labelledBy(labels []string, i int) bool {
	switch i = s.quotesBefore(i); {
	case i == 0:
		return false
	case s.b[i-1] == '=' || s.b[i-1] == ':':
		i--
	case hasFold(s.b, i-len(`\u003d`), `\u003d`):
		i -= len(`\u003d`)
	default:
		return false
	}
	i = s.quotesBefore(i)
	from := i
	for from > 0 && i-from < maxLabel && is(s.b, from-1, charAlpha) {
		from--
	}
	return one(labels, s.b[from:i])
}

// tuple removes the last of the two that a client logs in with, or of the four where the realm and the host stand before
// them: auth=("bob", "x"), HTTPBasicAuth('bob', 'x'), Credentials("realm", "host", "bob", "x").
func (s *scan) tuple(id []byte, i int) bool {
	if len(id) < 4 || !hasFold(id, len(id)-4, "auth") && !hasFold(id, len(id)-len("credential"), "credential") && !hasFold(id, len(id)-len("credentials"), "credentials") {
		return false
	}
	doubtful := false
	if _, c := s.char(i); c == '=' {
		i++
	}
	if at, f := s.operator(s.blanks(s.afterQuote(i))); f != formNone && has(s.b, at, "[") { // "auth":["bob","x"]
		i, doubtful = at, true
	}
	if i >= len(s.b) || s.b[i] != '(' && !doubtful && s.b[i] != '[' || !s.opensQuote(i+1) {
		return false
	}
	for n := 1; n <= 4; n++ {
		o := s.opened(s.prefix(s.blanks(i + 1)))
		to, closed := s.end(o)
		if !closed || o.quote != '"' && o.quote != '\'' {
			return false
		}
		i = s.blanks(s.afterQuote(to))
		more := i < len(s.b) && s.b[i] == ',' && s.opensQuote(s.blanks(i+1))
		if !more {
			if n%2 == 0 && touchesMark(s.b, o.from, to) {
				return true
			}
			return n%2 == 0 && s.take(&key{name: name{class: classPassword, doubtful: doubtful}}, value{o.from, to, true, formTuple})
		}
	}
	return false
}

// whose skips the words that say whose secret it is: password for bob: x, password of bob was changed to x, PASSWORD FOR 'app'@'%' = 'x'.
func (s *scan) whose(k *key, i int) (at int, f form) {
	if !hasFold(s.b, i, "for ") && !hasFold(s.b, i, "of ") && !has(s.b, i, "für ") && !has(s.b, i, "pour ") && !has(s.b, i, "para ") && !has(s.b, i, "voor ") {
		return i, formNone
	}
	blanks := 0
	for j := i; j < s.n(i, 64); j++ {
		switch c := s.b[j]; {
		case c == ' ':
			if blanks++; blanks > 6 {
				return i, formNone
			}
			if hasFold(s.b, j, " is ") || hasFold(s.b, j, " = ") {
				at = s.blanks(j + 3)
				if has(s.b, at, ": ") {
					at = s.blanks(at + 1)
				}
				return at, formProse
			}
			if at := s.told(j + 1); at > j+1 {
				return at, formProse
			}
			if has(s.b, j, " to ") && (s.opensQuote(j+len(" to ")) || has(s.b, j+len(" to "), "[")) { // of bob to "x"; what has no digit is no password
				k.doubtful = true
				return j + len(" to "), formProse
			}
		case c == ':' && is(s.b, j+1, charBlank):
			return s.blanks(j + 1), formColon
		case c == '\n' || c == ',' || c == ';' || c == '(' || c == '{':
			return i, formNone
		}
	}
	return i, formNone
}

// byDefault finds the value that a declaration gives to a variable: variable "password" { type = string default = "x" }.
// i is behind the brace.
func (s *scan) byDefault(i int) (at int, ok bool) {
	for end := s.n(i, maxBeside); i < end; i++ {
		switch s.b[i] {
		case '}', '{', '<':
			return i, false
		case 'd', 'v':
		default:
			continue
		}
		if w := run(s.b, i, charLower); starts(s.b, i) && (string(s.b[i:w]) == "default" || string(s.b[i:w]) == "value") {
			at, f := s.operator(s.blanks(w))
			return at, f == formAssign && s.opensQuote(at)
		}
	}
	return i, false
}
