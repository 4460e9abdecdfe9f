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
