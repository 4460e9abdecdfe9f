package redact

// verb removes what follows the verbs of protocols that log in: AUTH of Redis and SMTP, PASS of FTP and POP3, LOGIN of
// IMAP.
func (s *scan) verb(i int) {
	b := s.b
	if i > 0 && chars[b[i-1]]&(charAlnum|charUnder|charDash|charDot) != 0 && !escapeBefore(b, i) {
		return
	}
	end := run(b, i, charUpper)
	if is(b, end, charAlnum|charUnder|charDash) {
		return
	}
	quoted := s.afterQuote(end)
	at := run(b, quoted, charBlank)
	if at == quoted || at > end+16 {
		return
	}
	from, to := s.argument(at)
	if from >= to {
		return
	}
	next := run(b, s.afterQuote(to), charBlank)
	switch string(b[i:end]) {
	case "AUTH":
		if m := s.b[from:to]; one([]string{"plain", "login", "xoauth2", "cram-md5", "oauthbearer"}, m) {
			if v, vto := s.argument(next); vto-v >= 8 && run(b, v, charStd) == vto {
				s.add(v, vto, classKinds[classAuthorization], i, end)
			}
			return
		}
		if v, vto := s.argument(next); from > at && v > next && vto > v { // MONITOR: "AUTH" "user" "password"
			s.add(v, vto, classKinds[classPassword], i, end)
			return
		}
		if v, vto := s.argument(next); vto > v && next > to && s.logsIn(i, v, vto) && !s.t.function.has(b[from:to]) && !one([]string{"method", "type", "mode", "scheme", "user"}, b[from:to]) { // AUTH user password
			s.add(v, vto, classKinds[classPassword], i, end)
			return
		}
		t := traitsOf(b[from:to])
		if from > at && t.len > 2 || t.digits > 0 && t.lowers > 0 && t.len >= 6 || t.random() {
			s.add(from, to, classKinds[classPassword], i, end)
		}
	case "PASS":
		t := traitsOf(b[from:to])
		if t.len >= 5 && t.digits != t.len && t.uppers != t.len && (t.digits > 0 && t.lowers > 0 && t.dots == 0 && t.slashes == 0 || next >= len(b) || b[next-1] == '\n') && !placeholder(b[from:to]) && !s.t.status.has(b[from:to]) {
			s.add(from, to, classKinds[classPassword], i, end)
		}
	case "LOGIN":
		if v, vto := s.argument(next); vto-v >= 5 && i > 0 && traitsOf(b[v:vto]).digits > 0 && !placeholder(b[v:vto]) && is(b, i-2, charDigit) {
			s.add(v, vto, classKinds[classPassword], i, end)
		}
	}
}

// logsIn reports whether what stands from v to to, the second argument of an AUTH at i, is a password.
func (s *scan) logsIn(i, v, to int) bool {
	if hasFold(s.b, i-len("hello 3 "), "hello ") {
		return to-v >= 3
	}
	t := traitsOf(s.b[v:to])
	return t.len >= 5 && t.digits > 0 && t.digits < t.len && t.dots < 3 && t.colons == 0 && run(s.b, to, charBlank) == to && s.endsAt(to) && !placeholder(s.b[v:to])
}

// pathWords are parts of paths that a token follows.
var pathWords = []string{
	"reset", "reset-password", "reset_password", "password-reset", "password_reset", "passwordreset", "verify", "verify-email", "verify_email", "confirm", "confirmation", "activate",
	"activation", "magic", "magic-link", "magic_link", "magiclink", "invite", "invitation", "unlock", "edit-password", "set-password", "forgot-password", "email-verification", "confirm-email", "accept-invite",
}

// path removes a token in a path: /reset-password/TOKEN. i is within the word before it.
func (s *scan) path(i int) {
	if s.b[i] == '/' {
		i++
	}
	from := i
	for from > 0 && i-from < 32 && chars[s.b[from-1]]&charURL != 0 {
		from--
	}
	end := run(s.b, i, charURL)
	if from == 0 || s.b[from-1] != '/' || end >= len(s.b) || s.b[end] != '/' || !one(pathWords, s.b[from:end]) {
		return
	}
	to := run(s.b, end+1, charDotted|charPercent|charEqual)
	if t := traitsOf(s.b[end+1 : to]); t.random() && !uuid(s.b[end+1:to]) {
		s.add(end+1, to, classKinds[classToken], from, end)
	}
}
