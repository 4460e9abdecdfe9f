package dashboards

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// linkMargin is how much before the onset and after the last change a link that leads elsewhere shows.
const linkMargin = 15 * time.Minute

// outLinks fills the configured links and the rule's runbook. Only http and https addresses are linked.
func (s *Server) outLinks(i *detector.Incident) []crumb {
	var out []crumb
	if s.opt.Links != nil {
		fill := linkFiller(i)
		for _, l := range s.opt.Links() {
			out = append(out, crumb{l.Name, fill.Replace(l.URL)})
		}
	}
	if i.Rule != nil && i.Rule.Runbook != "" {
		out = append(out, crumb{"Runbook", i.Rule.Runbook})
	}
	kept := out[:0]
	for _, l := range out {
		if u, err := url.Parse(l.URL); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
			kept = append(kept, l)
		}
	}
	return kept
}

// linkWord is what may stand in braces in the address of a link, with its value.
type linkWord struct{ name, value string }

func linkWords(i *detector.Incident) []linkWord {
	from, to := i.Onset.Add(-linkMargin), i.UpdatedAt.Add(linkMargin)
	return []linkWord{
		{"id", i.ID},
		{"service", i.Service},
		{"environment", i.Environment},
		{"level", i.Level.String()},
		{"template", i.Template},
		{"template_id", i.TemplateID},
		{"words", longestWords(i.Template)},
		{"from", strconv.FormatInt(from.UnixMilli(), 10)},
		{"to", strconv.FormatInt(to.UnixMilli(), 10)},
		{"from_s", strconv.FormatInt(from.Unix(), 10)},
		{"to_s", strconv.FormatInt(to.Unix(), 10)},
		{"from_time", from.UTC().Format(time.RFC3339)},
		{"to_time", to.UTC().Format(time.RFC3339)},
	}
}

// LinkWords are the words that are filled in where they stand in braces in the URL of a Link.
func LinkWords() []string {
	var names []string
	for _, w := range linkWords(new(detector.Incident)) {
		names = append(names, w.name)
	}
	return names
}

// linkFiller puts what is known of an incident into an address.
func linkFiller(i *detector.Incident) *strings.Replacer {
	var pairs []string
	for _, w := range linkWords(i) {
		// A plus is a space in a query alone, and these stand in fragments too.
		pairs = append(pairs, "{"+w.name+"}", strings.ReplaceAll(url.QueryEscape(w.value), "+", "%20"))
	}
	return strings.NewReplacer(pairs...)
}

// longestWords is the longest piece of a masked text in which nothing varies: what other tools find its lines by.
func longestWords(masked string) string {
	best := ""
	for _, p := range code(masked) {
		if t := strings.TrimSpace(p.Text); p.As == "code" && len(t) > len(best) {
			best = t
		}
	}
	return best
}
