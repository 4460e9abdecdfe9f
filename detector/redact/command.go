package redact

import "bytes"

const maxCommand = 600 // bytes of a command line that are read

// command removes the secret among the arguments of a program whose name i is in, up to three letters from its start:
// names that begin as common words do are known by what follows.
func (s *scan) command(i int) {
	for back := i; i > 0 && back-i < 3 && chars[s.b[i-1]]&charLower != 0 && !escapeBefore(s.b, i); {
		i--
	}
	if !starts(s.b, i) || i > 0 && (s.b[i-1] == '-' || s.b[i-1] == '_') {
		return
	}
	to := run(s.b, i, charName)
	if hasFold(s.b, to-4, ".exe") {
		to -= 4
	}
	if !is(s.b, run(s.b, to, charDot|charLower), charBlank) && s.listed(to) == to {
		return
	}
	for _, c := range s.t.clients[string(s.b[i:to])] {
		s.arguments(c, to)
	}
}

// field reports whether b is one of the words of list.
func field(list string, b []byte) bool {
	for i := 0; i < len(list); {
		end := i
		for end < len(list) && list[end] != ' ' {
			end++
		}
		if list[i:end] == string(b) {
			return true
		}
		i = end + 1
	}
	return false
}

// arguments walks the arguments from i on.
func (s *scan) arguments(c *client, i int) {
	counting, n := c.after == "", 0
	end := s.n(i, maxCommand)
	for i < end {
		i = run(s.b, s.listed(i), charBlank)
		if i >= end || s.b[i] == '|' || s.b[i] == ';' || has(s.b, i, "&&") {
			return
		}
		from, to := s.argument(i)
		arg := s.b[from:to]
		next := to
		if from > i {
			next = s.listed(s.afterQuote(to))
		}
		switch {
		case len(arg) == 0:
			return
		case arg[0] == '/' && c.separate == "/user" && hasFold(arg, 0, "/user:"): // net use X: \\host\share /user:bob password
			vfrom, vto := s.argument(run(s.b, next, charBlank))
			s.option(vfrom, vto)
			return
		case (arg[0] == '/' || arg[0] == '>') && c.joined != "" && bytes.HasPrefix(arg, []byte(c.joined)):
			s.option(from+len(c.joined), to)
		case arg[0] != '-' && !field(c.separate, arg) && !field(c.pair, arg):
			if counting && !slashOption(arg) && !drive(arg) {
				if n++; n == c.last {
					s.positional(c, from, to)
					return
				}
			} else if field(c.after, arg) {
				counting = true
			}
		case field(c.after, arg):
			counting = true
		case counting && field(c.cookie, arg):
			at := run(s.b, next, charBlank)
			n := len(s.spans)
			s.cookies(&key{name: name{class: classCookie}}, at, formAssign)
			if len(s.spans) > n {
				return
			}
		case counting && field(c.separate, arg), field(c.pair, arg):
			at := run(s.b, next, charBlank)
			vfrom, vto := s.argument(at)
			if field(c.pair, arg) {
				s.userPass(c, vfrom, vto)
			} else {
				s.option(vfrom, vto)
			}
			next = s.afterQuote(vto)
		case c.joined != "" && len(arg) > len(c.joined) && string(arg[:len(c.joined)]) == c.joined && arg[len(c.joined)] != '-':
			if end := s.joinedOption(from+len(c.joined), to); end > 0 {
				next = end
			}
		case c.pair != "" && len(arg) > 3 && arg[1] == '-':
			for j, ch := range arg {
				if ch == '=' && field(c.pair, arg[:j]) {
					s.userPass(c, from+j+1, to)
				}
			}
		case c.pair != "" && len(arg) > 2 && field(c.pair, arg[:2]) && arg[1] != '-':
			s.userPass(c, from+2, to)
		}
		i = max(next, i+1)
	}
}

// joinedOption removes the value that follows its option without a blank, from i to to or in quotes of its own, and returns
// where those end; 0 where there are none.
func (s *scan) joinedOption(i, to int) (end int) {
	if o := s.opened(i); o.quote != 0 {
		from, to := s.argument(i)
		s.option(from, to)
		return s.afterQuote(to)
	}
	if s.b[i] != '=' || to > i+1 {
		s.option(i, to)
	}
	return 0
}

// slashOption reports whether an argument is an option of a program of Windows: /add.
func slashOption(arg []byte) bool { return arg[0] == '/' && bytes.IndexByte(arg[1:], '/') < 0 }

// drive reports whether an argument is the letter of a drive.
func drive(arg []byte) bool { return len(arg) == 2 && arg[1] == ':' || string(arg) == "*" }

// executable removes the secret among the arguments of a program that is named with its extension, whatever path stands
// before: C:\Windows\System32\net.exe. i is at the last two letters of the name.
func (s *scan) executable(i int) {
	to := i + 2
	if !hasFold(s.b, to, ".exe") {
		return
	}
	from := to
	for from > 0 && to-from < maxWordLen && chars[s.b[from-1]]&charAlnum != 0 {
		from--
	}
	var buf [maxWordLen]byte
	for j := from; j < to; j++ {
		buf[j-from] = lower(s.b[j])
	}
	for _, c := range s.t.clients[string(buf[:to-from])] {
		s.arguments(c, s.afterQuote(to+len(".exe")))
	}
}

// listed skips what stands between two arguments that are told as a list: ['docker', 'login', '-p', 'x']. i is at the
// quote that closes the first, or behind it.
func (s *scan) listed(i int) int {
	at := s.afterQuote(i)
	if j := run(s.b, at+1, charAlnum); is(s.b, at, charBlank) && has(s.b, at+1, "a") && run(s.b, at+2, charDigit) == j && j > at+2 && has(s.b, j, "=") && s.quotedAttribute(j+1) > 0 {
		return j + 1 // as Linux audits it: a0="mysql" a1="-px"
	}
	if at > 0 && at < len(s.b) && s.b[at] == ',' && (s.b[at-1] == '\'' || s.b[at-1] == '"') {
		return run(s.b, at+1, charBlank)
	}
	return i
}

// argument returns where one argument begins and ends, without its quotes.
func (s *scan) argument(i int) (from, to int) {
	i = s.shellQuote(i)
	if o := s.opened(i); o.quote == '"' || o.quote == '\'' {
		if s.closesOuter(o.from) {
			return i, i
		}
		if to, ok := s.end(o); ok {
			return o.from, to
		}
	}
	to = i
	for to < len(s.b) && !s.endsArgument(to) {
		to++
	}
	return i, to
}

// endsArgument reports whether the byte at i ends an argument without quotes. An apostrophe between letters, a bracket
// and a backslash may stand in one.
func (s *scan) endsArgument(i int) bool {
	switch c := s.b[i]; c {
	case '"', '|':
		return true
	case '\\':
		return s.backslashes(i) == 0
	case '\'':
		return !is(s.b, i+1, charAlnum)
	case ')':
		return s.endsAt(i + 1)
	default:
		return c <= ' '
	}
}

// afterQuote skips the quote that closes an argument.
func (s *scan) afterQuote(i int) int {
	if n, c := s.char(i); n > 1 && (c == '"' || c == '\'') {
		return i + n
	}
	i = pastSlashes(s.b, i)
	if i < len(s.b) && (s.b[i] == '"' || s.b[i] == '\'') {
		i++
	}
	return i
}

// option removes the value of an option, unless it is another option, a port or stands for a value.
func (s *scan) option(from, to int) {
	for to > from && (s.b[to-1] == ',' || s.b[to-1] == ';') {
		to--
	}
	if has(s.b[:to], from, "pass:") { // OpenSSL's way to say that it is given as it is
		from += len("pass:")
	}
	if to-from < 3 || s.b[from] == '-' || placeholder(s.b[from:to]) || reference(s.b[from:to]) {
		return
	}
	if run(s.b, from, charDigit) == to && to-from < 4 {
		return
	}
	s.add(from, to, classKinds[classPassword], 0, 0)
}

// userPass removes the second half of user:password.
func (s *scan) userPass(c *client, from, to int) {
	if has(s.b, from, "pkcs11:") { // a key in a token, by its URI
		return
	}
	between := byte(':')
	if c.between != 0 {
		between = c.between
	}
	for i := from; i < to; i++ {
		if s.b[i] == between {
			s.option(i+1, to)
			return
		}
	}
}

// positional removes an argument that is a secret by its place.
func (s *scan) positional(c *client, from, to int) {
	if c.oracle {
		s.service(from, to, c.between)
		return
	}
	if t := traitsOf(s.b[from:to]); c.drawn && (t.len < 16 || t.digits == 0) {
		return
	}
	s.option(from, to)
}

// service removes the password of user/password@service, as Oracle's programs take it, if it has the byte must; 0: it may
// end with the password.
func (s *scan) service(from, to int, must byte) {
	if must != 0 && bytes.IndexByte(s.b[from:to], must) < 0 {
		return
	}
	i := run(s.b, from, charName|charDollar)
	if i == from || i >= to || s.b[i] != '/' {
		return
	}
	end := i + 1
	for end < to && s.b[end] != '@' {
		end++
	}
	s.option(i+1, end)
}
