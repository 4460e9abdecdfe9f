package dashboards

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// templateChart draws the rate of a template with its incidents, and fills in the figures.
func (s *Server) templateChart(r *http.Request, v *templateView, t *Template, rng timeRange, found []detector.Incident) error {
	c, step := v.clock, rng.step(v.clock.now)
	log := r.URL.Query().Get("scale") == "log"
	for _, k := range []struct{ label, scale string }{{"From 0", ""}, {"Log", "log"}} {
		u := cloneQuery(r.URL.Query())
		u.Del("scale")
		if k.scale != "" {
			u.Set("scale", k.scale)
		}
		v.Scales = append(v.Scales, choice{k.label, r.URL.Path + "?" + u.Encode(), log == (k.scale == "log")})
	}
	lines, err := s.src.Counts.CountSeries(r.Context(), SeriesQuery{
		By: Dimensions{Template: true}, Service: t.Service, TemplateID: t.ID, From: rng.From, To: rng.To, Step: step, Band: true,
	})
	if err != nil {
		return err
	}
	v.ChartSub = "lines in " + lasting(step) + ", from 0"
	if log {
		v.ChartSub = "lines in " + lasting(step) + ", log scale"
	}
	b := bigChart{log: log, clock: c, label: "Rate of the template"}
	var sum float64
	for _, l := range lines.Lines {
		b.curve = addCurves(b.curve, countCurve(lines, l))
	}
	for _, o := range b.curve.observed {
		if o != nil {
			sum += *o
		}
	}
	now := nowOf(b.curve)
	running, err := s.running(r.Context(), t, lines, rng, step)
	if err != nil {
		return err
	}
	if b.curve.rise(running, lines.CompleteUntil) {
		sum += running
	}
	// New versions are named only where an incident leaves room: they are many over a month.
	if b.marks, err = s.deployMarks(r.Context(), t.Service, rng.From, rng.To, c); err != nil {
		return err
	}
	for k := range b.marks {
		b.marks[k].label = b.marks[k].brief
	}
	for k := range found {
		i := &found[k]
		m := mark{at: i.Onset, icon: "onset", class: "onset", label: "incident " + shortID(i.ID) + ", since " + c.zoned(i.Onset), brief: shortID(i.ID), left: true}
		if i.ResolvedAt != nil {
			m.label = "incident " + shortID(i.ID) + ", " + c.minute(i.Onset) + ", " + lasting(i.ResolvedAt.Sub(i.Onset))
		}
		b.marks = append(b.marks, m)
	}
	v.Chart = s.bigChart(b)
	now.URL = "#rate"
	v.Facts = []fact{
		now,
		{Label: "Lines, " + strings.ToLower(rng.Label), Figure: figure(sum), Line: count(t.Lines) + " as far as counts are kept", URL: "#log"},
		{Label: "Bytes", Figure: size(t.Bytes), Line: "as far as counts are kept"},
		{Label: "Hosts", Figure: count(len(t.Hosts)), Line: "of the lines that are kept", Title: strings.Join(t.Hosts, ", "), URL: v.ServiceURL + "#hosts"},
		{Label: "Shapes", Figure: count(max(1, len(t.Shapes))), Line: "merged into one"},
	}
	if len(t.Shapes) < 2 {
		v.Facts[4].Line = "never merged"
	} else {
		v.Facts[4].URL = "#shapes"
	}
	if len(t.Samples) == 0 {
		v.Facts[1].URL = "#rate"
	}
	if of, err := s.src.Services.Origins(r.Context(), t.Service, rng.From, rng.To); err == nil && len(t.Hosts) > 0 && len(of.Hosts) >= len(t.Hosts) {
		v.Facts[3].Figure += " of " + hostCount(of)
	}
	return nil
}

// nowOf is the rate of the last step that is complete.
func nowOf(k curve) fact {
	now := fact{Label: "Now", Figure: "–"}
	if n := k.last(); n >= 0 {
		now.Figure, now.Unit = figure(*k.observed[n]/k.step.Seconds()), "lines/s"
		if k.expected != nil {
			now.Line = "expected " + figure(k.expected[n]/k.step.Seconds())
		}
	}
	return now
}

// running is how many lines the step of a chart that runs now has so far: those of its fine buckets that are complete.
func (s *Server) running(ctx context.Context, t *Template, lines CountLines, rng timeRange, step time.Duration) (float64, error) {
	from := lines.CompleteUntil.Truncate(step)
	if step == fineStep || from.Before(lines.Start) || !from.Before(rng.To) {
		return 0, nil
	}
	fine, err := s.src.Counts.CountSeries(ctx, SeriesQuery{
		By: Dimensions{Template: true}, Service: t.Service, TemplateID: t.ID, From: from, To: rng.To, Step: fineStep,
	})
	var sum float64
	for _, l := range fine.Lines {
		for _, o := range countCurve(fine, l).observed {
			if o != nil {
				sum += *o
			}
		}
	}
	return sum, err
}
