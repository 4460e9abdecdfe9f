package dashboards

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// quietHead proves that silence is quiet and not deafness: since when nothing is open, and what was read since.
func (s *Server) quietHead(ctx context.Context, v *overviewView) error {
	c := v.clock
	last, err := s.src.Incidents.ListIncidents(ctx, IncidentFilter{
		Statuses: []detector.Status{detector.StatusResolved}, From: c.now.Add(-7 * 24 * time.Hour), Charts: true, Limit: 100,
	})
	if err != nil {
		return err
	}
	v.Icon, v.Class, v.Closed = "resolved", "resolved", true
	since := v.health.FirstLine
	var today []detector.Incident
	for _, i := range last.Incidents {
		if i.ResolvedAt == nil {
			continue
		}
		if i.ResolvedAt.After(since) {
			since = *i.ResolvedAt
		}
		if c.sameDay(*i.ResolvedAt, c.now) {
			today = append(today, i)
		}
	}
	slices.SortStableFunc(today, func(a, b detector.Incident) int { return b.ResolvedAt.Compare(*a.ResolvedAt) })
	v.OpenRows = s.incidentRows(today[:min(len(today), 6)], c, true)
	if since.IsZero() {
		v.Head = "All quiet"
		return nil
	}
	if v.health.Unjudged() > 0 {
		v.Icon, v.Class = "notice", "notice"
		v.Head = "Nothing open as far as is judged"
		v.Second = []part{{Text: "Lines are counted to " + c.zoned(v.health.CountedTo) + " and judged to " + c.zoned(v.health.JudgedTo) + ": what came between is not known to be quiet."}}
		return nil
	}
	v.Head = "All quiet for " + coarse(c.now.Sub(since))
	text := "Nothing open since " + c.zoned(since) + "."
	if v.Filling {
		v.Second = []part{{Text: text}}
		return nil
	}
	if n, from, err := s.linesSince(ctx, since, c.now); err == nil {
		text += " " + count(n) + " lines read since " + c.zoned(from) + ", the last " + lasting(v.health.Lag) + " ago."
	}
	v.Second = []part{{Text: text}}
	return nil
}

// linesSince counts the lines since a time, or since the first whole step of a chart after it: a week ago at most.
func (s *Server) linesSince(ctx context.Context, since, now time.Time) (n uint64, from time.Time, err error) {
	if week := now.Add(-7 * 24 * time.Hour); since.Before(week) {
		since = week
	}
	step := timeRange{From: since, To: now}.step(now)
	if from = since.Truncate(step); from.Before(since) {
		from = from.Add(step)
	}
	if !from.Before(now) {
		return 0, from, errors.New("no whole step yet")
	}
	lines, err := s.src.Counts.CountSeries(ctx, SeriesQuery{From: from, To: now, Step: step})
	for _, l := range lines.Lines {
		for _, o := range l.Observed {
			if o != nil {
				n += uint64(*o)
			}
		}
	}
	return n, from, err
}
