package redact

import "bytes"

// readers are the programs that read a password from what is piped into them, and how they are told to.
var readers = []string{
	"sudo -S", "sudo -kS", "sudo -Sk", "sudo --stdin", "chpasswd", "passwd --stdin", "--password-stdin", "--passphrase-fd 0", "kinit", "cryptsetup", "smbpasswd", "vncpasswd",
	"htpasswd -i", "-pass stdin", "mkpasswd", "login --with-token", "passwd -stdin",
	"secret put", "secret set", "secret create", "secrets create", "secrets versions add", "secrets set",
}

// piped removes what is echoed into a program that reads a password: echo pw | sudo -S ls. i is at echo, or
// in printf.
func (s *scan) piped(i int) {
	if has(s.b, i-2, "printf") {
		i -= 2
	}
	if !starts(s.b, i) {
		return
	}
	b := s.b[i:s.n(i, maxCommand)]
	pipe := bytes.IndexByte(b, '|')
	if pipe < 0 || !readsPassword(b[pipe+1:]) {
		return
	}
	at := run(s.b, i, charLower)
	for at < i+pipe {
		at = run(s.b, at, charBlank)
		from, to := s.argument(at)
		if from >= to || to > i+pipe {
			return
		}
		next := s.afterQuote(to)
		if rest := run(s.b, next, charBlank); rest < i+pipe && (s.b[from] == '-' || bytes.IndexByte(s.b[from:to], '%') >= 0) {
			at = next
			continue
		}
		if colon := bytes.IndexByte(s.b[from:to], ':'); colon > 0 && run(s.b, from, charName) == from+colon {
			from += colon + 1
		}
		s.option(from, to)
		return
	}
}

func readsPassword(b []byte) bool {
	for _, r := range readers {
		if bytes.Contains(b, []byte(r)) {
			return true
		}
	}
	return false
}

// pgpass removes the last field of a line of .pgpass: host:port:database:user:password. i is at the
// last two digits of the port.
func (s *scan) pgpass(i int) {
	b := s.b
	for n := 0; n < 4 && is(b, i, charDigit); n++ {
		i--
	}
	port := run(b, i+1, charDigit)
	if !has(b, i, ":543") || port-i < 4 || port-i > 6 || !is(b, i-1, charAlnum) && !has(b, i-1, "*") {
		return
	}
	at := port
	for range 2 {
		if at >= len(b) || b[at] != ':' {
			return
		}
		end := run(b, at+1, charName)
		if has(b, at+1, "*") {
			end = at + 2
		}
		if end == at+1 {
			return
		}
		if run(b, at+1, charDigit|charDot) == end { // a list of addresses
			return
		}
		at = end
	}
	if at >= len(b) || b[at] != ':' {
		return
	}
	to := at + 1
	for to < s.n(at, maxJudged) && b[to] > ' ' && b[to] != '"' && s.newline(to) == to {
		to++
	}
	if t := traitsOf(b[at+1 : to]); t.len >= 4 && (t.digits < t.len || t.len > 6) && (t.digits+t.marks > 0 || t.lowers > 0) && !placeholder(b[at+1:to]) && !s.t.status.has(b[at+1:to]) {
		s.add(at+1, to, classKinds[classPassword], 0, 0)
	}
}
