package redact

import "bytes"

// loose finds a value that nothing joins to its key but a blank, a comma or words. The key ends at i, with its quotes,
// and j is behind the blanks after it.
func (s *scan) loose(k *key, i, j int) (at int, f form) {
	if s.removeBeside(k, i, j) {
		return j, formNone
	}
	b := s.b
	switch c := b[j]; {
	case c == ';' && k.quoted: // PHP's serialize
		if at, ok := s.counted(j + 1); ok {
			return at, formTuple
		}
	case c == '|': // what PHP keeps of a session
		if at, ok := s.counted(j + 1); ok {
			return at, formTuple
		}
		return s.inColumn(k, j)
	case c == '.' && j > i && has(b, k.from-1, "(") && is(b, j+1, charBlank) && s.opensQuote(j+2): // a pair of Lisp
		return j + 2, formTuple
	case c == '-' && j > i && is(b, j+1, charBlank) && k.class == classPassword:
		if v := s.blanks(j + 1); run(b, v, charDigit|charDash|charColon) < run(b, v, charURL|charColon) {
			return v, formProse
		}
	case k.flag && j > i+1 && is(b, j, charUpper|charLower): // a column of a help
		return j, formNone
	case k.flag && j > i:
		return j, formFlag
	case j > i && k.from > 0 && b[k.from-1] == '/' && s.stored(k.from): // --name db/password --value x
		return s.pastFlag(j), formFlag
	case c == ',' && (k.quoted || beginsPair(b, k.from) || has(b, k.from-1, "{")):
		return s.afterComma(k, j)
	case c == '>' && i == j && !k.quoted && s.prompts(k, j):
		k.doubtful = true
		return s.blanks(j + 1), formColon
	case c == ')' && k.quoted && has(b, j+1, ","): // 'loc': ('body', 'password'), 'msg': 'too short', 'input': 'x'
		if at, ok := s.attributes(j + 1); ok {
			return at, formPair
		}
	case c == ',' && i == j && !k.quoted && k.class == classPassword && property(b[k.from:k.to]) && s.lastWord(j+1): // a property and its value
		return j + 2, formAssign
	case c == '{' && k.quoted: // variable "password" { default = "x" }
		if at, ok := s.byDefault(j + 1); ok {
			return at, formPair
		}
	case drawnLine(b, j) > 0 && s.inTable(k.from):
		k.table = true
		return s.blanks(j + drawnLine(b, j)), formTable
	case j > i:
		if at, ok := s.ofUser(j); ok && k.class == classPassword {
			k.doubtful = true
			return at, formProse
		}
		return s.afterBlank(k, j)
	case c == '[' && !k.quoted && !s.inBrackets(k, j):
		return j, formTight
	case c == '(' && s.opensQuote(j+1) && !k.quoted: // PASSWORD('x')
		return j + 1, formQuote
	}
	return j, formNone
}

// removeBeside removes what stands right behind a key without quotes, in brackets or as the next cell of a list, and so
// has no form: AccessToken{value=x}, password(x) rejected, user,bob,password,x. The key ends at i, and j is behind the
// blanks after it. It reports whether something was removed.
func (s *scan) removeBeside(k *key, i, j int) bool {
	if k.quoted {
		return false
	}
	switch s.b[j] {
	case '{', '[':
		return s.removeHeld(k, j)
	case '(':
		return s.removeHeld(k, j) || i == j && !s.opensQuote(j+1) && s.removeDrawn(k, j+1)
	case ',':
		return i == j && (s.removeDrawn(k, j+1) || beginsPair(s.b, k.from) && s.removeDrawn(k, s.blanks(j+1)))
	}
	return false
}

// beginsPair reports whether what begins at i is the first of a pair or a list: (password, x), [password, x].
func beginsPair(b []byte, i int) bool { return has(b, i-1, "(") || has(b, i-1, "[") }

// prompts reports whether what was typed may follow the > at i, which ends no tag: password> x.
func (s *scan) prompts(k *key, i int) bool {
	return is(s.b, i+1, charBlank) && !has(s.b, k.from-1, "<") && !has(s.b, k.from-1, "/")
}

// property reports whether a name has dots as that of a setting of Java: javax.net.ssl.keyStorePassword.
func property(name []byte) bool { return bytes.Count(name, []byte(".")) > 1 }

// inBrackets reports whether the brackets at i hold something else than the value of a key: a name with its own value, or
// the number of an element, a process or a task.
func (s *scan) inBrackets(k *key, i int) bool {
	return is(s.b, run(s.b, i+1, charName), charEqual|charColon) || index(s.b, i) || process(s.b, i) || task(s.b[k.from:k.to], s.b, i)
}

// removeDrawn removes what stands in parentheses or as the cell of a list at i, without quotes, if it looks drawn: with
// letters of both cases, in a pair also of hexadecimal digits. It reports whether it did.
func (s *scan) removeDrawn(k *key, i int) bool {
	to := run(s.b, i, charStd|charURL|charTilde)
	if equal := bytes.IndexByte(s.b[i:to], '='); equal >= 0 && run(s.b, i+equal, charEqual) < to { // another key
		return false
	}
	t := traitsOf(s.b[i:to])
	mixed := t.lowers > 0 && t.uppers > 0 && (t.random() && t.digits > 0 || scrambled(s.b[i:to]))
	pair := t.hex && t.random() && beginsPair(s.b, k.from)
	return (mixed || pair) && (s.endsAt(to) || has(s.b, to, ",")) && s.take(k, value{i, to, false, formAssign})
}

// lastWord reports whether a blank and one word, which is no path of names, stand between i and the end of the line.
func (s *scan) lastWord(i int) bool {
	if !is(s.b, i, charBlank) {
		return false
	}
	to := i + 1
	for to < s.n(i, maxName) && s.b[to] > ' ' && s.b[to] != '"' && s.newline(to) == to {
		to++
	}
	return to > i+1 && (to == len(s.b) || s.b[to] == '"' || s.newline(to) > to) && bytes.Count(s.b[i+1:to], []byte(".")) < 2
}

// inColumn finds the value of a key that stands in a column: | password | x |. i is at the border behind the key.
func (s *scan) inColumn(k *key, i int) (at int, f form) {
	if s.inTable(k.from) {
		k.table = true
		return s.blanks(i + 1), formTable
	}
	if s.b[i-1] == ' ' {
		return s.afterBlank(k, i)
	}
	return i, formNone
}

// holders are names of what an object holds that is itself named for a secret.
var holders = []string{"value", "val", "raw", "plain", "access", "refresh", "old", "new", "current"}

// removeHeld removes what stands in the brackets behind the name of a secret: AccessToken{value=x, type=Bearer},
// changePassword(old=x, new=y). i is at the bracket. It reports whether something was removed.
func (s *scan) removeHeld(k *key, i int) bool {
	n := len(s.spans)
	for range 8 {
		i = run(s.b, i+1, charBlank)
		to := run(s.b, i, charAlpha)
		if to == i || !has(s.b, to, "=") {
			break
		}
		inner := key{name: k.name, from: i, to: to}
		v, ok := s.bounded(&inner, to+1, formAssign)
		if !ok {
			break
		}
		if one(holders, s.b[i:to]) {
			s.take(&inner, v)
		}
		if i = s.afterQuote(v.to); !has(s.b, i, ",") {
			break
		}
	}
	return len(s.spans) > n
}

// index reports whether a path goes on with an index at i: credentials[0].secret.
func index(b []byte, i int) bool {
	end := run(b, i+1, charDigit)
	return end > i+1 && has(b, end, "]") && (has(b, end+1, ".") || has(b, end+1, "["))
}

// process reports whether the number of a process stands at i behind the name of a program: passwd[412]: changed.
func process(b []byte, i int) bool {
	end := run(b, i+1, charDigit)
	return end > i+1 && has(b, end, "]:")
}

// task reports whether the id of a task stands at i behind the path of the function that it runs, as Celery prints it:
// auth.refresh_token[c17ed205-…].
func task(name, b []byte, i int) bool {
	const width = 36 // of a UUID
	return bytes.IndexByte(name, '.') > 0 && i+1+width < len(b) && uuid(b[i+1:i+1+width]) && b[i+1+width] == ']'
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
	if has(s.b, k.from-1, "(") && at == i+1 && property(s.b[k.from:k.to]) { // a property and its value, as Scala prints a pair
		return at, formAssign
	}
	if has(s.b, k.from-1, "[") {
		return at, formBlank
	}
	return i, formNone
}

// afterBlank finds the value of a key that a blank before i follows: password x, password is x, password for bob: x.
func (s *scan) afterBlank(k *key, i int) (at int, f form) {
	if n := run(s.b, i, charDigit); n > i && n < i+3 && has(s.b, n, ": ") { // Unseal Key 1: x
		return s.blanks(n + 1), formColon
	}
	if at := s.pastFlag(i); at > i { // secret set API_TOKEN --body x
		return at, formFlag
	}
	if hasFold(s.b, i, "with ") && s.opensQuote(i+len("with ")) && (has(s.b, i-2, `" `) || has(s.b, i-2, "' ")) { // fill in "Password" with "x"
		return i + len("with "), formTuple
	}
	if at := s.changedFrom(k, i); at > i {
		return at, formProse
	}
	if at, f := s.toldWhose(k, i); f != formNone {
		return at, f
	}
	if at, ok := s.isWord(i); ok {
		return at, formProse
	}
	if at, f := s.whose(k, i); f != formNone {
		return at, f
	}
	if s.opensQuote(i) {
		return i, formQuote
	}
	return i, formBlank
}

// changedFrom finds the old value of a password that was changed, if the new one follows it: changed password from x to y.
func (s *scan) changedFrom(k *key, i int) int {
	if !hasFold(s.b, i, "from ") || !hasFold(s.b, k.from-len("changed "), "changed ") {
		return i
	}
	at := i + len("from ")
	to := at
	for to < s.n(at, maxName) && s.b[to] > ' ' {
		to++
	}
	if to == at || !has(s.b, to, " to ") {
		return i
	}
	return at
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
