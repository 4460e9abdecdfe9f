package redact

import (
	"bytes"
	"math/big"
	"regexp"
	"strings"
)

// harmless is what stands under the name of a secret and is none: nothing, a placeholder, a type, a number, a path, a
// duration, a word of a sentence.
var harmless = regexp.MustCompile(`(?i)^(?:null|nil|none|undefined|true|false|yes|no|on|off|string|str|bytes?|int|bool|object|empty|missing|unset|set|not|is|was|has|must|should|cannot|invalid|expired|expires?|required|changed|updated|reset|rotated|accepted|rejected|failed|successful(?:ly)?|ok|error|for|from|and|or|the|type|length|len|count|id|file|path|[*x•.#-]+|<.*|\$.*|%.*|\{\{.*|\?.*|redacted.*|\[.*|hidden|masked|removed|filtered|example|changeme\?|[0-9.]+(?:ms|s|m|h|d|kb|mb)?|/[^\s]*|[a-z]:\\.*|\.{1,2}/.*|secret|password|token|key|authorization|bearer|basic)$`)

// notSecret clears a value by what it is.
func notSecret(v []byte) bool {
	t := bytes.Trim(v, `"'\,;.()`)
	return len(t) < 3 || harmless.Match(t) || bytes.HasPrefix(t, []byte("<redacted"))
}

// identity is how Java prints an object: its class and the hash of where it is.
var identity = regexp.MustCompile(`^[\w.$]+@[0-9a-f]{4,8}$`)

// notToken clears what looks like a word: tokens have digits.
func notToken(v []byte) bool {
	return !bytes.ContainsAny(v, "0123456789") || notSecret(v)
}

// notValue clears the value of a key: words under a password are one, codes are of digits, tokens and keys are no words.
func notValue(kind string, v []byte) bool {
	switch kind {
	case "card-code", "pin":
		d := onlyDigits(v)
		return len(d) != len(v) || len(d) < 3 || len(d) > 8
	case "password", "secret":
		return notSecret(v)
	case "key":
		if len(v) >= 32 && bytes.ContainsAny(v, "0123456789") && !bytes.Contains(v, []byte(".")) {
			return false // base64 may begin as a path does
		}
	case "token":
		if notToken(v) || identity.Match(v) {
			return true
		}
	}
	return len(bytes.TrimLeft(v, "abcdefghijklmnopqrstuvwxyz_-.,")) == 0 || notSecret(v)
}

// clearURL keeps a port from being a password.
func clearURL(v []byte) bool {
	for _, c := range v {
		if c < '0' || c > '9' {
			return notSecret(v)
		}
	}
	return len(v) <= 5
}

func onlyDigits(v []byte) []byte {
	var out []byte
	for _, c := range v {
		if c >= '0' && c <= '9' {
			out = append(out, c)
		}
	}
	return out
}

// notCard fails the checksum of Luhn (ISO/IEC 7812-1).
func notCard(v []byte) bool {
	d := onlyDigits(v)
	sum := 0
	for i := range d {
		n := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 != 0 || bytes.Count(d, d[:1]) == len(d)
}

// notIBAN fails the checksum mod 97 (ISO 13616).
func notIBAN(v []byte) bool {
	s := strings.ReplaceAll(string(v), " ", "")
	if len(s) < 15 || len(s) > 34 {
		return true
	}
	var b strings.Builder
	for _, c := range s[4:] + s[:4] {
		if c >= 'A' && c <= 'Z' {
			b.WriteString(big.NewInt(int64(c - 'A' + 10)).String())
		} else {
			b.WriteRune(c)
		}
	}
	n, ok := new(big.Int).SetString(b.String(), 10)
	return !ok || new(big.Int).Mod(n, big.NewInt(97)).Int64() != 1
}
