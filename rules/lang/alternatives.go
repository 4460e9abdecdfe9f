package lang

import (
	"math/bits"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/tocsin-io/tocsin/rules/textset"
)

// alternatives is a regular expression taken apart at its outermost |. Those alternatives that need a certain text are
// tried only where it stands in the line: one pass finds the texts of all of them, where the whole expression would
// walk every alternative over every byte.
type alternatives struct {
	whole *regexp.Regexp // nil where it was taken apart
	texts *textset.Set
	of    [64]uint8 // by text: the alternative that needs it
	parts []part
}

// part is one alternative and its price for each byte: a byte costs more the larger the program is.
type part struct {
	regex *regexp.Regexp
	price int
}

func newPart(re *regexp.Regexp) part { return part{re, 2 + len(re.String())/16} }

func newAlternatives(re *regexp.Regexp) *alternatives {
	whole := &alternatives{whole: re, parts: []part{newPart(re)}}
	out := &alternatives{}
	var texts []string
	for _, source := range cutAlternatives(re.String()) {
		parsed, err := syntax.Parse(source, syntax.Perl)
		if err != nil {
			return whole
		}
		found := literals(parsed.Simplify())
		if len(found) == 0 || len(texts)+len(found) > 64 {
			return whole
		}
		compiled, err := regexp.Compile(source)
		if err != nil {
			return whole
		}
		for _, t := range found {
			out.of[len(texts)] = uint8(len(out.parts))
			texts = append(texts, t)
		}
		out.parts = append(out.parts, newPart(compiled))
	}
	if out.texts = textset.New(texts); out.texts == nil {
		return whole
	}
	return out
}

var (
	leadingFlags = regexp.MustCompile(`^\(\?[a-zA-Z]+\)`)
	bareFlags    = regexp.MustCompile(`\(\?[a-zA-Z]*(-[a-zA-Z]+)?\)`)
)

// cutAlternatives cuts a regular expression at its outermost |, and gives each part the flags at its beginning. Where
// flags change later on it is left whole.
func cutAlternatives(source string) []string {
	flags := leadingFlags.FindString(source)
	body := source[len(flags):]
	if bareFlags.MatchString(body) || strings.Contains(body, `\Q`) {
		return []string{source}
	}
	var out []string
	depth, class, from := 0, false, 0
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\\':
			i++
		case class && c == '[' && strings.HasPrefix(body[i:], "[:") && strings.Contains(body[i:], ":]"):
			i += strings.Index(body[i:], ":]") + 1
		case class:
			class = c != ']'
		case c == '[':
			class = true
			// A bracket that comes first is one of the class.
			if i+1 < len(body) && body[i+1] == '^' {
				i++
			}
			if i+1 < len(body) && body[i+1] == ']' {
				i++
			}
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '|' && depth == 0:
			out = append(out, flags+body[from:i])
			from = i + 1
		}
	}
	return append(out, flags+body[from:])
}

func (a *alternatives) match(f *Frame, s string) bool {
	if a.whole != nil {
		return f.spend(8+len(s)*a.parts[0].price) && a.whole.MatchString(s)
	}
	if !f.spend(8 + 2*len(s)) {
		return false
	}
	tried := uint64(0)
	for mask := a.texts.Mask(s); mask != 0; mask &= mask - 1 {
		i := a.of[bits.TrailingZeros64(mask)]
		if tried&(1<<i) != 0 {
			continue
		}
		tried |= 1 << i
		if p := &a.parts[i]; !f.spend(8+len(s)*p.price) || p.regex.MatchString(s) {
			return f.err == nil
		}
	}
	return false
}
