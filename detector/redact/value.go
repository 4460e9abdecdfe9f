package redact

import "bytes"

// maxJudged is the longest value that is judged by what it is; longer ones under the name of a secret are secret.
const maxJudged = 512

// value is what stands under a key.
type value struct {
	from, to int
	quoted   bool
	form     form
}

// under removes what stands under a key.
func (s *scan) under(k *key) {
	if k.to < len(s.b) && (s.header(k) || s.picture(k)) {
		return
	}
	if s.labelled(k.from) && s.valueBefore(k) {
		return
	}
	if has(s.b, k.from-len("${"), "${") && has(s.b, k.to, ":?") { // what a shell says where the variable is not set
		return
	}
	at, f := s.separator(k)
	if f == formNone && s.duplicate(k) {
		return
	}
	if (f == formNone || f == formBlank) && k.class == classCookie && at < len(s.b) && s.b[at] == '{' { // req.cookies { sid: 'x' }
		f = formColon
	}
	if f == formNone || at >= len(s.b) {
		return
	}
	if f == formColon || f == formTight {
		at = s.ofRejected(s.nextLine(s.pastTag(at)))
	}
	if k.plural && s.items(k, at) {
		return
	}
	at = s.typedValue(s.wrapped(at))
	if k.class == classPassword && has(s.b, at, "static:") { // a table of Postfix with the same for all
		k.credentials = true
		at += len("static:")
	}
	if s.account(k, at) {
		return
	}
	if n := len(s.spans); at < len(s.b) && (s.b[at] == '{' || s.b[at] == '$') {
		if s.hash(at); len(s.spans) > n {
			return
		}
	}
	switch {
	case s.spelled(k, at), array(s.b, at):
		return
	case k.class == classAuthorization:
		s.authorization(k, at, f)
		return
	case k.class == classCookie:
		s.cookies(k, at, f)
		return
	case k.class == classPhrase && s.wordList(k, at):
		return
	case at < len(s.b) && s.b[at] == '[' && !remarkInBrackets(s.b[at:]):
		s.list(k, at+1, f)
		return
	}
	if f == formBlank {
		was := at
		if at = s.level(at); at > was && run(s.b, at, charDigit|charHexUpper) >= at+8 { // as Cisco hides it
			f = formAssign
		}
	}
	s.values(k, at, f)
}

// values removes the value at i and those that follow it: the new one after the old, the other codes of a list.
func (s *scan) values(k *key, i int, f form) {
	var first value // of a list of codes
	for {
		v, ok := s.bounded(k, i, f)
		if k.flag {
			v = s.literal(v)
		}
		if !ok {
			return
		}
		taken := s.take(k, v) || s.bound(k, v.from) || first.to > 0 && s.sameShape(first, v) && s.add(v.from, v.to, classKinds[k.class], k.from, k.to)
		if next, ok := s.arrow(v.to, v.quoted, hasFold(s.b, v.from-len("from "), "from ")); ok && (v.quoted || taken) {
			i = next
			continue
		}
		if f == formPair {
			if next, ok := s.changed(s.afterQuote(v.to)); ok {
				i = next
				continue
			}
		}
		switch {
		case !taken || k.class != classCode:
			return
		case has(s.b, v.to, ", "): // recovery codes come as a list
			if i = v.to + 2; first.to == 0 {
				first = v
			}
		case v.to-v.from == 3 && is(s.b, v.to, charBlank|charDash) && run(s.b, v.to+1, charDigit) == v.to+4: // 482 913
			i = v.to + 1
		default:
			return
		}
	}
}

// pastTag skips the end of an element that holds the name: <b>Password:</b> x.
func (s *scan) pastTag(i int) int {
	if !has(s.b, i, "</") {
		return i
	}
	to := run(s.b, i+2, charAlnum)
	if to == i+2 || !has(s.b, to, ">") {
		return i
	}
	return s.blanks(to + 1)
}

// ofRejected skips the words with which a check tells of a value: password: rejected value [x].
func (s *scan) ofRejected(i int) int {
	if hasFold(s.b, i, "changed ") && s.opensQuote(i+len("changed ")) { // as Puppet tells it
		return i + len("changed ")
	}
	for _, w := range [...]string{"rejected value ", "invalid value ", "value=", "rejectedValue="} {
		if has(s.b, i, w) {
			return i + len(w)
		}
	}
	return i
}

// nextLine skips to a value in quotes that stands on the next line, indented, as pretty printers of YAML and JSON put it.
func (s *scan) nextLine(i int) int {
	line := s.newline(i)
	if at := s.blanks(line); line > i && at > line && s.opensQuote(at) && !s.namesValue(at) {
		return at
	}
	return i
}

// literal skips what OpenSSL puts before a password that is given as it is.
func (s *scan) literal(v value) value {
	if has(s.b, v.from, "pass:") && v.to-v.from > len("pass:") {
		v.from += len("pass:")
	}
	return v
}

// take removes a value unless it is none.
func (s *scan) take(k *key, v value) bool {
	if v.to-v.from <= maxJudged && s.clear(k, v) || !v.quoted && (has(s.b, v.to, marked) || has(s.b, v.to+1, marked)) {
		return false
	}
	return s.add(v.from, v.to, classKinds[k.class], k.from, k.to)
}

// bounded finds where the value at i begins and ends.
func (s *scan) bounded(k *key, i int, f form) (v value, ok bool) {
	if i >= len(s.b) {
		return v, false
	}
	v.form = f
	if k.tag {
		o := s.opened(i)
		if o.text == "]]>" {
			to, _ := s.end(o)
			return value{o.from, to, true, f}, true
		}
		to, closed := s.tagEnd(i)
		return value{i, to, true, f}, closed
	}
	if to := s.wordsOf(k, i, f); to > i {
		return value{i, to, true, f}, true
	}
	if s.b[i] == '{' && f == formAssign { // ODBC
		if to := bytes.IndexByte(s.b[i:s.n(i, maxName)], '}'); to > 1 && (has(s.b, i+to, "};") || s.endsAt(i+to) && i+to+1 == len(s.b)) && bytes.IndexByte(s.b[i:i+to], '"') < 0 {
			return value{i + 1, i + to, true, f}, true
		}
	}
	o := s.opened(s.prefix(i))
	if o.quote == '"' && !k.quoted && s.closesOuter(o.from) {
		return v, false
	}
	if o.quote != 0 {
		to, closed := s.end(o)
		if o.quote == '{' && has(s.b, to+1, marked) || o.quote == '(' && closed && bytes.IndexByte(s.b[o.from:to], '(') >= 0 && bytes.IndexByte(s.b[o.from:to], ' ') >= 0 {
			return v, false // a mark, an expression
		}
		if o.quote == '{' && is(s.b, to+1, charAlnum) {
			return value{i, s.bare(k, i), false, f}, true
		}
		switch {
		case closed:
			return value{o.from, to, true, f}, true
		case o.quote == '"' && f != formQuote && f != formProse:
			return value{o.from, s.lineEnd(o.from), true, f}, true
		}
		v.from = o.from
		v.to = s.bare(k, v.from)
		return v, v.to > v.from
	}
	if f == formTuple || f == formQuote || s.b[i] == '{' {
		return v, false
	}
	if s.newline(i) > i || s.loosely(f, i) && s.assigns(i) {
		return v, false
	}
	v.from, v.to = i, s.bare(k, i)
	return v, v.to > v.from
}

// wordsOf returns where a value at i ends that has several words without quotes around them: a passphrase, a password of
// an application, a mnemonic; i where there is none.
func (s *scan) wordsOf(k *key, i int, f form) int {
	switch k.class {
	case classPhrase:
		if to := run(s.b, i, charLower|charBlank); to > i+30 {
			return to
		}
	case classPassword:
		if f == formColon && !s.opensQuote(i) && hasFold(s.b, k.to-len("phrase"), "phrase") {
			if to := run(s.b, i, charAlnum|charBlank); to > i && traitsOf(s.b[i:to]).blanks >= 3 && s.endsAt(to) {
				return to
			}
		}
		if to := appPassword(s.b, i); to > 0 && s.endsAt(to) && (s.b[i+4] == '-' || hasFold(s.b, k.from-len("app "), "app ")) {
			return to
		}
	}
	return i
}

// loosely reports whether the value at i is joined to its name in a way after which another pair may stand in its place: password
// length=12, password= user=bob.
func (s *scan) loosely(f form, i int) bool {
	switch f {
	case formBlank, formColon, formProse:
		return true
	case formAssign:
		return has(s.b, i-len("= "), "= ") && is(s.b, i-len("x= "), charName)
	}
	return false
}

// assigns reports whether the name of another value and what joins it to it stand at i: password length=12.
func (s *scan) assigns(i int) bool {
	to := run(s.b, i, charLower|charUnder)
	return to > i+1 && has(s.b, to, "=") && is(s.b, to+1, charAlnum) || to > i+1 && has(s.b, to, "=") && s.quotedAttribute(to+1) > 0
}

// tagEnd returns where the next tag begins, and whether it is one that ends an element.
func (s *scan) tagEnd(i int) (to int, closed bool) {
	for end := s.n(i, maxSpelled); i < end; i++ {
		c := s.b[i]
		if c != '<' && c != '&' && c != '\\' {
			continue
		}
		if n, c := s.char(i); c == '<' {
			_, c := s.char(i + n)
			return i, c == '/' || c == '\\' && has(s.b, i+n, `\/`)
		}
	}
	return i, false
}

// lineEnd returns the end of a line.
func (s *scan) lineEnd(i int) int {
	for i < len(s.b) && s.b[i] != '\n' {
		i++
	}
	return i
}

// remarkInBrackets reports whether v begins with [FILTERED] or the like, and not with a list.
func remarkInBrackets(v []byte) bool {
	end := run(v, 1, charUpper|charUnder|charBlank|charLower)
	if end < 3 || !has(v, end, "]") {
		return false
	}
	for _, w := range remarks {
		if hasFold(v, 1, w) {
			return true
		}
	}
	return run(v, 1, charUpper|charUnder|charBlank) == end
}

// remarks are what begins a remark in place of a value, in any case.
var remarks = [...]string{"redacted", "filtered", "hidden", "masked"}
