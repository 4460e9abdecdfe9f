package redact

import "bytes"

// isYour removes the code of a message that names it afterwards: 482913 is your verification code. i is at "is your" or
// "as your".
func (s *scan) isYour(i int) {
	b := s.b
	if !hasFold(b, i+1, "s your ") || !has(b, i-1, " ") {
		return
	}
	to := i - 1
	from := to
	for from > s.done && to-from < 12 && chars[b[from-1]]&(charDigit|charDash) != 0 {
		from--
	}
	for from < to && b[from] == '-' {
		from++
	}
	if to-from < 4 || to-from > 9 || is(b, from-1, charAlnum) {
		return
	}
	rest := b[i:s.n(i, 64)]
	for _, w := range [...]string{" code", " OTP", " PIN", " passcode", " otp", " pin"} {
		if bytes.Contains(rest, []byte(w)) {
			s.add(from, to, classKinds[classCode], 0, 0)
			return
		}
	}
}

// purposes are what a code is for that a message tells to use.
var purposes = []string{" to log in", " to login", " to sign in", " to verify", " to confirm", " to complete", " to finish", " to reset", " to authenticate", " to continue signing in", " as your ", " for your login", " for two-factor"}

// use removes the code that a message tells to use: Use 482913 to log in. i is at use.
func (s *scan) use(i int) {
	from := i + len("use ")
	to := run(s.b, from, charDigit)
	if !starts(s.b, i) || to-from < 4 || to-from > 8 {
		return
	}
	for _, p := range purposes {
		if hasFold(s.b, to, p) {
			s.add(from, to, classKinds[classCode], 0, 0)
			return
		}
	}
}

// hereString removes what a shell hands to a program that reads a password: sudo -S ls <<< 'x'. i is at <<<.
func (s *scan) hereString(i int) {
	if !has(s.b, i, "<<<") || !readsPassword(s.b[max(0, i-maxBeside):i]) {
		return
	}
	from, to := s.argument(run(s.b, i+3, charBlank))
	s.option(from, to)
}

// secureString removes the text that PowerShell makes a SecureString of. i is within ConvertTo-SecureString.
func (s *scan) secureString(i int) {
	if hasFold(s.b, i, "tto-securestring)") { // ParameterBinding(ConvertTo-SecureString): name="String"; value="x"
		at := s.escape(s.blanks(i+len("tto-securestring):")) + len("name="))
		if hasFold(s.b, at, `"string`) {
			if at, ok := s.valueWord(s.afterQuote(at+len(`"string`)) + 1); ok && s.opensQuote(at) {
				from, to := s.argument(at)
				s.option(from, to)
			}
		}
		return
	}
	if !hasFold(s.b, i, "tto-securestring ") {
		return
	}
	at := s.blanks(i + len("tto-securestring "))
	if hasFold(s.b, at, "-string ") {
		at = s.blanks(at + len("-string "))
	}
	if s.opensQuote(at) {
		from, to := s.argument(at)
		s.option(from, to)
	}
}

// account removes the password of an account that follows credentials: bob:x, bob / x. It reports whether one stands
// at i.
func (s *scan) account(k *key, i int) bool {
	if !k.credentials && (k.class != classSecret || !hasFold(s.b, k.from, "cred")) && !s.afterUser(k) && !hasFold(s.b, k.from-len("stats "), "stats auth") && !hasFold(s.b, k.from-len("basic "), "basic auth") && !one([]string{"basic_auth", "basicauth"}, s.b[k.from:k.to]) {
		return false
	}
	user := run(s.b, i, charName)
	if user == i {
		return false
	}
	at := user
	switch {
	case has(s.b, user, " / "):
		at += 3
	case has(s.b, user, ":"), has(s.b, user, "/"):
		at++
	default:
		return false
	}
	if has(s.b, at, marked) {
		return true
	}
	to := s.bare(k, at)
	t := traitsOf(s.b[at:to])
	return t.len >= 5 && t.digits > 0 && t.digits < t.len && t.slashes+t.colons == 0 && s.take(&key{name: name{class: classPassword}, from: k.from, to: k.to}, value{at, to, true, formAssign})
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

// afterUser reports whether the name of a user and a stroke stand before the key: user/password: bob/x.
func (s *scan) afterUser(k *key) bool {
	if k.class != classPassword || !has(s.b, k.from-1, "/") {
		return false
	}
	for _, w := range [...]string{"user", "username", "login", "account", "id"} {
		if hasFold(s.b, k.from-1-len(w), w) {
			return true
		}
	}
	return false
}
