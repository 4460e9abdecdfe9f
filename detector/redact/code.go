package redact

import "bytes"

// path reports whether v is a path of names, not base64 that begins as one does.
func path(v []byte) bool {
	t := traitsOf(v)
	if t.blanks > 0 || t.slashes < 1 {
		return false
	}
	if t.len >= 12 && t.len%4 == 0 && v[len(v)-1] == '=' || t.len >= 32 && (v[len(v)-1] == '=' || t.dots == 0 && t.digits > 3 && t.uppers > 4 && t.lowers > 4) {
		return false
	}
	for _, c := range v {
		if chars[c]&(charName|charBase64|charTilde|charColon|charEqual) == 0 && c != '\\' && c != '@' && c != '*' {
			return false
		}
	}
	return true
}

// call reports whether v is the call of a function: getPassword(), os.Getenv("X"), hashlib.sha256(x.encode()). It may be
// cut at the quote that closes its argument.
func call(v []byte) bool {
	at := bytes.IndexByte(v, '(')
	if at <= 0 || run(v, 0, charName) != at && !bytes.Contains(v[:at], []byte("::")) || !is(v, 0, charAlpha|charUnder) {
		return false
	}
	t := traitsOf(v[:at])
	if t.digits > 1 && t.dots == 0 {
		return false
	}
	return v[len(v)-1] == ')' || at == len(v)-1 || quoteAt(v, at+1)
}

// element reports whether v is the element of a collection: config['password'], args[0]. It may be cut at the quote
// that closes the name.
func element(v []byte) bool {
	at := bytes.IndexByte(v, '[')
	return at > 0 && run(v, 0, charName) == at && (v[len(v)-1] == ']' || at == len(v)-1 || is(v, 0, charAlpha|charUnder) && quoteAt(v, at+1))
}

// quoteAt reports whether a quote stands at i, with or without backslashes before it.
func quoteAt(v []byte, i int) bool {
	i = pastSlashes(v, i)
	return i < len(v) && (v[i] == '"' || v[i] == '\'')
}

// array reports whether b at i is how Java prints an array: [C@1f9eb9b.
func array(b []byte, i int) bool {
	at := run(b, i+1, charName)
	if !has(b, i, "[") || !is(b, i+1, charUpper) || at >= len(b) {
		return false
	}
	if b[at] == ';' {
		at++
	}
	if at >= len(b) || b[at] != '@' {
		return false
	}
	end := run(b, at+1, charHex)
	return end > at+3 && end-at <= 9
}

// object reports whether v, what stands between < and >, says what an object is and not what it holds: Buffer 12 bytes,
// SecretStr object at 0x7f3b, function getPassword at 0x10.
func object(v []byte) bool {
	return bytes.HasSuffix(v, []byte(" bytes")) || bytes.Contains(v, []byte(" object")) || bytes.Contains(v, []byte(" at 0x")) || hasFold(v, 0, "class ")
}

// yamlTags are those that a reference to what is kept elsewhere follows.
var yamlTags = []string{
	"!ref", "!getatt", "!sub", "!importvalue", "!findinmap", "!join", "!select", "!split", "!if", "!transform", "!vault", "!secret", "!env", "!env_var", "!envvar", "!include",
	"!include_vars", "!reference", "!input", "!file", "!encrypted", "!sops", "!ssm", "!lookup", "!var", "!config", "!param", "!condition", "!base64", "!keyring",
}
