package dashboards

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// templatesFact says how many templates are known, and how many of them are new.
func (s *Server) templatesFact(ctx context.Context, v *overviewView) (fact, error) {
	f := fact{Label: "Templates", URL: "/templates"}
	if v.Filling {
		f.Figure, f.Line = "–", "being read"
		return f, nil
	}
	var err error
	if v.NewCount, err = s.src.Templates.CountTemplates(ctx, TemplateFilter{NewSince: v.clock.now.Add(-24 * time.Hour)}); err != nil {
		return f, err
	}
	all, err := s.src.Templates.CountTemplates(ctx, TemplateFilter{})
	f.Figure, f.Line = count(all), count(v.NewCount)+" new in 24 h"
	return f, err
}

// overviewCounts fills the chart of levels, the new templates and the services.
func (s *Server) overviewCounts(ctx context.Context, v *overviewView, rng timeRange, open []detector.Incident) error {
	levels, err := s.src.Counts.CountSeries(ctx, SeriesQuery{
		By: Dimensions{Level: true}, From: rng.From, To: rng.To, Step: rng.step(v.clock.now), Band: true,
	})
	if err != nil {
		return err
	}
	marks, err := s.deployMarks(ctx, "", rng.From, rng.To, v.clock)
	if err != nil {
		return err
	}
	var onset *detector.Incident
	for k := range open {
		if i := &open[k]; i.ExplainedBy == "" && i.Severity == detector.SeverityPage && i.Kind != detector.KindSecret &&
			(onset == nil || i.Onset.After(onset.Onset)) {
			onset = i
		}
	}
	if len(marks) > 1 {
		marks = marks[len(marks)-1:]
	}
	for k := range marks {
		marks[k].label = marks[k].brief + " " + v.clock.hms(marks[k].at)
	}
	if onset != nil {
		marks = append(marks, mark{at: onset.Onset, class: "onset", label: "onset " + v.clock.hms(onset.Onset)})
	}
	lanes := levelLanes(levels)
	v.Levels = s.levelChart(lanes, marks, v.clock, 712)
	lately, err := lastMinute(ctx, s, SeriesQuery{By: Dimensions{Level: true}}, nil, laneOf, rng, levels.CompleteUntil, v.clock)
	if err != nil {
		return err
	}
	if low, high, ok := bandNow(lanes, lately); ok {
		v.Facts[0].Line = "of " + span(low, high)
	}
	news, err := s.src.Templates.ListTemplates(ctx, TemplateFilter{NewSince: v.clock.now.Add(-24 * time.Hour), Sort: SortNew, Limit: 5})
	if err != nil {
		return err
	}
	v.New = templateRows(news.Templates, v.clock)
	all, err := s.src.Services.Traffic(ctx)
	if err != nil {
		return err
	}
	v.Hosts, v.Learning, v.ServiceCount, v.AsOf = all.Hosts, learningNotes(all.Learning, v.clock), len(all.ByName), v.clock.age(all.AsOf)
	worst := worstOf(open)
	shown := all.part(&serviceQuery{Sort: sortDiffers, Limit: 30}, worst, v.clock.now)
	v.Services, err = s.serviceRows(ctx, shown.Services, worst, rng, v.clock)
	return err
}

// bandNow adds up what is expected of all lanes: in the last minute, and of a lane of which that is not known in the last step.
func bandNow(lanes []levelLane, lately map[int]curve) (low, high float64, ok bool) {
	for n := range lanes {
		if now := lately[n]; now.banded() {
			low, high, ok = low+now.low[0], high+now.high[0], true
		} else if l, h, known := bandSum(lanes[n : n+1]); known {
			low, high, ok = low+l, high+h, true
		}
	}
	return
}

// bandSum adds up what is expected of all lanes in their last step.
func bandSum(lanes []levelLane) (low, high float64, ok bool) {
	for _, l := range lanes {
		if i := l.curve.last(); i >= 0 && l.curve.banded() {
			low, high, ok = low+l.curve.low[i], high+l.curve.high[i], true
		}
	}
	return
}
