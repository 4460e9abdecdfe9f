package redact

import "bytes"

// placeholder reports whether v stands for a value: nothing, stars, ${VAR}, <password>, %s, ?, [FILTERED], what was redacted
// before.
func placeholder(v []byte) bool {
	if len(v) == 0 {
		return true
	}
	switch v[0] {
	case '$':
		return len(v) == 1 || has(v, 0, "$ANSIBLE_VAULT;") || v[1] == '{' || v[1] == '(' || v[1] == '[' || isVariable(v[1:]) || isElement(v[1:])
	case '%':
		return encodedRemark(v) || len(v) <= 4 || v[len(v)-1] == '%' || v[1] == '(' || v[1] == '{' || v[1] == '+' && len(v) < 5
	case '{', '#':
		if bytes.HasPrefix(v, []byte("{{")) || bytes.HasPrefix(v, []byte("{%")) || bytes.HasPrefix(v, []byte("#{")) || len(v) == 2 {
			return true
		}
		if v[0] == '{' {
			return v[len(v)-1] == '}' && isVariable(v[1:len(v)-1])
		}
	case '<', '[', '(':
		return bytes.HasPrefix(v, []byte("<|")) && bytes.HasSuffix(v, []byte("|>")) || bytes.HasPrefix(v, markedBytes) || isRemark(v[1:]) || v[0] == '[' && (len(v) < 3 || bytes.HasPrefix(v, []byte("[object")) || bytes.HasPrefix(v, []byte("[Object")))
	case '@': // of Maven: @db.password@
		if len(v) > 2 && v[len(v)-1] == '@' && run(v, 1, charName) == len(v)-1 {
			return true
		}
		return len(v) == 1 || isVariable(v[1:])
	case '?', ':':
		return len(v) == 1 || isVariable(v[1:]) && v[0] != '?'
	case '=', '!':
		return len(v) <= 2
	case '*': // an alias of YAML
		if len(v) > 1 && run(v, 1, charLower|charUnder) == len(v) {
			return true
		}
		if inner := bytes.Trim(v, "*"); v[len(v)-1] == '*' && run(inner, 0, charAlpha) == len(inner) { // **redacted**
			return true
		}
	case '&':
		return bytes.HasPrefix(v, []byte("&lt;")) && isRemark(v[4:]) || isVariable(v[1:])
	}
	return masked(v)
}

// masked reports whether v was masked: stars, dots or x, with at most a few characters left at its ends.
func masked(v []byte) bool {
	if at := bytes.LastIndexByte(v, '('); at > 2 && v[len(v)-1] == ')' && run(v, at+1, charAlpha) == len(v)-1 { // ***(redacted)
		v = v[:at]
	}
	stars, other := 0, 0
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '*' || c == '.' || c == '#' || c == '-' || c == '_' || c >= 0x80:
			stars++
		case (c == 'x' || c == 'X') && (i > 0 && lower(v[i-1]) == 'x' || i+1 < len(v) && lower(v[i+1]) == 'x'):
			stars++
		default:
			other++
		}
	}
	run := bytes.Contains(v, []byte("***")) || bytes.Contains(v, []byte("xxxx")) || bytes.Contains(v, []byte("XXXX")) || bytes.Contains(v, []byte("..."))
	return other == 0 || run && (stars >= other || other <= 8) || bytes.Contains(v, []byte("\xe2\x80\xa2\xe2\x80\xa2")) // bullets
}

// constant reports whether v is the name of a constant that stands for a value, or asks for one: YOUR_PASSWORD,
// your-token-here.
func constant(v []byte) bool {
	if hasFold(v, 0, "your") && len(v) > 4 && (v[4] == '-' || v[4] == '_' || v[4] == ' ') {
		return true
	}
	return run(v, 0, charUpper|charUnder) == len(v) && bytes.IndexByte(v, '_') > 0
}

// ruleWords are rules for what a form may hold.
var ruleWords = []string{"required", "nullable", "sometimes", "string", "confirmed", "filled", "present", "bail", "min", "max", "size", "between", "same", "unique", "exists"}

// rules reports whether v is rules for what a form may hold, as frameworks of PHP write them: required|min:8|confirmed.
func rules(v []byte) bool {
	known := false
	for n := 0; len(v) > 0; n++ {
		end := run(v, 0, charLower|charUnder)
		if end < 2 {
			return false
		}
		known = known || one(ruleWords, v[:end])
		if has(v, end, ":") {
			end = run(v, end+1, charName)
			for has(v, end, ",") {
				end = run(v, end+1, charName)
			}
		}
		switch {
		case end == len(v):
			return known && n > 0
		case v[end] != '|':
			return false
		}
		v = v[end+1:]
	}
	return false
}

// isVariable reports whether v is the name of a variable or of a parameter.
func isVariable(v []byte) bool {
	end := run(v, 0, charAlnum|charUnder|charDot)
	if end != len(v) || end == 0 {
		return false
	}
	upper, low, digits := false, false, 0
	for _, c := range v {
		upper, low = upper || is([]byte{c}, 0, charUpper), low || is([]byte{c}, 0, charLower)
		if chars[c]&charDigit != 0 {
			digits++
		}
	}
	return digits == end && end < 3 || digits <= 1 && upper != low || digits == 0
}

// isElement reports whether v is the name of a variable and how an element or a member of it begins: _POST['password,
// this->password.
func isElement(v []byte) bool {
	end := run(v, 0, charAlpha|charUnder)
	return end > 0 && (has(v, end, "['") || has(v, end, "[") && end+1 == len(v) || has(v, end, "->") && is(v, end+2, charAlpha|charUnder))
}

// isRemark reports whether v is words up to a closing bracket: redacted], hidden>, your password here>.
func isRemark(v []byte) bool {
	for i, c := range v {
		switch {
		case c == '>' || c == ']' || c == ')' || c == '&':
			return i > 0 && i+4 >= len(v)
		case chars[c]&(charAlpha|charBlank|charDash|charUnder|charColon) == 0 && c != '*':
			return false
		}
	}
	return len(v) > 0 // cut before its end
}

// encodedRemark reports whether v is words in brackets, or stars, encoded for a URL: %5BFILTERED%5D, %2A%2A%2A.
func encodedRemark(v []byte) bool {
	if len(v) < len("%5B%5D") || v[len(v)-3] != '%' {
		return false
	}
	switch inner := v[3 : len(v)-3]; {
	case hasFold(v, 0, "%5b") && hasFold(v, len(v)-3, "%5d"), hasFold(v, 0, "%3c") && hasFold(v, len(v)-3, "%3e"):
		return run(inner, 0, charAlpha|charDash|charUnder) == len(inner)
	case hasFold(v, 0, "%2a"):
		return len(bytes.ReplaceAll(bytes.ToUpper(v), []byte("%2A"), nil)) == 0
	}
	return false
}

// reference reports whether v says where a secret is kept: a path, a URL without credentials, a variable, a call.
func reference(v []byte) bool {
	switch {
	case v[0] == '/' || v[0] == '~' && len(v) > 1 && v[1] == '/' || bytes.HasPrefix(v, []byte("./")) || bytes.HasPrefix(v, []byte("../")):
		return path(v)
	case len(v) > 2 && chars[v[0]]&charAlpha != 0 && v[1] == ':' && (v[2] == '\\' || v[2] == '/'):
		return true
	case bytes.HasPrefix(v, []byte("$2")), bytes.HasPrefix(v, []byte("ENC[")), bytes.HasPrefix(v, []byte("ENC(")):
		return v[0] == 'E'
	case call(v), element(v), bytes.HasSuffix(v, []byte("{}")) && run(v, 0, charAlpha|charDot) == len(v)-2: // Protected{}
		return true
	case bytes.HasSuffix(v, []byte(":latest")) && run(v, 0, charLower|charDigit|charDash) == len(v)-len(":latest"): // the version of one
		return true
	}
	if colon := bytes.IndexByte(v, ':'); colon > 1 && colon < 16 {
		for _, s := range stores {
			if bytes.HasPrefix(v, []byte(s)) {
				return true
			}
		}
	}
	if bytes.HasPrefix(v, []byte("https://")) || bytes.HasPrefix(v, []byte("http://")) {
		return true
	}
	for _, s := range receivers {
		if bytes.HasPrefix(v, []byte(s)) {
			return true
		}
	}
	return bytes.HasPrefix(v, []byte("projects/")) || bytes.HasPrefix(v, []byte("secret/")) || bytes.HasPrefix(v, []byte("secrets/")) || bytes.HasPrefix(v, []byte("kv/"))
}

// stores are how references to a store of secrets begin.
var stores = []string{
	"arn:", "vault:", "op://", "ssm:", "awssm:", "sops:", "env:", "file:", "ref+", "gcp-sm:", "azurekeyvault:", "keyvault:", "secretRef:", "secretKeyRef:",
	"secret:", "aws:", "keyring:", "kms:", "bws:", "doppler:", "valueFrom:", "configmap:", "@Microsoft.KeyVault",
}

// receivers are how an expression begins that reads a secret from elsewhere.
var receivers = []string{
	"self.", "this.", "config.", "cfg.", "conf.", "settings.", "os.", "process.env", "System.", "user.", "req.", "request.", "params.", "args.", "props.",
	"env.", "local.", "var.", "data.", "module.", "secrets.", "credentials.", "ctx.", "options.", "opts.", "java.", "com.", "org.", "class ", "function", "lambda ", "Read-Host", "Get-Credential", "Get-Secret", "Get-AzKeyVaultSecret", "ConvertTo-SecureString",
}
