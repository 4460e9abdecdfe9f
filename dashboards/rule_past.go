package dashboards

import (
	"context"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// rulePast is what a rule opened in a range, and what it opened before and goes on.
type rulePast struct {
	counts IncidentCounts      // of the range
	newest []detector.Incident // of the range, at most maxOfRule
	older  []detector.Incident // began before the range, and go on
}

// maxOfRule is how many incidents the page of a rule shows of its range, and as many that began before.
const maxOfRule = 30

func (s *Server) rulePast(ctx context.Context, rule string, rng timeRange) (rulePast, error) {
	var p rulePast
	f := IncidentFilter{Rule: rule, From: rng.From, Charts: true, Limit: maxOfRule}
	var err error
	if p.counts, err = s.src.Incidents.CountIncidents(ctx, f); err != nil {
		return p, err
	}
	page, err := s.src.Incidents.ListIncidents(ctx, f)
	if err != nil {
		return p, err
	}
	before := IncidentFilter{Rule: rule, Statuses: unresolved, To: rng.From, Charts: true, Limit: maxOfRule}
	older, err := s.src.Incidents.ListIncidents(ctx, before)
	p.newest, p.older = page.Incidents, older.Incidents
	return p, err
}

// head says how often the rule paged.
func (p *rulePast) head(rng timeRange) string {
	if p.counts.Pages == 0 {
		return "This rule sent no page in " + rng.words() + "."
	}
	return "This rule sent " + plural(p.counts.Pages, "page") + " in " + rng.words() + "."
}

// second says how many incidents it opened, what people took of them, and what goes on since before.
func (p *rulePast) second() string {
	acted := 0
	for k := range p.newest {
		if i := &p.newest[k]; i.Page && (i.Assignee != "" || i.Status == detector.StatusAcknowledged) {
			acted++
		}
	}
	out := plural(p.counts.Total, "incident") + "; a person took " + count(acted) + " of the newest " + count(len(p.newest)) + "."
	if p.counts.Total == 0 {
		out = "It opened no incident in this time."
	}
	switch k := len(p.older); {
	case k == 1:
		out += " One that began before goes on."
	case k > 1:
		out += " " + capital(count(k)) + " that began before go on."
	}
	return out
}

// ruleIncidents are the rows of what it opened, with the day of each.
func (s *Server) ruleIncidents(p rulePast, c clock) []incidentRow {
	all := slices.Concat(p.newest, p.older)
	rows := s.incidentRows(all, c, false)
	for k := range rows {
		onset := all[k].Onset
		rows[k].Since = c.stamp(onset, c.day(onset)+" "+c.hms(onset))
	}
	return rows
}
