package dashboards

import (
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector/template"
)

// pinFor is the configuration that keeps a template as it is whatever its lines come to be like, and splitFor the one that makes each
// text in the place of one variable a template of its own: of n, from 0. Both are empty where patterns cannot say it.
func pinFor(t *Template) string { return patternFor(t, t.Text) }

func splitFor(t *Template, n int) string {
	parts := strings.SplitAfterN(t.Text, "<*>", n+2)
	if n+1 >= len(parts) {
		return ""
	}
	parts[n] = strings.TrimSuffix(parts[n], "<*>") + "<=>"
	return patternFor(t, strings.Join(parts, ""))
}

func patternFor(t *Template, match string) string {
	p := template.Pattern{Service: t.Service, Match: match}
	if p.Check() != nil || strings.Contains(match, "<redacted:") {
		return ""
	}
	out := "templates:\n  patterns:\n    - "
	if t.Service != "" {
		out += "service: " + strconv.Quote(t.Service) + "\n      "
	}
	return out + "match: " + strconv.Quote(match)
}

// splitAt is the variable by which a template is best split: the one with fewest values, at least two, where they are known.
func splitAt(slots []slotView) int {
	best, least := 0, 0
	for n, s := range slots {
		if s.distinct > 1 && (least == 0 || s.distinct < least) {
			best, least = n, s.distinct
		}
	}
	return best
}
