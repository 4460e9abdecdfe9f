package dashboards

import (
	"context"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/dashboards/thin"
)

// filterView is the snippet for one template, with what it would save and take.
type filterView struct {
	Parts   []part
	Service string
	Tabs    []choice
	Modes   []choice
	Snippet thin.Snippet
	Problem string
	Saves   string // the cost a day, or the bytes where no price is known
	Bytes   string
	Notes   []string
	Counts  string // what tocsin will count
	Expect  string // URL of a silence for the fall
}

var modeWords = map[thin.Mode]string{thin.Drop: "Drop all", thin.Sample: "Keep some", thin.Aggregate: "Count only"}

// filterOf writes the snippet that the query asks for.
func (s *Server) filterOf(ctx context.Context, q url.Values, l *noiseLogs, row *CountRow) *filterView {
	v := &filterView{Parts: code(cutMiddle(row.Template, 140)), Service: row.Service}
	shipper, mode := q.Get("with"), thin.Mode(q.Get("do"))
	if shipper == "" {
		shipper = thin.Shippers()[0]
	}
	if mode == "" {
		mode = thin.Sample
	}
	link := func(key, value string) string {
		u := cloneQuery(q)
		u.Set("template", row.TemplateID.String())
		u.Set("of", row.Service)
		u.Set(key, value)
		return "/noise?" + u.Encode() + "#filter"
	}
	for _, name := range thin.Shippers() {
		v.Tabs = append(v.Tabs, choice{name, link("with", name), name == shipper})
	}
	for _, m := range thin.Modes() {
		v.Modes = append(v.Modes, choice{modeWords[m], link("do", string(m)), m == mode})
	}
	var err error
	if v.Snippet, err = thin.Write(shipper, mode, row.Service, row.Template); err != nil {
		v.Problem = capital(err.Error()) + "."
		return v
	}
	saved := l.perDay(row.Bytes)
	if v.Snippet.Rate > 1 {
		saved -= saved / uint64(v.Snippet.Rate)
		v.Counts = "tocsin will count 1 in " + strconv.Itoa(v.Snippet.Rate) + " of them."
	} else {
		v.Counts = "tocsin will count none of them."
	}
	v.Saves, v.Bytes = l.costOf(saved), size(saved)
	v.Notes = s.filterNotes(ctx, l, row)
	v.Expect = "/silences/new?" + url.Values{"service": {row.Service}, "template_id": {row.TemplateID.String()}, "for": {"24h"}, "text": {"its lines are filtered at the shipper"}}.Encode()
	return v
}

// filterNotes say what the pattern takes: lines that were kept, other templates of the service, and what rested on it.
func (s *Server) filterNotes(ctx context.Context, l *noiseLogs, row *CountRow) []string {
	var notes []string
	pattern, _ := thin.Pattern(row.Template)
	re, err := regexp.Compile(pattern)
	if err != nil {
		return []string{"The pattern could not be tried: " + err.Error() + "."}
	}
	if t, err := s.src.Templates.Template(ctx, row.TemplateID); err == nil && len(t.Samples) > 0 {
		hit := 0
		for _, sample := range t.Samples {
			hit += btoi(re.MatchString(sample.Text))
		}
		notes = append(notes, "It finds "+count(hit)+" of the "+plural(len(t.Samples), "line")+" of it that were kept.")
	}
	var others []string
	var lines uint64
	for k := range l.rows {
		o := &l.rows[k]
		if o.Service == row.Service && o.TemplateID != row.TemplateID && re.MatchString(strings.ReplaceAll(o.Template, "<*>", "x")) {
			others = append(others, o.Template)
			lines += o.Lines
		}
	}
	switch {
	case len(others) == 0:
		notes = append(notes, "It finds no other template of "+row.Service+".")
	default:
		notes = append(notes, "It also finds "+plural(len(others), "other template")+" of "+row.Service+", "+count(l.perDay(lines))+" lines a day: “"+cutMiddle(others[0], 60)+"”.")
	}
	n, err := s.src.Incidents.CountIncidents(ctx, IncidentFilter{TemplateID: row.TemplateID.String()})
	switch {
	case err != nil:
	case n.Total == 0:
		notes = append(notes, "It is in no incident that is kept.")
	default:
		notes = append(notes, "It is in "+plural(n.Total, "incident")+" that are kept.")
	}
	return notes
}
