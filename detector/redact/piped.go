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

// notUsers are names before a colon that say what follows, and are no name of a user.
var notUsers = []string{
	"user", "username", "from", "to", "cc", "bcc", "mail", "mailto", "email", "account", "login", "sender", "rcpt", "by", "host", "addr", "address", "name", "id", "client", "peer", "ssh", "git", "server", "node",
	"sip", "xmpp", "acct", "owner", "author", "principal", "target", "url", "uri", "dest", "source", "reply-to", "contact", "sftp", "scp", "rsync", "repo", "image",
}

// loginAt removes the password of user:password@host where no scheme stands before it. i is at the @.
func (s *scan) loginAt(i int) {
	b := s.b
	if i >= len(b) || b[i] != '@' {
		return
	}
	if is(b, i+1, charDigit) && !has(b, i+1, "10.") && !has(b, i+1, "127.") && !has(b, i+1, "172.") && !has(b, i+1, "192.") {
		return
	}
	if s.oracle(i) {
		return
	}
	host := run(b, i+1, charName)
	if host < len(b) && b[host] != ':' && b[host] != '/' && !s.endsAt(host) {
		return
	}
	from := i
	for from > s.done && i-from < 128 && b[from-1] > ' ' && b[from-1] != '"' && b[from-1] != '\'' && b[from-1] != '/' && b[from-1] != '=' && b[from-1] != '(' && b[from-1] != '<' {
		from--
	}
	if from > 0 && b[from-1] == '/' {
		return
	}
	colon := bytes.IndexByte(b[from:i], ':')
	if colon < 1 || run(b, from, charName) != from+colon || one(notUsers, b[from:from+colon]) {
		return
	}
	t := traitsOf(b[from+colon+1 : i])
	if t.len < 4 || t.len > 64 || t.digits == 0 && t.marks == 0 && (t.uppers == 0 || t.lowers == 0) || t.digits == t.len || placeholder(b[from+colon+1:i]) || algorithm(b[from+colon+1:i]) || t.colons > 0 || t.digits > 0 && t.digits+t.dots >= t.len-1 || t.digits < 2 && t.marks == 0 && t.uppers == 0 && !s.t.weak.has(b[from+colon+1:i]) {
		return
	}
	s.add(from+colon+1, i, classKinds[classPassword], 0, 0)
}

// oracle removes the password of user/password@host:1521/service or user/password@//host, as Oracle's clients take it. i
// is at the @.
func (s *scan) oracle(i int) bool {
	b := s.b
	host := i + 1
	plain := !has(b, host, "//")
	if !plain {
		host += 2
	}
	end := run(b, host, charName)
	if end == host || plain && !has(b, end, ":") {
		return false
	}
	if has(b, end, ":") {
		port := run(b, end+1, charDigit)
		if plain && (!has(b, port, "/") || !has(b, end, ":15") && !has(b, end, ":248")) { // the ports of its listeners
			return false
		}
	}
	slash := i
	for slash > s.done && i-slash < maxLoginPassword && b[slash-1] > ' ' && b[slash-1] != '/' && b[slash-1] != '"' && b[slash-1] != '\'' && b[slash-1] != '@' {
		slash--
	}
	if slash == i || !has(b, slash-1, "/") || placeholder(b[slash:i]) || run(b, slash, charDigit) == i {
		return false
	}
	from := slash - 1
	for from > s.done && chars[b[from-1]]&(charAlnum|charUnder) != 0 {
		from--
	}
	if from == slash-1 || from > 0 && (chars[b[from-1]]&(charName|charBase64) != 0 || b[from-1] == ':' || b[from-1] == '@') {
		return false
	}
	return s.add(slash, i, classKinds[classPassword], 0, 0)
}

// maxLoginPassword bounds a password before an @.
const maxLoginPassword = 64
