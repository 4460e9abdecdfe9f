package redact

import "bytes"

// What programs print where a value is none: objects, pointers, types, members of a structure.

// printed reports whether a value is no more than what a program prints of its own: the version of a protocol, a place in
// memory, a type, the next member of a structure.
func (s *scan) printed(k *key, v value, b []byte) bool {
	if hasFold(b, 0, "http/") || pointer(b) || rules(b) || typed(b) {
		return true
	}
	return v.form == formColon && (!v.quoted && s.nextMember(k, v.from) || generic(b))
}

// identity reports whether v is how Java prints an object: its class and where it is, or what it holds.
func identity(v []byte) bool {
	if has(v, 0, "&") || bytes.IndexByte(v, '{') > 0 && is(v, 0, charLower) { // of a package of Go: &oauth2.Token{AccessToken
		v = bytes.TrimPrefix(v, []byte("&"))
		if dot := bytes.IndexByte(v, '.'); dot > 0 && is(v, dot+1, charUpper) && has(v, run(v, 0, charName), "{") {
			return true
		}
	}
	if end := run(v, 0, charName); end > 0 && end < len(v) && (v[end] == '{' || v[end] == '(') && is(v, 0, charUpper) {
		return true
	}
	at := bytes.LastIndexByte(v, '@')
	if at < 1 || len(v)-at < 5 || len(v)-at > 9 || bytes.IndexByte(v[:at], '.') < 0 && !is(v, 0, charUpper) {
		return false
	}
	return run(v, at+1, charHex) == len(v) && run(v, 0, charName) == at
}

// pointer reports whether v is how a program prints where a value lies in memory.
func pointer(v []byte) bool {
	return has(v, 0, "0x") && len(v) >= 8 && len(v) <= 18 && run(v, 2, charHex|charHexUpper) == len(v)
}

// typed reports whether v is the type of a pointer of Go, which stands before it in parentheses: (*oauth2.Token)(nil).
func typed(v []byte) bool {
	return has(v, 0, "*") && len(v) > 1 && run(v, 1, charName) == len(v) && bytes.IndexByte(v, '.') > 0
}

// nextMember reports whether the next member of a structure of Go stands at i, where the value of the one before it is
// empty: {User:bob Password: Host:db}.
func (s *scan) nextMember(k *key, i int) bool {
	if !is(s.b, k.from, charUpper) || !is(s.b, i, charUpper) || i != k.to+2 || !is(s.b, k.from-1, charBlank) && !has(s.b, k.from-1, "{") {
		return false
	}
	to := run(s.b, i, charAlnum)
	return has(s.b, to, ":") && !is(s.b, to+1, charBlank) && bytes.IndexByte(s.b[max(0, k.from-maxBeside):k.from], '{') >= 0
}

// generic reports whether v begins with a type that is made of others: Option<Secret, Vec<u8>.
func generic(v []byte) bool {
	end := run(v, 0, charAlnum)
	return end > 2 && is(v, 0, charUpper) && has(v, end, "<") && is(v, end+1, charAlpha|charDash)
}
