package dashboards

import (
	"cmp"
	"context"
	"html/template"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// seriesRow is one series of a service: a template at a level, what it logs and what is expected of it.
type seriesRow struct {
	Template      []part
	Title, URL    string
	Level         string
	Spark         template.HTML
	Now, Expected string
	Outside       bool
	Learning      bool
}

// maxSeriesRows is how many series a service's page shows.
const maxSeriesRows = 10

// seriesRows are the series of a service with their baselines, those outside of theirs first, then those that log most.
func (s *Server) seriesRows(ctx context.Context, v *serviceView, rng timeRange, known []Template) error {
	step := rng.sparkStep(v.clock.now)
	lines, err := s.src.Counts.CountSeries(ctx, SeriesQuery{
		By: Dimensions{Level: true, Template: true}, Service: v.Name, From: rng.From, To: rng.To, Step: step, Band: true,
	})
	if err != nil {
		return err
	}
	type key struct {
		id    detector.ShapeID
		level detector.Level
	}
	keyOf := func(l CountLine) key { return key{l.TemplateID, l.Level} }
	curves := curvesBy(lines, keyOf)
	var keys []key
	for _, l := range lines.Lines {
		keys = append(keys, keyOf(l))
	}
	keys = slices.Compact(keys) // those of several environments stand side by side
	now, err := lastMinute(ctx, s, SeriesQuery{By: Dimensions{Level: true, Template: true}, Service: v.Name}, keys, keyOf, rng, lines.CompleteUntil, v.clock)
	if err != nil {
		return err
	}
	text := make(map[detector.ShapeID]*Template, len(known))
	for i := range known {
		text[known[i].ID] = &known[i]
	}
	type ranked struct {
		seriesRow
		sum   float64
		curve curve
	}
	var rows []ranked
	for _, key := range keys {
		t, k := text[key.id], curves[key].scaled(1/step.Seconds())
		figure, band, outside, known := current(k, now[key])
		if t == nil || !known {
			continue
		}
		r := ranked{curve: k, seriesRow: seriesRow{
			Template: code(cutMiddle(t.Called(), 160)), Title: t.Text, URL: "/templates/" + key.id.String(), Level: key.level.String(),
			Now: rate(figure), Expected: "–", Outside: outside, Learning: !band.banded(),
		}}
		if band.banded() {
			r.Expected = span(band.low[0], band.high[0])
		}
		for _, o := range k.observed {
			if o != nil {
				r.sum += *o
			}
		}
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, func(a, b ranked) int {
		if a.Outside != b.Outside {
			if a.Outside {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.sum, a.sum)
	})
	for _, r := range rows[:min(len(rows), maxSeriesRows)] {
		r.Spark = s.spark(r.curve, 196, time.Time{}, false, "lines a second, and what is expected")
		v.Series = append(v.Series, r.seriesRow)
	}
	return nil
}
