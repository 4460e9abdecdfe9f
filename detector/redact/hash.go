package redact

// hash removes the salt and the digest of a hashed password: $2b$…, $6$…, {SSHA}…, pbkdf2_sha256$…. The name of the
// method stays.
func (s *scan) hash(i int) {
	b := s.b
	if b[i] != '$' && has(b, i+1, "$") {
		i++
	}
	if hasFold(b, i, emptyLM+":") && starts(b, i) {
		if from := i + len(emptyLM) + 1; run(b, from, charHex|charHexUpper) == from+len(emptyLM) {
			s.add(from, from+len(emptyLM), classKinds[classHash], 0, 0)
		}
		return
	}
	from, ok := s.afterMethod(i)
	if !ok {
		return
	}
	to := from
	for to < len(b) && (chars[b[to]]&(charStd|charDot|charUnder|charDash|charColon) != 0 || b[to] == '$' || b[to] == ',') {
		to++
	}
	for to > from && (b[to-1] == ':' || b[to-1] == ',' || b[to-1] == '.' && to-from > 60) {
		to--
	}
	if colon := shadowField(b[from:to]); colon > 0 && !hasFold(b, i, "scram") {
		to = from + colon
	}
	if to-from >= 16 {
		s.add(from, to, classKinds[classHash], 0, 0)
	}
}

// afterMethod returns where the salt and the digest begin behind the name of a method at i, and false where there is none.
func (s *scan) afterMethod(i int) (from int, ok bool) {
	b := s.b
	switch {
	case b[i] == '$':
		j := run(b, i+1, charAlnum|charDash)
		return j + 1, has(b, j, "$") && j-i <= 20 && j > i+1 && s.t.crypt(b[i+1:j])
	case b[i] == '{':
		j := run(b, i+1, charAlnum|charDash)
		return j + 1, has(b, j, "}") && (hasFold(b, i, "{ss") || hasFold(b, i, "{sha") || hasFold(b, i, "{cry") || hasFold(b, i, "{pbk") || hasFold(b, i, "{smd5"))
	case has(b, i, "grub.pbkdf2.") && starts(b, i):
		from = run(b, i, charAlnum|charDot)
		for d := 0; from > i && d < 2; from-- { // the salt and the digest are the last two parts
			if b[from-1] == '.' {
				if d++; d == 2 {
					break
				}
			}
		}
		return from, true
	case has(b, i, "pbkdf2-") && has(b, i-1, "-") && run(b, i+len("pbkdf2-"), charHex) >= i+len("pbkdf2-")+32: // of CouchDB
		return i + len("pbkdf2-"), true
	case hasFold(b, i, "pbkdf2") || hasFold(b, i, "scram-sha-256$") || hasFold(b, i, "bcrypt_sha256$"):
		from = run(b, i, charAlnum|charUnder|charDash)
		return from + 1, starts(b, i) && (has(b, from, "$") || has(b, from, ":"))
	}
	return i, false
}

// emptyLM is the LM hash of no password, which stands before the NT hash in what is read from a domain: user:500:LM:NT:::.
const emptyLM = "aad3b435b51404eeaad3b435b51404ee"

// shadowField returns where the field of a line of /etc/shadow ends; 0 where v is none.
func shadowField(v []byte) int {
	for i, c := range v {
		if c == ':' && i > 20 {
			return i
		}
	}
	return 0
}

// crypt reports whether id names a method of crypt(5).
func (t *tables) crypt(id []byte) bool {
	switch string(id) {
	case "1", "2a", "2b", "2y", "2x", "5", "6", "7", "y", "gy", "P", "H", "S", "apr1", "sha1", "md5", "scrypt", "argon2i", "argon2d", "argon2id", "pbkdf2",
		"pbkdf2-sha256", "pbkdf2-sha512", "bcrypt-sha256", "DCC2", "krb5tgs", "krb5asrep", "krb5pa", "NT":
		return true
	}
	return false
}

// jwk removes the private members of a key as JSON (RFC 7517 and 7518). i is at "kty".
func (s *scan) jwk(i int) {
	from := i
	for from > s.done && i-from < maxHeader && s.b[from] != '{' && from > s.partsTo {
		from--
	}
	to := i
	for to < s.n(i, 2*maxHeader) && s.b[to] != '}' {
		to++
	}
	if i < s.partsTo {
		return
	}
	s.partsTo = to
	for j := from; j < to; j++ {
		if s.b[j] != ':' {
			continue
		}
		e := j
		for e > from && (s.b[e-1] == '"' || s.b[e-1] == '\\' || s.b[e-1] == ' ') {
			e--
		}
		k := e
		for k > from && is(s.b, k-1, charAlpha) {
			k--
		}
		switch string(s.b[k:e]) {
		case "d", "p", "q", "dp", "dq", "qi", "k":
			o := s.opened(s.blanks(j + 1))
			if end := run(s.b, o.from, charURL|charEqual); o.quote != 0 && end-o.from >= 16 {
				s.add(o.from, end, "private-key", k, e)
				j = max(j, end-1)
			}
		}
	}
}
