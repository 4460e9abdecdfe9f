package dashboards

import (
	"context"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// incidentChart draws the incident's own chart: what was kept when it was last judged, with everything that happened.
func (s *Server) incidentChart(ctx context.Context, v *incidentView, i *detector.Incident) {
	c := v.clock
	v.ChartHead, v.ChartSub = chartWords(i, v.Log)
	v.Scales = []choice{
		{"From 0", incidentURL(i.ID), !v.Log}, {"Log", incidentURL(i.ID) + "?scale=log", v.Log},
	}
	if i.Chart == nil || len(i.Chart.Observed) == 0 {
		v.Chart.Empty = true
		return
	}
	b := bigChart{curve: chartCurve(i.Chart), log: v.Log, clock: c, label: v.ChartHead}
	from, to := b.curve.start, b.curve.end()
	v.Range = &timeRange{From: from, To: to, Label: c.hm(from) + "–" + c.hm(to) + "  " + c.day(from)}
	if i.Service != "" {
		v.Range.Choices = []choice{{Label: i.Service + " in this time", URL: serviceURL(i.Service) + "?" + around(i)}}
	}
	if i.TemplateID != "" {
		v.Range.Choices = append(v.Range.Choices, choice{Label: "Its template in this time", URL: "/templates/" + i.TemplateID + "?" + around(i)})
	}
	deploys, err := s.deployMarks(ctx, "", from, to, c)
	if err == nil {
		b.marks = deploys
	}
	b.marks = append(b.marks, incidentMarks(i, b.marks, c)...)
	if k := b.curve.last(); k >= 0 {
		b.current = quantity(*b.curve.observed[k], b.curve.unit) + b.curve.over()
	}
	if i.Hidden != nil {
		b.lane, b.ticks = "Hidden error", s.hiddenTicks(ctx, i, from, to, b.curve.step)
	}
	v.Chart = s.bigChart(b)
}

func chartWords(i *detector.Incident, log bool) (string, []part) {
	head, unit := "Lines of ", "lines"
	switch i.Kind {
	case detector.KindErrorSpike, detector.KindMaskedError, detector.KindNewError:
		head = "Errors of "
	case detector.KindLatency:
		head, unit = "Latency of ", i.Unit
	case detector.KindVolume:
		head, unit = "Bytes of ", "bytes"
	case detector.KindRule:
		head = "What the rule counts of "
	case detector.KindSecret:
		head = "Lines with the secret of "
	}
	var sub []part
	if i.Template != "" {
		sub = append(code(i.Called()), part{Text: " "})
	}
	in := ""
	if i.Chart != nil {
		if i.Chart.Unit != "" {
			unit = i.Chart.Unit
		}
		if step := time.Duration(i.Chart.Bucket); detector.Counted(unit) {
			in = " in " + lasting(step)
		} else {
			in = " over " + lasting(step)
			if len(sub) > 0 {
				sub[len(sub)-1].Text = ": "
			}
		}
	}
	scale := ", from 0"
	if log {
		scale = ", log scale"
	}
	return head + i.Service, append(sub, part{Text: unit + in + scale})
}

// incidentMarks are onset, detection, page, acknowledgement and resolution. deploys are the marks at hand already.
func incidentMarks(i *detector.Incident, deploys []mark, c clock) []mark {
	onset := mark{at: i.Onset, icon: "onset", class: "onset", label: "onset " + c.hms(i.Onset), left: true}
	onset.brief = onset.label
	for _, d := range deploys {
		if gap := i.Onset.Sub(d.at); gap > 0 && gap < 10*time.Minute {
			onset.label = "onset " + c.hms(i.Onset) + ", " + lasting(gap) + " after"
		}
	}
	out := []mark{onset}
	for _, e := range i.Timeline {
		m := mark{at: e.At}
		switch e.Kind {
		case detector.EntryOpened:
			m.icon, m.class, m.label = "detected", "detected", "detected "+c.hms(e.At)
		case detector.EntryPaged:
			m.icon, m.class, m.label, m.row = "sent", "paged", "page sent "+c.hms(e.At), 1
		case detector.EntryAcknowledged:
			m.icon, m.class, m.label = "acknowledged", "ack", "acknowledged "+c.hms(e.At)+", "+e.Actor
			m.brief = "acknowledged"
		case detector.EntryReopened:
			m.icon, m.class, m.label = "onset", "onset", "reopened "+c.hms(e.At)
		case detector.EntryResolved, detector.EntryExpired:
			m.icon, m.class, m.label, m.row, m.left = "resolved", "done", string(e.Kind)+" "+c.hms(e.At), 1, true
		default:
			continue
		}
		if m.class == "paged" && slices.ContainsFunc(out, func(o mark) bool { return o.class == "paged" && m.at.Sub(o.at) < time.Minute }) {
			continue
		}
		out = append(out, m)
	}
	return out
}

// deployMarks are the new versions in a time.
func (s *Server) deployMarks(ctx context.Context, service string, from, to time.Time, c clock) ([]mark, error) {
	list, err := s.src.Deploys.ListDeploys(ctx, service, from, to)
	if err != nil {
		return nil, err
	}
	var out []mark
	for _, d := range list {
		name := d.Service + " " + d.Version
		out = append(out, mark{
			at: d.At, icon: "deploy", class: "deploy", label: "deploy " + name + " · " + c.hms(d.At), brief: name, left: true, row: 1,
		})
	}
	return out, nil
}

// hiddenTicks is when the lines of the hidden error came, from the counts: exact to the bucket.
func (s *Server) hiddenTicks(ctx context.Context, i *detector.Incident, from, to time.Time, step time.Duration) []time.Time {
	lines, err := s.src.Counts.CountSeries(ctx, SeriesQuery{
		By: Dimensions{Template: true}, Service: i.Service, TemplateID: i.Hidden.TemplateID, From: from, To: to, Step: step,
	})
	if err != nil {
		return nil // the callout has the number
	}
	var out []time.Time
	for _, l := range lines.Lines {
		out = append(out, ticksOf(curve{start: lines.Start, step: lines.Step, observed: l.Observed})...)
	}
	slices.SortFunc(out, time.Time.Compare)
	return out[:min(len(out), mostTicks)]
}
