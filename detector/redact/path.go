package redact

// pathWords are parts of paths that a token follows.
var pathWords = []string{
	"reset", "reset-password", "reset_password", "password-reset", "password_reset", "passwordreset", "verify", "verify-email", "verify_email", "confirm", "confirmation", "activate",
	"activation", "magic", "magic-link", "magic_link", "magiclink", "invite", "invitation", "unlock", "edit-password", "set-password", "forgot-password", "email-verification", "confirm-email", "accept-invite",
}

// pathToken removes a token in a path: /reset-password/TOKEN. i is within the word before it.
func (s *scan) pathToken(i int) {
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
