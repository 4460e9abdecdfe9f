package redact

import "bytes"

// clear reports whether what stands under a key is no secret, by what it is.
func (s *scan) clear(k *key, v value) bool {
	b := s.b[v.from:v.to]
	b = trimmed(b)
	if k.class == classOwn {
		return len(b) == 0 || placeholder(b)
	}
	if len(b) < 2 || v.from > 0 && s.described(v, b) || placeholder(b) || reference(b) || constant(b) {
		return true
	}
	t := traitsOf(b)
	if has(s.b, v.from-1, "<") && t.digits == 0 && !scrambled(b) { // <your password>
		return true
	}
	if s.names(k, v, b, &t) || s.printed(k, v, b) || publicSSH(b) {
		return true
	}
	switch k.class {
	case classPIN:
		return t.digits != t.len || t.len < 4 || t.len > 12
	case classCardCode:
		return t.digits != t.len || t.len < 3 || t.len > 4
	case classCode:
		return s.clearCode(k, &t, v)
	case classCard:
		return !card(b)
	case classPerson:
		return !personNumber(b)
	case classPhrase:
		return t.blanks < 8 && t.dashes < 8 || t.digits > t.len/4
	case classSignature:
		return !k.query || t.len < 20 || t.digits == 0
	case classHash:
		if !t.hex && len(b) > 0 && hasFold(s.b, k.from, "ntlm") { // of the messages of the scheme none opens anything by itself
			return true
		}
		return hasFold(s.b, k.from, "pin-sha256") || t.len < 16 || t.digits == 0 || t.blanks > 0
	case classPassword, classSecret:
		return s.clearPassword(k, v, b, &t)
	}
	return s.clearToken(k, v, b, &t)
}

// names reports whether a value is the name of something, as code and packages have it: of a variable, of another secret,
// of a processor, of an object in a token of PKCS #11.
func (s *scan) names(k *key, v value, b []byte, t *traits) bool {
	if has(s.b, k.to, "->") && v.from == k.to+len("->") && isVariable(b) {
		return true
	}
	if v.form == formTight && one(architectures, b) || hasFold(s.b, k.from-len("pkcs11:"), "pkcs11:") {
		return true
	}
	compared := !v.quoted && has(s.b, run(s.b, k.to, charBlank), "==") // password == confirmPassword
	return compared && t.digits == 0 && s.t.words.named(b).class != classNone
}

// publicSSH reports whether v is the name of a kind of public keys, perhaps behind a user's, as the metadata of machines list
// them: bob:ssh-ed25519 AAAA….
func publicSSH(v []byte) bool {
	v = v[bytes.IndexByte(v, ':')+1:]
	return bytes.HasPrefix(v, []byte("ssh-ed25519")) || bytes.HasPrefix(v, []byte("ssh-rsa")) || bytes.HasPrefix(v, []byte("ecdsa-sha2-")) || bytes.HasPrefix(v, []byte("sk-ssh-"))
}

// described reports whether brackets hold a remark on a value, or a tag of YAML stands where it would: (sensitive value),
// <Buffer 12 bytes>, !Ref DbPassword.
func (s *scan) described(v value, b []byte) bool {
	switch s.b[v.from-1] {
	case '[':
		if one([]string{"getter", "setter", "getter/setter"}, b) { // as Node prints a property
			return true
		}
		fallthrough
	case '(':
		return traitsOf(b).digits == 0 && (s.remark(b) || hasFold(b, 0, "user ")) // chpasswd: (user bob)
	case '<':
		return object(b)
	}
	return s.b[v.from] == '!' && !v.quoted && (one(yamlTags, b) || hasFold(b, 0, "!fn::"))
}

// clearPassword clears words of sentences and of states. People choose anything else.
func (s *scan) clearPassword(k *key, v value, b []byte, t *traits) bool {
	if appPassword(b, 0) == len(b) {
		return false
	}
	switch {
	case len(b) < 3, k.plural && !v.quoted && (k.class == classSecret || !drawnAlone(b, t)), k.doubtful && t.digits == 0 && !scrambled(b), k.doubtful && t.digits == t.len:
		return true
	case t.digits == t.len && t.len < 4, measure(b, t), t.slashes == 1 && t.digits == t.len-1 && t.len < 8: // 3/5 is a share
		return true
	case s.t.status.has(b), v.form == formTight && !v.quoted && one(rights, b):
		return true
	case v.form == formColon && !v.quoted && t.others > 0 && t.digits == 0 && letters(b): // a word beyond ASCII
		return true
	case t.blanks > 0 && s.sentence(b):
		return true
	case k.class == classSecret && dividedWords(t): // the name of one
		return true
	case k.to-k.from == len("pass") && v.form == formColon && !v.quoted:
		return s.passed(k, v, b, t)
	}
	if s.namesSecret(k, v, b, t) {
		return true
	}
	switch v.form {
	case formTable:
		return t.digits == 0 && !scrambled(b)
	case formProse, formBlank, formFlag, formQuote:
		return s.clearLoose(k, v, b, t)
	case formColon:
		return !v.quoted && (t.lowers == t.len || t.lowers == t.len-1 && is(b, 0, charUpper)) && (s.wordsFollow(v.to) || has(s.b, k.to, ")"))
	}
	return false
}

// dividedWords reports whether a text is words in lower case with dashes, strokes or dots between: prod/db-password.
func dividedWords(t *traits) bool {
	joins := t.dashes + t.slashes + t.dots
	return t.digits == 0 && t.uppers == 0 && joins > 0 && joins == t.others
}

// passed reports whether the value behind pass: is the name of a test that passed, or a word: PASS: TestLogin, PASS:
// gdb.base/a.exp: print x.
func (s *scan) passed(k *key, v value, b []byte, t *traits) bool {
	goesOn := is(s.b, v.to, charBlank) || has(s.b, v.to, ": ")
	if string(s.b[k.from:k.to]) == "PASS" && (goesOn || !bytes.ContainsAny(b, "$!^&*#@%")) {
		return true
	}
	oneCase := t.lowers == 0 || t.uppers == 0
	return t.digits == 0 && (oneCase || !bytes.ContainsAny(b, "$!^&*")) || hasFold(b, 0, "test")
}

// clearLoose judges a value that is joined to its key by no more than a blank or a verb.
func (s *scan) clearLoose(k *key, v value, b []byte, t *traits) bool {
	if v.form == formFlag {
		return b[0] == '-' && !v.quoted
	}
	// pass is a verb, too: pass "--force" to git.
	pass := k.to-k.from == len("pass")
	if v.quoted && v.form == formQuote && pass && !s.login(k.from) && (b[0] == '-' || t.digits == 0 && !scrambled(b)) {
		return true
	}
	if v.quoted {
		return (k.class == classSecret || k.quoted) && t.digits+t.marks == 0 || k.class == classSecret && resource(t)
	}
	if v.form == formProse {
		return t.digits == 0 && t.others-t.dashes == 0 && !scrambled(b) && !s.t.weak.has(b)
	}
	if s.environment(k.from) && t.lowers == t.len && s.wordsFollow(v.to) { // env DB_PASSWORD overrides the file
		return true
	}
	if s.login(k.from) || one(settings, s.b[k.from:k.to]) && (t.digits > 0 || !hasFold(s.b, k.from-len("pass "), "pass ")) {
		return false
	}
	if scrambled(b) && !k.doubtful {
		return false
	}
	if k.class == classSecret && t.slashes == 1 && resource(t) { // Secret default/web-v3 updated
		return true
	}
	return k.doubtful || pass || ofSentence(b, t) || !s.introduced(k.from)
}

// ofSentence reports whether v is what a sentence goes on with: a word, also with a number, an algorithm, a version or an
// address.
func ofSentence(v []byte, t *traits) bool {
	letters := t.lowers + t.uppers
	switch {
	case t.len < 6, t.digits == 0, letters < 2:
		return true
	case t.digits == 1 && t.others == 0 && t.len < 8: // step2
		return true
	case t.dots > 0 && t.digits+t.dots > 3 && letters <= t.digits+t.dots: // 1.20.3-rc1, 10.0.0.9:ssh
		return true
	}
	return algorithm(v)
}

// clearToken clears what is no token or key: words, counts, names with dashes.
func (s *scan) clearToken(k *key, v value, b []byte, t *traits) bool {
	if !k.doubtful && !k.plural && s.t.weak.has(b) && (v.form == formAssign || v.form == formTag || v.form == formPair || v.quoted) {
		return false
	}
	switch {
	case s.t.status.has(b), t.blanks > 0,
		measure(b, t), identity(b), uuid(b) && one(requestTokens, s.b[k.from:k.to]) && !has(s.b, k.from, "client_"), v.form == formBlank && s.fingerprint(k, t):
		return true
	case k.plural && (!v.quoted && !drawnAlone(b, t) || t.len < 8), v.form == formTight && !v.quoted && one(rights, b), k.class == classToken && address(b):
		return true
	case k.doubtful:
		return !t.random() || t.slashes > 0 && t.dashes > 0 || // of no alphabet of base64
			uuid(b) || k.class == classKey && (t.colons > 0 || t.slashes > 1 && t.dots > 0)
	case t.digits == t.len-1 && b[0] == '-': // a place on a ring
		return true
	case t.digits == t.len:
		return t.len < 6 || v.form == formBlank || v.form == formProse
	case v.form == formBlank:
		return !t.random() || uuid(b) || t.dashes > 1 && t.digits < 3 && t.uppers == 0
	case v.quoted && (v.form == formQuote && k.to-k.from > len("tokens") || v.form == formProse) && t.len >= 8 && t.digits > 0 && t.lowers > 0 && t.uppers > 0 && t.blanks == 0:
		return uuid(b)
	case v.form == formQuote, v.form == formProse:
		return t.len < 12 || t.digits == 0 || uuid(b) && v.form == formQuote
	case t.digits == 0 && t.others == t.dashes+t.dots+t.slashes+t.colons:
		mixed := t.lowers > 0 && t.uppers > 0
		return t.len < 16 && !mixed || t.others*8 > t.len || t.len < 12 || t.uppers*6 < t.len && t.len < 24 && t.uppers < 3
	}
	return t.len < 5 || t.digits < 2 && t.dashes > 1 && t.uppers == 0
}

// clearCode clears what is no code that is typed once.
func (s *scan) clearCode(k *key, t *traits, v value) bool {
	if t.digits == t.len {
		return t.len < 3 || t.len > 10 || t.len == 3 && (v.form == formBlank || s.approval(k))
	}
	return t.digits < 1 || t.digits < 2 && t.dashes == 0 || t.len < 6 || t.blanks > 1 || t.others > t.dashes+t.blanks
}

// approval reports whether a key is the code with which a bank approves a payment: auth_code=123.
func (s *scan) approval(k *key) bool {
	for _, w := range [...]string{"auth_code", "authcode", "authorization_code", "authorizationcode", "auth code", "authorization code"} {
		if hasFold(s.b, k.to-len(w), w) {
			return true
		}
	}
	return false
}

// letters reports whether v is letters only, of any language, and not all of them ASCII.
func letters(v []byte) bool {
	foreign := false
	for _, c := range v {
		foreign = foreign || c >= 0x80
		if c < 0x80 && chars[c]&charAlpha == 0 {
			return false
		}
	}
	return foreign
}

// trimmed is v without quotes and escapes around it.
func trimmed(v []byte) []byte { return bytes.Trim(v, "\"'`\\ \t“”‘’") }

// measure reports whether v is a number with a unit, or a time.
func measure(v []byte, t *traits) bool {
	d := run(v, 0, charDigit|charDot)
	if d == 0 || t.len-d > 3 && t.digits < t.len-3 || d == t.len && t.dots == 0 {
		return false
	}
	switch string(v[d:]) {
	case "ms", "s", "m", "h", "d", "us", "ns", "kb", "KB", "mb", "MB", "MiB", "GB", "B", "%", "px", "x":
		return t.digits < 8
	}
	return d == t.len && t.dots > 0 && t.dots < 4
}

// requestTokens are names under which AWS takes what tells a request that is sent again from another. Vault has its own tokens
// under client_token.
var requestTokens = []string{"clienttoken", "clientrequesttoken", "client-request-token"}

// rights are what may be done to a secret, as scopes tell it: secret:read.
var rights = []string{"read", "write", "list", "get", "create", "update", "delete", "manage", "admin", "view", "rotate", "revoke", "issue", "use", "sign", "verify", "encrypt", "decrypt"}

// fingerprint reports whether a sentence names a key of two halves by its digest: using RSA key 8C319D57….
func (s *scan) fingerprint(k *key, t *traits) bool {
	if k.class != classKey || !t.hex {
		return false
	}
	for _, w := range [...]string{"rsa ", "dsa ", "ecdsa ", "eddsa ", "ed25519 ", "gpg ", "pgp "} {
		if hasFold(s.b, k.from-len(w), w) {
			return true
		}
	}
	return false
}

// architectures are those that packages of Debian are built for: python3-jwt:amd64.
var architectures = []string{"amd64", "arm64", "armhf", "armel", "i386", "all", "any", "ppc64el", "s390x", "riscv64", "mips64el"}

// address reports whether v is that of an account or a contract of a blockchain.
func address(v []byte) bool {
	return has(v, 0, "0x") && len(v) == 42 && run(v, 2, charHex|charHexUpper) == len(v)
}

// drawnAlone reports whether a value under a name of many, without quotes, is one of them and not how many there are.
func drawnAlone(b []byte, t *traits) bool {
	if t.lowers == 0 || t.uppers == 0 {
		return false
	}
	return t.random() && !uuid(b) && (t.digits > 0 || scrambled(b)) || t.marks > 0 && t.digits > 0 && t.blanks == 0 && t.len >= 12
}
