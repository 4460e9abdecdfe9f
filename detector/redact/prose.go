package redact

// statusWords stand under the name of a secret and are none: states, types, schemes.
const statusWords = `null nil none nul undefined true false yes no on off string str text bytes byte int integer bool boolean object array map list
	char varchar varchar2 nvarchar bytea blob empty missing unset set not is was has have must should cannot can't invalid valid expired expires expiring expire required optional
	changed change updated update reset rotated rotate accepted rejected failed failure fail successful successfully success succeeded ok error for from and or the a an
	type length len count id file path hidden masked removed filtered redacted example placeholder stored generated revoked created deleted
	disabled enabled found known unknown unavailable unchanged used protected provided supplied specified given encrypted plaintext plain basic
	bearer digest sensitive secret password passwd token key authorization strong weak medium auto manual auth publickey incorrect
	mismatch mismatched matches matched match wrong too does did will needs need with to in of on at by you your this that please still never
	already only via using n/a na tbd todo vault env environment prompt ask interactive default negotiate ntlm kerberos oauth oauth2 jwt opaque
	validated verified verification authenticated authorized unauthorized forbidden denied granted loading loaded retrieved refreshed issued
	blank present absent available ready pending active inactive locked unlocked blocked sent resent received requested confirmed
	empty_string omitted suppressed censored concealed obfuscated secure insecure hashed bcrypt argon2 argon2id scrypt pbkdf2 sha256 sha512 md5 hs256 rs256 es256
	notset not_set not-set undef void any never_expires unlimited private public internal external temporary permanent session cookie header query body
	refresh access api id_token access_token refresh_token page text/plain minimum maximum length: are be been being it its if no_password ...
	authorization_code client_credentials client_secret_basic client_secret_post private_key_jwt none_provided include same-origin omit pass passed passes skipped
	incorrecta incorrecto invalida invalido vencida obligatoria obligatorio requerida requerido vacia cambiada olvidada obrigatoria incorreta alterada vazia expirada falsch ungueltig leer
	geaendert vergessen abgelaufen erforderlich invalide oublie requis obligatoire vide errata scaduta mancante verkeerd ongeldig vereist saknas secretstr secretbytes secretstring securestring protectedstring sealedstring passwordfield stringfield charfield char[] byte[] string[] []byte []string &str java.lang.string system.string
	system.security.securestring std::string option<string> pydantic.secretstr nonetype symbol function method number varbinary synced secretsynced latest`

// functionWords make a value with blanks a sentence.
const functionWords = `is are was were be been must should cannot can can't may not has have had does did do will would the a an for to of in on
	with without from by at your you this that too short long weak required invalid missing incorrect expired empty blank least characters contain contains
	only please and or failed match already used need needs set changed reset verify enter forgot`

// sentence reports whether a value with blanks is one: it has words that passphrases seldom have. One of them alone, which
// does not begin it, may stand in a passphrase that has a number: winter is cold 77.
func (s *scan) sentence(v []byte) bool {
	found, need := 0, 1
	if traitsOf(v).digits > 0 {
		need = 2
	}
	for from := 0; from < len(v); {
		to := from
		for to < len(v) && v[to] != ' ' {
			to++
		}
		if s.t.function.has(v[from:to]) {
			if found++; found == need || from == 0 {
				return true
			}
		}
		from = to + 1
	}
	return false
}

// remark reports whether v is words, one of which is that of a state or of a sentence.
func (s *scan) remark(v []byte) bool {
	if run(v, 0, charAlpha|charBlank|charDash|charUnder) != len(v) {
		return false
	}
	for from := 0; from < len(v); {
		to := run(v, from, charAlpha)
		if s.t.status.has(v[from:to]) || s.t.function.has(v[from:to]) {
			return true
		}
		from = to + 1
	}
	return false
}

// wordsFollow reports whether another word in lower case follows after a blank, and no value of it.
func (s *scan) wordsFollow(i int) bool {
	if !is(s.b, i, charBlank) || !is(s.b, i+1, charLower) {
		return false
	}
	end := run(s.b, i+1, charLower)
	return end == len(s.b) || s.b[end] == ' ' || s.b[end] == ',' || s.b[end] == '.' || s.b[end] == ';'
}

// login reports whether the name of a user stands before the key at i, as netrc has it: login bob password x.
func (s *scan) login(i int) bool {
	for w := 0; w < 2; w++ {
		if !is(s.b, i-1, charBlank) {
			return false
		}
		for i > 0 && is(s.b, i-1, charBlank) {
			i--
		}
		to := i
		for i > 0 && to-i < maxName && !is(s.b, i-1, charBlank) && s.b[i-1] != '"' {
			i--
		}
		if w == 1 {
			switch string(s.b[i:to]) {
			case "login", "user", "username", "account", "-u", "--user":
				return true
			}
		} else if one([]string{"and", "or", "the", "with"}, s.b[i:to]) {
			return false
		} else if one(environments, s.b[i:to]) {
			return true
		}
	}
	return false
}

// environments are commands that set a variable to what follows its name after a blank.
var environments = []string{"env", "setenv", "setx"}

// environment reports whether one of these commands stands before the name at i.
func (s *scan) environment(i int) bool {
	return is(s.b, i-1, charBlank) && one(environments, s.wordBefore(i-1))
}

// wordBefore is the word of letters that ends at i.
func (s *scan) wordBefore(i int) []byte {
	from := i
	for from > 0 && i-from < maxWordLen && is(s.b, from-1, charAlpha) {
		from--
	}
	return s.b[from:i]
}

// introduced reports whether the word before the key at i promises a value: with password x.
func (s *scan) introduced(i int) bool {
	if !is(s.b, i-1, charBlank) {
		return true
	}
	return !one([]string{"failed", "invalid", "wrong", "bad", "no", "for", "of", "changed", "expired", "missing", "check", "the"}, s.wordBefore(i-1))
}

// algorithm reports whether v names one: sha256, bcrypt2, RS256, v2.
func algorithm(v []byte) bool {
	for _, a := range [...]string{"sha", "md5", "rsa", "aes", "hs", "rs", "es", "ps", "argon", "bcrypt", "pbkdf", "ed", "oauth", "tls", "ssl", "v", "curve", "x", "utf", "base", "scram-sha"} {
		if hasFold(v, 0, a) && run(v, len(a), charDigit|charDash|charUnder) == len(v) {
			return true
		}
	}
	return false
}
