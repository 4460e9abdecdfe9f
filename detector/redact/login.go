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
	if is(b, i+1, charDigit) && !localNetwork(b, i+1) {
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
	for from > s.done && i-from < maxLogin && !beforeLogin(b[from-1]) {
		from--
	}
	if has(b, from-1, "/") {
		return
	}
	colon := bytes.IndexByte(b[from:i], ':')
	if colon < 1 || run(b, from, charName) != from+colon || one(notUsers, b[from:from+colon]) {
		return
	}
	if from += colon + 1; s.chosen(b[from:i]) {
		s.add(from, i, classKinds[classPassword], 0, 0)
	}
}

// maxLogin bounds a user and a password before an @, and maxLoginPassword the password alone.
const (
	maxLogin         = 128
	maxLoginPassword = 64
)

// localNetwork reports whether an address of a private network or of the machine itself may begin at i. Behind the @ of
// a login any other number is more often a version.
func localNetwork(b []byte, i int) bool {
	return has(b, i, "10.") || has(b, i, "127.") || has(b, i, "172.") || has(b, i, "192.")
}

// beforeLogin reports whether c stands before the name of a user, and not in it or in a password.
func beforeLogin(c byte) bool {
	switch c {
	case '"', '\'', '/', '=', '(', '<':
		return true
	}
	return c <= ' '
}

// chosen reports whether v, which stands between a user and an @, was chosen as a password: it is no word, and neither a
// number, a time nor an address.
func (s *scan) chosen(v []byte) bool {
	t := traitsOf(v)
	switch {
	case t.len < 4, t.len > maxLoginPassword:
		return false
	case t.digits == 0 && t.marks == 0 && (t.uppers == 0 || t.lowers == 0): // a word
		return false
	case t.colons > 0, t.digits > 0 && t.digits+t.dots >= t.len-1: // a time, a number, an address, a version
		return false
	case t.digits < 2 && t.marks == 0 && t.uppers == 0 && !s.t.weak.has(v): // a word with a number
		return false
	}
	return !placeholder(v) && !algorithm(v)
}

// oracle removes the password of user/password@host:1521/service or user/password@//host, as Oracle's clients take it. i
// is at the @.
func (s *scan) oracle(i int) bool {
	b := s.b
	if !listener(b, i+1) {
		return false
	}
	password := i
	for password > s.done && i-password < maxLoginPassword && !beforeOraclePassword(b[password-1]) {
		password--
	}
	if password == i || !has(b, password-1, "/") || placeholder(b[password:i]) || run(b, password, charDigit) == i {
		return false
	}
	stroke := password - 1
	user := stroke
	for user > s.done && chars[b[user-1]]&(charAlnum|charUnder) != 0 {
		user--
	}
	if user == stroke || inAddress(b, user) {
		return false
	}
	return s.add(password, i, classKinds[classPassword], 0, 0)
}

// listener reports whether a database of Oracle is addressed at i: //host, or host:1521/service with a port of its
// listeners.
func listener(b []byte, i int) bool {
	if has(b, i, "//") {
		i += len("//")
		return run(b, i, charName) > i
	}
	end := run(b, i, charName)
	return end > i && (has(b, end, ":15") || has(b, end, ":248")) && has(b, run(b, end+1, charDigit), "/")
}

// beforeOraclePassword reports whether c ends what is read back from the @ in search of a password.
func beforeOraclePassword(c byte) bool {
	switch c {
	case '/', '"', '\'', '@':
		return true
	}
	return c <= ' '
}

// inAddress reports whether what begins at i is a part of a path, a URL or an address of mail, and no name of a user.
func inAddress(b []byte, i int) bool {
	return is(b, i-1, charName|charBase64) || has(b, i-1, ":") || has(b, i-1, "@")
}

// account removes the password of an account that follows credentials: bob:x, bob / x. It reports whether one stands
// at i.
func (s *scan) account(k *key, i int) bool {
	if !s.namesAccount(k) {
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
	if t.len < 5 || t.digits == 0 || t.digits == t.len || t.slashes+t.colons > 0 { // a word, a number, a path, a URL
		return false
	}
	return s.take(&key{name: name{class: classPassword}, from: k.from, to: k.to}, value{at, to, true, formAssign})
}

// basicAuths are what is set to the user and the password of the basic scheme of HTTP.
var basicAuths = []string{"basic_auth", "basicauth"}

// namesAccount reports whether a user and a password stand under a key together: credentials: bob:x.
func (s *scan) namesAccount(k *key) bool {
	return k.credentials || k.class == classSecret && hasFold(s.b, k.from, "cred") || s.afterUser(k) || s.setsAuth(k.from) || one(basicAuths, s.b[k.from:k.to])
}

// setsAuth reports whether the name at i is the auth of a line that sets a user and a password: stats auth of HAProxy,
// basic auth.
func (s *scan) setsAuth(i int) bool {
	return hasFold(s.b, i-len("stats "), "stats auth") || hasFold(s.b, i-len("basic "), "basic auth")
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
