package redact

import "bytes"

// A user and a password stand beside each other: bob:x@host, bob/x@//host, credentials bob:x.

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
