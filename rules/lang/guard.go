package lang

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// Guard says which texts a line must hold for a condition to be true: at least one of Any, in any case, in the message
// or in what stands at one of the paths of Fields. The texts are of small ASCII letters.
type Guard struct {
	Any    []string
	Fields []string
}

const (
	guardLeast = 3  // shorter texts stand in most lines
	guardMost  = 64 // alternatives
)

// Guard finds the texts of the condition; false where it can be true of a line without any certain text.
func (p *Program) Guard() (Guard, bool) { return guardOf(p.root) }

func guardOf(t *term) (Guard, bool) {
	switch t.op {
	case "&&":
		a, okA := guardOf(t.args[0])
		b, okB := guardOf(t.args[1])
		if !okA || okB && b.better(a) {
			return b, okB
		}
		return a, okA
	case "||":
		a, okA := guardOf(t.args[0])
		b, okB := guardOf(t.args[1])
		return union(a, b, okA && okB)
	case "any", "one":
		if t.args[0].op != "array" {
			return Guard{}, false
		}
		var out Guard
		for i, entry := range t.args[0].args {
			g, ok := guardOf(replacePointer(t.args[1], entry))
			if !ok {
				return Guard{}, false
			}
			if i == 0 {
				out = g
				continue
			}
			if out, ok = union(out, g, true); !ok {
				return Guard{}, false
			}
		}
		return out, true
	case "contains", "startsWith", "endsWith", "==", "matches", "word":
		return guardOfText(t)
	}
	return Guard{}, false
}

// better prefers longer texts, then the message alone.
func (g Guard) better(o Guard) bool {
	if a, b := shortest(g.Any), shortest(o.Any); a != b {
		return a > b
	}
	return len(g.Any) < len(o.Any) || len(g.Fields) == 0 && len(o.Fields) > 0
}

func union(a, b Guard, ok bool) (Guard, bool) {
	if !ok {
		return Guard{}, false
	}
	out := Guard{Any: joined(a.Any, b.Any), Fields: joined(a.Fields, b.Fields)}
	return out, len(out.Any) <= guardMost
}

// joined are the texts of both lists, each once.
func joined(a, b []string) []string {
	var out []string
	for _, s := range slices.Concat(a, b) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// replacePointer puts entry where # stands.
func replacePointer(t, entry *term) *term {
	if t.op == "pointer" {
		return entry
	}
	out := *t
	out.args = make([]*term, len(t.args))
	for i, a := range t.args {
		out.args[i] = replacePointer(a, entry)
	}
	return &out
}

func guardOfText(t *term) (Guard, bool) {
	left, right := t.args[0], t.args[1]
	if left.op == "lower" {
		left = left.args[0]
	}
	if !right.isConst() || right.kind != Text || !guardable(left) {
		return Guard{}, false
	}
	var g Guard
	if left.op == "field" {
		g.Fields = []string{left.path}
	}
	if t.op == "matches" {
		re, err := syntax.Parse(right.value.Str, syntax.Perl)
		if err != nil {
			return Guard{}, false
		}
		g.Any = literals(re.Simplify())
	} else if _, numeric := right.value.Number(); !numeric || t.op != "==" {
		g.Any = usable(right.value.Str)
	}
	return g, len(g.Any) > 0 && len(g.Any) <= guardMost
}

// guardable: a field below another stands in the JSON of its parent, where texts may be escaped; but letters never are.
func guardable(t *term) bool {
	return t.op == "var" && t.variable.Name == "message" || t.op == "field"
}

// usable makes a guard of a text that must stand in the line: its longest run of characters that JSON never escapes
// and that have no other small form outside ASCII.
func usable(s string) []string {
	best := ""
	for _, run := range strings.FieldsFunc(foldLower(s), func(r rune) bool {
		return r >= 0x7f || r < ' ' || strings.ContainsRune(`"\/<>&'`, r)
	}) {
		if len(run) > len(best) {
			best = run
		}
	}
	if len(best) < guardLeast {
		return nil
	}
	return []string{best}
}

// literals finds texts of which every match of re holds at least one; nil where there are none to be found.
func literals(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		s := string(re.Rune)
		if re.Flags&syntax.FoldCase != 0 && foldsOutside(re.Rune) {
			return foldRuns(re.Rune)
		}
		return usable(s)
	case syntax.OpCapture, syntax.OpPlus:
		return literals(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return literals(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			l := literals(sub)
			if len(l) > 0 && (best == nil || shortest(l) > shortest(best) || shortest(l) == shortest(best) && len(l) < len(best)) {
				best = l
			}
		}
		return best
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			l := literals(sub)
			if len(l) == 0 {
				return nil
			}
			out = append(out, l...)
		}
		return out
	}
	return nil
}

func shortest(l []string) int {
	n := 1 << 30
	for _, s := range l {
		n = min(n, len(s))
	}
	return n
}

// foldsOutside: (?i)k also matches the Kelvin sign, (?i)s the long s. Neither is found among ASCII letters.
func foldsOutside(runes []rune) bool {
	for _, r := range runes {
		if strings.ContainsRune("kKsS", r) {
			return true
		}
	}
	return false
}

// foldRuns cuts a text at the letters that match others outside ASCII.
func foldRuns(runes []rune) []string {
	best := ""
	for _, run := range strings.FieldsFunc(string(runes), func(r rune) bool { return strings.ContainsRune("kKsS", r) }) {
		if u := usable(run); u != nil && len(u[0]) > len(best) {
			best = u[0]
		}
	}
	if best == "" {
		return nil
	}
	return []string{best}
}
