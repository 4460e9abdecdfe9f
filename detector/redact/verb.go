package redact

import "bytes"

// verb removes what follows the verbs of protocols that log in: AUTH of Redis and SMTP, AUTHENTICATE and LOGIN of IMAP,
// PASS of FTP and POP3, IDENTIFY of IRC. They are in upper case, but as MONITOR of Redis prints them: "auth" "password".
func (s *scan) verb(i int) {
	b := s.b
	if i > 0 && chars[b[i-1]]&(charAlnum|charUnder|charDash|charDot) != 0 && !escapeBefore(b, i) {
		return
	}
	if hasFold(b, i, "login attempt [") {
		s.attempt(i + len("login attempt ["))
		return
	}
	if hasFold(b, i, "login incorrect") || hasFold(b, i, "login ok: ") { // of FreeRADIUS: Login incorrect (pap): [bob/x] (from client
		if at := bytes.Index(b[i:s.n(i, maxBeside)], []byte(": [")); at > 0 {
			s.attempt(i + at + len(": ["))
		}
		return
	}
	if hasFold(b, i, "add-mask::") { // what the log of a workflow is not to show
		from, to := s.argument(i + len("add-mask::"))
		s.option(from, to)
		return
	}
	end := run(b, i, charUpper)
	lowered := end == i && i > 0 && has(b, i-1, `"auth`) && s.opensQuote(run(b, s.afterQuote(i+len("auth")), charBlank))
	if lowered {
		end = i + len("auth")
	}
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
	w := said{verb: i, end: end, at: at, from: from, to: to, next: run(b, s.afterQuote(to), charBlank)}
	switch verb := string(b[i:end]); {
	case verb == "AUTH", verb == "AUTHENTICATE", lowered:
		s.saidAuth(&w)
	case verb == "PASS":
		s.saidPass(&w)
	case verb == "LOGIN":
		if v, vto := s.argument(w.next); is(b, i-2, charDigit) && s.passwordOfMail(b[v:max(v, vto)]) { // behind the number of a command
			s.add(v, vto, classKinds[classPassword], i, end)
		}
	case verb == "IDENTIFY": // to the services of IRC: /msg NickServ IDENTIFY name password
		if !hasFold(b, i-len("nickserv "), "nickserv ") && !hasFold(b, i-len("nickserv :"), "nickserv :") {
			return
		}
		if v, vto := s.argument(w.next); vto > v && is(b, w.to, charBlank) {
			from, to = v, vto
		}
		s.option(from, to)
	}
}

// passwordOfMail reports whether v, the second argument of a LOGIN of IMAP, is a password and not a word of a sentence.
func (s *scan) passwordOfMail(v []byte) bool {
	return len(v) >= 5 && (traitsOf(v).digits > 0 || camel(v) || s.t.weak.has(v)) && !placeholder(v)
}

// camel reports whether v has letters of both cases, and one in upper case that is not the first.
func camel(v []byte) bool {
	upper, low := false, false
	for i := range v {
		upper, low = upper || i > 0 && is(v, i, charUpper), low || is(v, i, charLower)
	}
	return upper && low
}

// said is a verb and its first argument.
type said struct {
	verb, end int
	at        int // of the argument, with its quote
	from, to  int
	next      int // of the argument behind it
}

// saidAuth removes the password of an AUTH: behind the name of a mechanism, of a user, or alone.
func (s *scan) saidAuth(w *said) {
	b := s.b
	v, vto := s.argument(w.next)
	if m := b[w.from:w.to]; one(mechanisms, m) {
		if line := s.newline(w.to); line > w.to {
			if !one([]string{"login"}, m) { // asks for the name first
				s.answer(line, 12)
			}
		} else if t := traitsOf(b[v:vto]); t.len >= 8 && t.uppers+t.digits > 0 && run(b, v, charStd) == vto {
			s.add(v, vto, classKinds[classAuthorization], w.verb, w.end)
		}
		return
	}
	if w.from > w.at && v > w.next && vto > v { // MONITOR: "AUTH" "user" "password"
		s.add(v, vto, classKinds[classPassword], w.verb, w.end)
		return
	}
	if vto > v && w.next > w.to && s.logsIn(w.verb, v, vto) && s.mayBeUser(b[w.from:w.to]) { // AUTH user password
		s.add(v, vto, classKinds[classPassword], w.verb, w.end)
		return
	}
	t := traitsOf(b[w.from:w.to])
	if w.from > w.at && t.len > 2 || t.digits > 0 && t.lowers > 0 && t.len >= 6 || t.random() {
		s.add(w.from, w.to, classKinds[classPassword], w.verb, w.end)
	}
}

// authWords follow AUTH in sentences, where the name of a user does in a command.
var authWords = []string{"method", "type", "mode", "scheme", "user"}

// mayBeUser reports whether v, the first argument of an AUTH, may be the name of a user.
func (s *scan) mayBeUser(v []byte) bool { return !s.t.function.has(v) && !one(authWords, v) }

// saidPass removes the password of a PASS of FTP and POP3, which tests print before the name of what passed: PASS
// pkg/a.TestLogin.
func (s *scan) saidPass(w *said) {
	v := s.b[w.from:w.to]
	t := traitsOf(v)
	switch {
	case t.len < 5, t.digits == t.len, t.uppers == t.len: // a count, a word of a protocol
		return
	case t.slashes > 0 && t.dots > 0: // the path of a test
		return
	case !drawnWord(&t) && !s.endsCommand(w) && !hasFold(s.b, w.verb-len("ftp> "), "ftp> "):
		return
	case placeholder(v), s.t.status.has(v):
		return
	}
	s.add(w.from, w.to, classKinds[classPassword], w.verb, w.end)
}

// drawnWord reports whether a text has digits between letters, and nothing of a path.
func drawnWord(t *traits) bool {
	return t.digits > 0 && t.lowers > 0 && t.dots == 0 && t.slashes == 0
}

// endsCommand reports whether nothing follows the argument of a verb on its line, as nothing follows the one of a command.
func (s *scan) endsCommand(w *said) bool {
	return w.next >= len(s.b) || s.b[w.next-1] == '\n'
}

// logsIn reports whether what stands from v to to, the second argument of an AUTH at i, is a password.
func (s *scan) logsIn(i, v, to int) bool {
	if hasFold(s.b, i-len("hello 3 "), "hello ") {
		return to-v >= 3
	}
	t := traitsOf(s.b[v:to])
	switch {
	case t.len < 5, t.digits == 0 && !scrambled(s.b[v:to]): // a word
		return false
	case t.digits == t.len, t.dots > 2, t.colons > 0: // a number, an address, a time
		return false
	}
	return run(s.b, to, charBlank) == to && s.endsAt(to) && !placeholder(s.b[v:to])
}

// attempt removes the password of an attempt to log in, as servers tell it that watch for intruders: [root/x], or with
// the letters and quotes of Python: [b'root'/b'x'].
func (s *scan) attempt(i int) {
	stroke, to := 0, i
	for ; to < s.n(i, maxName) && s.b[to] != ']' && s.b[to] > ' '; to++ {
		if s.b[to] == '/' && stroke == 0 {
			stroke = to
		}
	}
	if stroke == 0 || to >= len(s.b) || s.b[to] != ']' {
		return
	}
	from := s.opened(s.prefix(stroke + 1)).from
	if from > stroke+1 {
		to = s.beforeQuote(to)
	}
	v := s.b[from:max(from, to)]
	if t := traitsOf(v); t.colons > 1 || t.slashes > 0 || run(v, 0, charDigit|charDot|charDash|charColon) == len(v) {
		return // an address, a date, a number
	}
	s.take(&key{name: name{class: classPassword, doubtful: !scrambled(v) && !s.t.weak.has(v)}}, value{from, to, true, formAssign})
}

// beforeQuote is i before a quote and its escapes that end there.
func (s *scan) beforeQuote(i int) int {
	for i > 0 && (s.b[i-1] == '\'' || s.b[i-1] == '"' || s.b[i-1] == '\\') {
		i--
	}
	return i
}
