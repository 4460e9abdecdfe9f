package redact

import "bytes"

// identifies judges a name whose words say no more than that something is identified, and under which a secret stands by
// what is beside it: the secret_id of an AppRole beside its role_id, the SecretID of Consul beside its AccessorID,
// basic.auth.user.info=bob:x.
func (s *scan) identifies(from, to int) name {
	id := s.b[from:to]
	if len(id) == 0 {
		return name{}
	}
	switch string(id) {
	case "REDISCLI_AUTH": // the password that redis-cli takes
		return name{class: classPassword}
	case "PAGERDUTY_ROUTING_KEY", "pagerduty_routing_key", "PD_ROUTING_KEY": // of events, not of messages
		return name{class: classKey}
	case "NEO4J_AUTH": // bob/x
		s.account(&key{name: name{class: classSecret}, from: from, to: to, credentials: true}, run(s.b, to, charEqual|charBlank|charColon))
		return name{}
	}
	switch {
	case len(id) >= len("nt_hash") && hasFold(id, len(id)-len("nt_hash"), "nt_hash"): // of Windows, which takes it as it takes the password
		return name{class: classHash}
	case bytes.Contains(id, []byte("account.key.")): // of Azure, with the host behind
		return name{class: classKey}
	case one([]string{"code"}, id) && hasFold(s.b, from-len("your "), "your "):
		if at, f := s.operator(to); f == formColon && run(s.b, at, charDigit) >= at+4 {
			return name{class: classCode}
		}
	case string(id) == "key" && s.cephKey(to):
		return name{class: classKey}
	case one([]string{"ticket"}, id): // of CAS: ticket=ST-12-x
		if at, f := s.operator(to); f != formNone && has(s.b, at, "ST-") && run(s.b, at, charURL) >= at+24 {
			return name{class: classToken}
		}
	case one([]string{"keymaterial"}, id): // of a network of Windows
		return name{class: classSecret}
	case string(id) == "key" && s.besideUser(from, to):
		return name{class: classKey}
	case string(id) == "key":
		if n := s.t.words.named(id, s.parent(from)); n.class != classNone && !n.doubtful {
			return name{class: n.class, doubtful: true}
		}
	case len(id) > len("salt") && hasFold(id, len(id)-len("salt"), "salt"):
		if keyedSalt(bytes.TrimRight(id[:len(id)-len("salt")], "_-.")) {
			return name{class: classKey, doubtful: true}
		}
	case has(s.b, from-1, ":") && hasFold(id, 0, "key"):
		return s.section(from, id)
	}
	switch last := lower(id[len(id)-1]); {
	case last != 'o' && last != 'd':
	case len(id) > len("auth.user.info") && hasFold(id, len(id)-len("auth.user.info"), "auth.user.info"):
		s.account(&key{name: name{class: classSecret}, from: from, to: to, credentials: true}, run(s.b, to, charEqual|charBlank|charColon))
	case one([]string{"secret_id", "secretid", "secret-id"}, id) || len(id) > len("_secret_id") && hasFold(id, len(id)-len("_secret_id"), "_secret_id"):
		if s.besideRole(from, to) {
			return name{class: classSecret}
		}
	}
	return name{}
}

// saltedKeys are what a salt is a key of, and not beside a digest that everybody may see.
var saltedKeys = []string{"auth", "key", "in", "nonce", "hash", "hashids", "app", "merchant", "secret", "jwt", "token", "cookie", "encryption"}

// keyedSalt reports whether the salt of something that is named so is kept as a key is: AUTH_KEY_SALT, JWT_SALT.
func keyedSalt(of []byte) bool {
	for _, w := range saltedKeys {
		if hasFold(of, len(of)-len(w), w) {
			return true
		}
	}
	return false
}

// besideRole reports whether a role of Vault or an accessor of Consul is near the name from from to to.
func (s *scan) besideRole(from, to int) bool {
	near := s.b[max(0, from-maxBeside):s.n(to, maxBeside)]
	for _, w := range [...]string{"role", "Role", "ROLE", "ccessor", "acl ", "ACL "} {
		if bytes.Contains(near, []byte(w)) {
			return true
		}
	}
	return false
}

// besideUser reports whether the name from from to to stands in an object beside that of a user, with a value of 32
// hexadecimal digits: {"username":"bob","key":"…"}.
func (s *scan) besideUser(from, to int) bool {
	at, f := s.operator(s.afterQuote(to))
	if f == formNone || !s.opensQuote(at) {
		return false
	}
	v := s.opened(at).from
	return run(s.b, v, charHex) == v+32 && bytes.Contains(s.b[max(0, from-maxBeside):from], []byte("username"))
}

// parent returns the name of the object that the name at i is the first member of: {"encryption":{"key":"x"}}, or the
// same as YAML has it, on lines of their own. It is empty where there is none.
func (s *scan) parent(i int) []byte {
	within := false
	for floor := max(0, i-maxBeside); i > floor; i-- {
		c := s.b[i-1]
		if c == '{' || c == '[' || lineEnd(c) || c == 'n' && has(s.b, i-2, `\`) {
			within = true
		} else if c != ' ' && c != '"' && c != '\'' && c != '\\' {
			break
		}
	}
	switch {
	case !within:
		return nil
	case has(s.b, i-1, ":"):
		i--
	case has(s.b, i-2, "=>"):
		i -= 2
	default:
		return nil
	}
	to := s.quotesBefore(i)
	for i = to; i > 0 && to-i < maxName && chars[s.b[i-1]]&charName != 0; {
		i--
	}
	return s.b[i:to]
}

// section judges a name in quotes with the section of the configuration before it: "Jwt:Key".
func (s *scan) section(from int, id []byte) name {
	begin := from - 1
	for begin > 0 && from-begin < maxWordLen && is(s.b, begin-1, charAlpha) {
		begin--
	}
	if begin == from-1 || begin == 0 || s.b[begin-1] != '"' && s.b[begin-1] != '\'' {
		return name{}
	}
	return s.t.words.named(id, s.b[begin:from-1])
}

// cephKey reports whether the value of the name that ends at i is a key of Ceph: a header of 12 bytes and one of 16, in
// base64.
func (s *scan) cephKey(i int) bool {
	at, f := s.operator(s.blanks(i))
	return f != formNone && has(s.b, at, "AQ") && run(s.b, at, charStd) >= at+38
}
