package redact

// stems are what a secret does not come without: beginnings of the names of keys, of schemes and of tokens of known
// providers, in lower case. A line without any, and without a long run of digits, is passed on as it is.
var stems = [...]string{
	"pass", "pwd", "secret", "token", "apikey", "api_key", "api-key", "key", "auth", "cred", "bearer", "basic", "cookie",
	"session", "private", "://", "-----begin", "identified", "akia", "asia", "gho_", "ghp_", "ghu_", "ghs_", "ghr_",
	"github_pat_", "glpat-", "xox", "sk_live_", "sk_test_", "rk_live_", "sk-", "aiza", "ya29.", "sg.", "npm_", "pypi-", "hf_",
	"dop_v1_", "shp", "sq0", "eyj", "hvs.", "dapi", "glsa_", "lin_api_", "figd_", "ntn_", "dckr_pat_", "nrak-", "pat", "-p", " -u",
	"ssn", "pin", "otp", "cvv", "iban", "social", "dsn", "accountkey", "signature", "jwt", "webhook", "access", "license", "@tcp", "@unix", "sess", "sid=",
}

// stemsBy finds the stems that begin with a byte.
var stemsBy = func() (by [256][]string) {
	for _, s := range stems {
		by[s[0]] = append(by[s[0]], s)
		if c := s[0]; c >= 'a' && c <= 'z' {
			by[c-32] = append(by[c-32], s)
		}
	}
	return by
}()

// pairs has the first two bytes of every stem, in either case: most bytes of a line are decided by one look.
var pairs = func() (p [1 << 16]bool) {
	cases := func(c byte) []byte {
		if c >= 'a' && c <= 'z' {
			return []byte{c, c - 32}
		}
		return []byte{c}
	}
	for _, s := range stems {
		for _, a := range cases(s[0]) {
			for _, b := range cases(s[1]) {
				p[int(a)<<8|int(b)] = true
			}
		}
	}
	return p
}()

// digits is the shortest run of digits, blanks and dashes aside, that may be a card or an account.
const digits = 13

// suspicious tells in one pass whether a text may hold a secret.
func suspicious(b []byte) bool {
	run := 0
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9':
			if run++; run >= digits {
				return true
			}
		case c != ' ' && c != '-':
			run = 0
		}
		if i+1 >= len(b) || !pairs[int(c)<<8|int(b[i+1])] {
			continue
		}
		for _, s := range stemsBy[c] {
			if len(b)-i >= len(s) && foldEqual(b[i:i+len(s)], s) {
				return true
			}
		}
	}
	return false
}

func foldEqual(b []byte, lower string) bool {
	for i := range b {
		c := b[i]
		if c >= 'A' && c <= 'Z' {
			c += 32
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
