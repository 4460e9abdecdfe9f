package signin

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName bounds a name, in bytes.
const maxName = 100

// reserved begin the names that acts have which no signed-in person did.
var reserved = []string{"token ", "someone at ", "@"}

// checkName refuses names that could not be told from others in a list of acts.
func checkName(name string) error {
	switch {
	case name == "":
		return errors.New("the name is empty")
	case len(name) > maxName:
		return errors.New("the name is longer than 100 bytes")
	case !utf8.ValidString(name):
		return errors.New("the name is not UTF-8")
	case strings.TrimSpace(name) != name:
		return errors.New("the name begins or ends with a space")
	}
	for _, r := range name {
		if r != ' ' && !unicode.IsGraphic(r) || unicode.IsSpace(r) && r != ' ' || r == ':' {
			return errors.New("the name has a character that cannot be seen, or a colon")
		}
	}
	for _, p := range reserved {
		if strings.HasPrefix(strings.ToLower(name), p) {
			return errors.New("the name begins with " + strings.TrimSpace(p) + ", as only names that tocsin gives do")
		}
	}
	return nil
}

// cut is at most n bytes of s, for messages.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
