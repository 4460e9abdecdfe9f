package redact

// name looks at the name around a word of a secret and at the value that stands under it.
// What ends a path is no name.
func (s *scan) name(at int) {
	if at < s.nameTo {
		return
	}
	from, to := s.around(at)
	if has(s.b, from, "-D") && is(s.b, from+2, charLower) && from+2 <= at { // a property of Java
		from += 2
	}
	if to-from > maxName {
		s.nameTo = at + gramSize
		return
	}
	s.nameTo = max(to, at+1)
	if insideMark(s.b, from) || s.endsPath(from, to) || s.typeName(from, to) {
		return
	}
	if s.barren(from, to) {
		s.promised(from, to)
		return
	}
	id := s.b[from:to]
	n := s.t.own(id)
	if n.class == classNone {
		n = s.t.words.named(id)
		if n.class == classNone || n.doubtful {
			if m := s.inProse(from, id); m.class != classNone && (n.class == classNone || !m.doubtful) {
				n = m
			}
		}
	}
	if n.class == classNone {
		n = s.inQuery(from, id)
	}
	if n.class == classNone || n.doubtful {
		if m := s.identifies(from, to); m.class != classNone {
			n = m
		}
	}
	if s.tuple(id, to) {
		return
	}
	if n.class == classNone || s.t.allowed(id) || s.promised(from, to) {
		return
	}
	k := key{name: n, from: from, to: to, flag: from < to && s.b[from] == '-'}
	s.under(&k)
}

// key is a name in a text.
type key struct {
	name
	from, to int
	flag     bool // of a command line: -p, --password
	quoted   bool
	tag      bool // it stands in a tag: the value is up to the next one
	query    bool // of a URL or a form: & ends the value
	encoded  bool // for a URL: so is what ends the value
	table    bool // in a column: | ends the value
	// A user and a password stand under it: bob:x.
	credentials bool
}

// around returns the name that the byte at is part of: letters, digits, _ - and dots, without what an escape before it
// leaves.
func (s *scan) around(at int) (from, to int) {
	from, to = at, at
	for from > 0 && at-from <= maxName && chars[s.b[from-1]]&charName != 0 {
		from--
	}
	from = min(at, s.pastEscape(from))
	for to < len(s.b) && to-from <= maxName+1 && chars[s.b[to]]&charName != 0 {
		to++
	}
	for to > at+1 && (s.b[to-1] == '.' || s.b[to-1] == '-') {
		to--
	}
	return from, to
}

// pastEscape skips what an escape that begins before i leaves of itself among the letters of a name.
func (s *scan) pastEscape(i int) int {
	if i == 0 {
		return i
	}
	to := i
	switch s.b[i-1] {
	case '\\':
		switch {
		case has(s.b, i, "u00"):
			to = i + 5
		case has(s.b, i, "x"):
			to = i + 3
		case has(s.b, i, "n"), has(s.b, i, "t"), has(s.b, i, "r"):
			return i + 1
		}
	case '%':
		to = i + 2
	case '[', ';':
		to = run(s.b, i, charDigit) + 1
	}
	if to > i && to <= len(s.b) && escapeBefore(s.b, to) {
		return to
	}
	return i
}

// barren reports whether no value can stand after a name that ends at i: at the end, and before a plain word. It
// decides for most sentences before the name is looked at.
func (s *scan) barren(from, i int) bool {
	if i >= len(s.b) {
		return true
	}
	if s.b[i] != ' ' || from > 0 && s.b[from-1] == '<' || s.prefixed(from) {
		return false
	}
	i++
	end := run(s.b, i, charLower)
	switch {
	case end == i:
		return false
	case end == len(s.b):
		return !s.mayBePlain(from, i-1)
	}
	switch s.b[end] {
	case ' ', '.', ',', ';', ')', '\n':
		if has(s.b, end, " = ") { // PASSWORD elastic = x
			return false
		}
	case ':':
		if hasFold(s.b, from, "cred") || s.setsAuth(from) { // credentials bob:x
			return false
		}
		if end+1 < len(s.b) && s.b[end+1] == ' ' || is(s.b, end+1, charAlnum) {
			return !hasFold(s.b, i, "is") && s.b[i-2] != '-' && !one(handled, s.b[i:end])
		}
		return false
	default:
		return false
	}
	switch string(s.b[i:end]) {
	case "has", "with":
		return !has(s.b, end, " value ")
	case "string", "str", "text":
		return s.declared(i) == i
	case "est", "es", "ist", "lautet":
		return false
	case "is", "was", "are", "to", "set", "changed", "reset", "now", "equals":
		return false
	case "value", "val", "data", "content": // the value of a name, but for a sentence that goes on: key value violates
		next := run(s.b, end+1, charLower)
		return next > end+1 && has(s.b, next, " ") && !one([]string{"is", "was", "set", "to", "changed", "reset", "for", "of"}, s.b[end+1:next])
	case "from":
		return !hasFold(s.b, from-len("changed "), "changed ")
	case "for", "of":
		_, f := s.whose(&key{}, i)
		return f == formNone
	}
	return !s.mayBePlain(from, i-1)
}

// handled tell what was done with a secret that a colon introduces: password supplied: x.
var handled = []string{"provided", "supplied", "given", "received", "used", "generated", "entered", "sent", "tried", "created", "issued", "obtained"}

// mayBePlain reports whether a plain word may be the value of a name: of an option, after a user's name, in a file of
// settings.
func (s *scan) mayBePlain(from, to int) bool {
	return s.b[from] == '-' || one(settings, s.b[from:to]) || s.login(from)
}

// settings are names that a value follows after a blank.
var settings = []string{"requirepass", "masterauth", "phrase", "mnemonic", "words"}

// inProse judges a name with the words that stand before it, each after one blank: API key, card security code.
func (s *scan) inProse(from int, id []byte) name {
	var before [3][]byte
	n := len(before)
	for i := from; n > 0 && is(s.b, i-1, charBlank) && is(s.b, i-2, charAlnum); {
		j := i - 1
		for j > 0 && i-j < maxWordLen && chars[s.b[j-1]]&(charAlnum|charDash) != 0 {
			j--
		}
		n--
		before[n] = s.b[j : i-1]
		i = j
	}
	if n == len(before) {
		return name{}
	}
	return s.t.words.named(id, before[n:]...)
}

// inQuery judges a name that is one of a secret only in a query or a form.
func (s *scan) inQuery(from int, id []byte) name {
	switch {
	case one([]string{"samlresponse", "code_verifier"}, id):
		return name{class: classToken}
	case one([]string{"appid"}, id) && s.keyOfApp(from):
		return name{class: classToken}
	case s.setsCookie(from + len(id)):
		if one([]string{"sid", "session", "sessionid", "session_id"}, id) {
			return name{class: classToken, doubtful: true}
		}
	case from == 0 || s.b[from-1] != '?' && s.b[from-1] != '&' && !hasFold(s.b, from-6, `\u0026`) && !hasFold(s.b, from-5, "&amp;"):
	case one([]string{"key", "code", "ticket", "invite", "invitation", "sid", "session", "sessionid", "session_id"}, id):
		return name{class: classToken, doubtful: true}
	}
	return name{}
}

// keyOfApp reports whether the value of appid, which begins at i in a query, is the key that some services take under that
// name: 32 digits of hexadecimal. To most it is no more than an identifier.
func (s *scan) keyOfApp(i int) bool {
	value := i + len("appid=")
	return (has(s.b, i-1, "?") || has(s.b, i-1, "&")) && run(s.b, value, charHex) == value+32
}

// insideMark reports whether a name is that of a mark.
func insideMark(b []byte, from int) bool {
	return from >= len(marked) && string(b[from-len(marked):from]) == marked
}

// endsPath reports whether a name is the last part of a path, which is the name of a secret only to what stores it:
// consul kv put db/password x.
func (s *scan) endsPath(from, to int) bool {
	if from < 2 || s.b[from-1] != '/' || !is(s.b, from-2, charName) || is(s.b, to, charEqual) {
		return false
	}
	if s.quotedAttribute(to) > 0 && s.labelled(s.pathStart(from)) { // "Name":"/app/db/password","Value":"x"
		return false
	}
	if has(s.b, to, ": ") && s.afterUser(&key{name: name{class: classPassword}, from: from}) {
		return false
	}
	if has(s.b, to, ":") && hasFold(s.b, from, "token") && s.address(from-1) {
		return false
	}
	return !is(s.b, to, charBlank) || !s.stored(from)
}

// typeName reports whether a name is that of a type of Go with the version of its package, as Kubernetes logs it: *v1.Secret,
// *corev1.Secret.
func (s *scan) typeName(from, to int) bool {
	if !has(s.b, from-1, "*") {
		return false
	}
	i := from
	for i < to && s.b[i] != '.' {
		i++
	}
	return i < to && s.b[i-1] >= '0' && s.b[i-1] <= '9' && is(s.b, i+1, charUpper) && !is(s.b, to, charEqual)
}

// address reports whether an address of mail ends at i, as the user's name does that a token follows: bob@x.io/token:y.
func (s *scan) address(i int) bool {
	for j := i - 1; j > 0 && i-j < maxName; j-- {
		if s.b[j] == '@' {
			return is(s.b, j-1, charName) && is(s.b, j+1, charAlnum)
		}
		if chars[s.b[j]]&charName == 0 {
			return false
		}
	}
	return false
}

// pathStart returns where the path begins that ends in the name at i.
func (s *scan) pathStart(i int) int {
	for from := i; i > 0 && from-i < maxName && (s.b[i-1] == '/' || chars[s.b[i-1]]&charName != 0 && i < from); {
		i--
	}
	return i
}

// storing are the words before the path under which a secret is stored.
var storing = []string{"put", "set", "write", "add", "--name", "-n"}

// stored reports whether a path that goes on at from stands after such a word.
func (s *scan) stored(from int) bool {
	i := from
	for i > 0 && from-i < maxName && chars[s.b[i-1]]&(charName|charBase64) != 0 {
		i--
	}
	if !is(s.b, i-1, charBlank) {
		return false
	}
	to := i - 1
	for i = to; i > 0 && to-i < 8 && chars[s.b[i-1]]&(charAlpha|charDash) != 0; {
		i--
	}
	return one(storing, s.b[i:to])
}
