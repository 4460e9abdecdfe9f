package thin

import (
	"regexp"
	"strings"
	"unicode"
)

// leastFixed is how many letters and digits of a template must be fixed for a pattern that can tell its lines from others.
const leastFixed = 6

var variable = regexp.MustCompile(`<\*>|<redacted:[^<>]*>|\x{FFFD}`)

// Pattern is the regular expression that finds the lines of a template anywhere in a text, as a shipper may see them with
// their time and level before them. ok is false where too little of the template is fixed. White space, which a masked
// text has lost, matches any; variables match at least one character.
func Pattern(masked string) (pattern string, ok bool) {
	var b strings.Builder
	fixed, rest := 0, strings.Trim(masked, " \t\r\n")
	pending := "" // a variable or a blank is written when something fixed follows
	for rest != "" {
		literal, more := rest, ""
		if at := variable.FindStringIndex(rest); at != nil {
			literal, more = rest[:at[0]], rest[at[1]:]
		}
		for _, r := range literal {
			switch {
			case r == ' ' || r >= '\t' && r <= '\r':
				pending = join(pending, `\s+`)
				continue
			case unicode.IsLetter(r), unicode.IsDigit(r):
				fixed++
			}
			if b.Len() > 0 {
				b.WriteString(pending)
			}
			pending = ""
			b.WriteString(quote(r))
		}
		if len(literal) < len(rest) {
			pending = join(pending, `.+`)
		}
		rest = more
	}
	return b.String(), fixed >= leastFixed
}

// join adds to what stands between two fixed parts; .+ takes in the variables beside it.
func join(pending, more string) string {
	switch {
	case pending == "" || pending == more:
		return more
	case strings.HasSuffix(pending, more):
		return pending
	case more == `.+` && strings.Contains(pending, `.+`):
		return `.+`
	}
	return pending + more
}

// quote is a character as a regular expression has it that must hold no quote and no blank, whatever it stands in.
func quote(r rune) string {
	switch {
	case strings.ContainsRune(`\.+*?()|[]{}^$`, r):
		return `\` + string(r)
	case r == '\'':
		return `\x27`
	case r == '"':
		return `\x22`
	case unicode.IsControl(r) || unicode.IsSpace(r):
		return `.`
	}
	return string(r)
}
