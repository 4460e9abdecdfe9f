package dashboards

import (
	"context"

	"github.com/tocsin-io/tocsin/detector"
)

// ruleChart draws the lines that a rule counts, of all its series together, with what it opened and when people were paged. Nothing is
// expected of the sum: what is expected of each series stands beside its state.
func (s *Server) ruleChart(ctx context.Context, v *ruleView, rule *Rule, rng timeRange, found []detector.Incident) error {
	c, step := v.clock, rng.step(v.clock.now)
	lines, err := s.src.Counts.CountSeries(ctx, SeriesQuery{Rule: rule.Name, From: rng.From, To: rng.To, Step: step})
	if err != nil {
		return err
	}
	b := bigChart{clock: c, label: "Lines that the rule counts"}
	for _, l := range lines.Lines {
		b.curve = addCurves(b.curve, countCurve(lines, l))
	}
	for k := range found {
		i := &found[k]
		b.marks = append(b.marks, mark{at: i.Onset, icon: "onset", class: "onset", label: shortID(i.ID) + " " + c.minute(i.Onset), brief: shortID(i.ID), left: true})
		if e, ok := lastEntry(i, detector.EntryPaged); ok {
			b.marks = append(b.marks, mark{at: e.At, icon: "sent", class: "paged", label: "page", row: 1})
		}
	}
	v.Chart = s.bigChart(b)
	v.ChartSub = "lines in " + lasting(step) + ", all series together, from 0"
	return nil
}
