package dashboards

import (
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// part is a piece of text with what it is. Templates escape Text.
type part struct {
	Text string
	As   string // "" plain, code, var (a template's variable), value (what stood in its place), redacted
	URL  string // plain words that lead somewhere
}

// sentence splits a title into plain words and code: what stands between back quotes, and the known templates wherever
// they stand. Known ones go first, so that a back quote inside one cannot turn the sentence inside out.
func sentence(title string, known ...string) []part {
	var out []part
	plain := 0
	emit := func(from, to, skip int) {
		if plain < from {
			out = append(out, part{Text: title[plain:from]})
		}
		out = append(out, code(title[from+skip:to-skip])...)
		plain = to
	}
	for i := 0; i < len(title); i++ {
		quoted := title[i] == '`'
		n := knownAt(title[i:], quoted, known)
		if n == 0 && quoted {
			n = strings.IndexByte(title[i+1:], '`')
			if n < 0 {
				break
			}
			n += 2
		}
		if n == 0 {
			continue
		}
		skip := 0
		if quoted {
			skip = 1
		}
		emit(i, i+n, skip)
		i = plain - 1
	}
	if plain < len(title) {
		out = append(out, part{Text: title[plain:]})
	}
	return out
}

// leastKnown is how long a template must be to be found without quotes: a short one could be any word.
const leastKnown = 7

// knownAt returns how many bytes the longest known template takes at the start of s, with its quotes.
func knownAt(s string, quoted bool, known []string) int {
	n := 0
	for _, k := range known {
		switch {
		case quoted && k != "" && strings.HasPrefix(s[1:], k+"`"):
			n = max(n, len(k)+2)
		case !quoted && len(k) >= leastKnown && strings.HasPrefix(s, k):
			n = max(n, len(k))
		}
	}
	return n
}

// incidentTitle splits an incident's title.
func incidentTitle(i *detector.Incident) []part {
	known := []string{i.Template}
	if i.Hidden != nil {
		known = append(known, i.Hidden.Template)
	}
	for _, c := range i.Carriers {
		known = append(known, c.Template)
	}
	known = append(known, i.Said...) // lists read no carriers
	return sentence(i.Title, known...)
}

// code splits masked text into code, variables and redacted chips.
func code(masked string) []part {
	var out []part
	plain := 0
	for i := 0; i < len(masked); i++ {
		if masked[i] != '<' {
			continue
		}
		end := strings.IndexByte(masked[i:], '>')
		if end < 0 {
			break
		}
		as := placeholder(masked[i+1 : i+end])
		if as == "" {
			continue
		}
		if plain < i {
			out = append(out, part{Text: masked[plain:i], As: "code"})
		}
		word := masked[i : i+end+1]
		if as == "redacted" {
			word = word[1 : len(word)-1]
		}
		out = append(out, part{Text: word, As: as})
		i += end
		plain = i + 1
	}
	if plain < len(masked) {
		out = append(out, part{Text: masked[plain:], As: "code"})
	}
	return out
}

// placeholder tells what stands between < and >: var for * and short lower-case names or numbers, redacted for
// redacted:kind, nothing for all else.
func placeholder(in string) string {
	if in == "*" {
		return "var"
	}
	if kind, ok := strings.CutPrefix(in, "redacted:"); ok && kind != "" && len(kind) < 64 && !strings.ContainsAny(kind, " <\n") {
		return "redacted"
	}
	if in == "" || len(in) > 3 {
		return ""
	}
	for _, c := range []byte(in) {
		if c < '0' || c > '9' {
			return ""
		}
	}
	return "var"
}

// line splits a redacted line: what stands in the place of the template's variables is marked where it can be told.
func line(text, template string) []part {
	spans := align(text, template)
	var out []part
	at := 0
	for _, s := range spans {
		out = append(out, chips(text[at:s[0]], "code")...)
		out = append(out, chips(text[s[0]:s[1]], "value")...)
		at = s[1]
	}
	return append(out, chips(text[at:], "code")...)
}

func chips(text, as string) []part {
	parts := code(text)
	for i := range parts {
		switch parts[i].As {
		case "var":
			parts[i].As = as // a line may hold <*> by itself
		case "code":
			parts[i].As = as
		}
	}
	return parts
}

// align returns where the variables of template stand in text: each literal between two variables is looked for in
// order, the last one at the end. Nil where the text is not of the template.
func align(text, template string) [][2]int {
	var literals []string
	rest := template
	for {
		i := strings.Index(rest, "<*>")
		if i < 0 {
			literals = append(literals, rest)
			break
		}
		literals = append(literals, rest[:i])
		rest = rest[i+3:]
	}
	if len(literals) < 2 || !strings.HasPrefix(text, literals[0]) {
		return nil
	}
	var spans [][2]int
	at := len(literals[0])
	for i, lit := range literals[1:] {
		var next int
		switch {
		case i == len(literals)-2: // the last
			next = len(text) - len(lit)
			if next < at || !strings.HasSuffix(text, lit) {
				// A template may be cut; what follows is then not known.
				k := strings.Index(text[at:], lit)
				if k < 0 || lit == "" {
					return spans
				}
				next = at + k
			}
		case lit == "":
			return nil
		default:
			k := strings.Index(text[at:], lit)
			if k < 0 {
				return spans
			}
			next = at + k
		}
		if next > at {
			spans = append(spans, [2]int{at, next})
		}
		at = next + len(lit)
	}
	return spans
}

// linePieces splits the line of a sample.
func linePieces(s detector.Sample) []part { return line(s.Text, s.Template) }
