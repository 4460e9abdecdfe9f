package redact

import "bytes"

// schemes are those of HTTP authentication that credentials follow as one token.
var schemes = []string{
	"bearer", "basic", "token", "apikey", "api-key", "bot", "negotiate", "ntlm", "geniekey", "splunk", "dpop", "sso-key", "key", "zoho-oauthtoken",
	"bitbucket", "hmac", "plain", "xoauth2", "login", "gitlab", "pve-api-token", "mac", "jwt", "oauth", "googlelogin", "sharedkey", "ssws", "sharedkeylite", "deploytoken",
}

// authorization removes the credentials of a header: what follows the scheme, or all of it.
func (s *scan) authorization(k *key, i int, f form) {
	if f == formProse || f == formBlank || f == formFlag && s.b[i] == '-' || i < s.partsTo {
		return
	}
	if i < len(s.b) && s.b[i] == '[' {
		i = s.blanks(i + 1)
	}
	o := s.opened(s.prefix(i))
	to, quoted := len(s.b), false
	i = o.from
	if o.quote != 0 {
		to, quoted = s.end(o)
		if !quoted {
			to = s.lineEnd(i)
		}
	}
	for _, scheme := range schemes {
		if j := i + len(scheme); hasFold(s.b, i, scheme) && j < to && (s.b[j] == ' ' || s.b[j] == '=' || has(s.b, j, "%20") || s.b[j] == '+' && scheme == "bearer") {
			if j = s.blanks(j + 1); has(s.b, j-1, "%20") {
				j += 2
			}
			if o := s.opened(j); o.quote == '"' || o.quote == '\'' {
				j = o.from
			}
			if hasFold(s.b, j, "token=") {
				j = s.opened(j + len("token=")).from
			}
			if (scheme == "oauth" || scheme == "mac" || scheme == "hmac") && bytes.IndexByte(s.b[j:to], '=') > 0 && bytes.IndexByte(s.b[j:to], ' ') > 0 {
				s.parameters(j, to)
				return
			}
			s.credential(k, j, to)
			return
		}
	}
	if hasFold(s.b, i, "digest ") || hasFold(s.b, i, "aws4-") || hasFold(s.b, i, "hawk ") || hasFold(s.b, i, "sharedaccesssignature ") || hasFold(s.b, i, "signature ") {
		s.parameters(i, to)
		return
	}
	if quoted {
		s.take(&key{name: name{class: classToken}, from: k.from, to: k.to}, value{i, to, true, f})
		return
	}
	one := key{name: name{class: classToken}, from: k.from, to: k.to}
	s.take(&one, value{i, s.bare(&one, i), false, f})
}

// maxHeader bounds what is read of a header that has parts.
const maxHeader = 4096

// credential removes the token that begins at i, if it looks like one.
func (s *scan) credential(k *key, i, limit int) {
	i = s.numbered(i)
	to := i
	for to < limit && chars[s.b[to]]&charBearer != 0 {
		to++
	}
	for to > i && (s.b[to-1] == ':' || s.b[to-1] == '.' || s.b[to-1] == '%') {
		to--
	}
	if to-i < 3 || placeholder(s.b[i:to]) || s.t.status.has(s.b[i:to]) {
		return
	}
	s.add(i, to, classKinds[classAuthorization], k.from, k.to)
}

// numbered skips the number of a token, as Laravel puts it before: 12|x.
func (s *scan) numbered(i int) int {
	if end := run(s.b, i, charDigit); end > i && has(s.b, end, "|") && is(s.b, end+1, charAlnum) {
		return end + 1
	}
	return i
}

// parameters removes the secret ones of a header that has several: response="…", signature="…".
func (s *scan) parameters(i, to int) {
	to = min(to, s.n(i, maxHeader))
	s.partsTo = to
	for ; i < to; i++ {
		if s.b[i] != '=' {
			continue
		}
		from := i
		for from > 0 && chars[s.b[from-1]]&charName != 0 {
			from--
		}
		for _, p := range [...]string{"response", "signature", "oauth_signature", "oauth_token", "mac", "sig", "token", "access_token", "credential"} {
			if len(p) != i-from || !hasFold(s.b, from, p) {
				continue
			}
			o := s.opened(i + 1)
			set := charBearer
			if p == "credential" { // the key's identifier, and its scope
				set = charAlnum
			}
			end := run(s.b, o.from, set)
			if end-o.from >= 8 && s.add(o.from, end, classKinds[classSignature], from, i) {
				i = end
			}
		}
	}
}

// curlSchemes are those that an option without a value names: curl --negotiate https://x.
var curlSchemes = []string{"basic", "digest", "negotiate"}

// scheme removes credentials after the name of their scheme, where no header is named.
func (s *scan) scheme(i int) {
	if !starts(s.b, i) {
		return
	}
	for _, scheme := range [...]string{"bearer", "basic", "negotiate", "digest", "geniekey", "bot", "apikey"} {
		j := i + len(scheme)
		if !hasFold(s.b, i, scheme) {
			continue
		}
		if has(s.b, i-1, "-") && one(curlSchemes, s.b[i:j]) {
			return
		}
		switch {
		case is(s.b, j, charBlank) && j == s.blanks(j)-1:
			j++
		case has(s.b, j, "%20"):
			j += 3
		case (has(s.b, j, ": ") || has(s.b, j, ", ")) && scheme == "bearer":
			j += 2
		default:
			return
		}
		if has(s.b, j, "-") { // an option of a command: --negotiate, -u bot --password x
			return
		}
		j = s.numbered(j)
		to := run(s.b, j, charBearer)
		for to > j && (s.b[to-1] == '.' || s.b[to-1] == ':') {
			to--
		}
		t := traitsOf(s.b[j:to])
		long := 16
		if scheme == "basic" {
			long = 8
		}
		if t.len < long || t.digits == 0 && (t.uppers == 0 || t.lowers == 0) || t.dashes > 2 && t.digits < 3 || placeholder(s.b[j:to]) {
			return
		}
		if scheme == "basic" && t.digits == 0 && t.uppers < 3 {
			return
		}
		s.add(j, to, classKinds[classAuthorization], i, i+len(scheme))
		return
	}
}
