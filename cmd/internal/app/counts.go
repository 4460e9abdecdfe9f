package app

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// counts shows what was counted.
type counts struct {
	reader    *rate.Reader
	tallies   *rate.Tallies
	sums      *keptSums
	templates *engine.Templates
	expected  func(context.Context) ([]rate.Partition, error)
	band      func(s detector.Series, at time.Time) (expected, low, high float64, ok bool)
}

// newCounts shows what r reads, of the templates and services that the catalogue knows.
func newCounts(r *rate.Reader, cat *catalogue, band func(detector.Series, time.Time) (float64, float64, float64, bool)) counts {
	now := cat.listing.now
	return counts{
		reader: r, tallies: rate.NewTallies(r, rate.TalliesOptions{Now: now}), sums: newKeptSums(now), templates: cat.templates,
		expected: cat.expected, band: band,
	}
}

func (c counts) SumCounts(ctx context.Context, from, to time.Time, by dashboards.Dimensions) (dashboards.CountSum, error) {
	expected, err := c.expected(ctx)
	if err != nil {
		return dashboards.CountSum{}, err
	}
	got, err := c.reader.Sum(ctx, from, to, rate.By{Service: by.Service, Level: by.Level, Shape: by.Template}, expected)
	if err != nil {
		return dashboards.CountSum{}, err
	}
	out := newFoldedSum(c.templates, by)
	for i := range got.Counts {
		out.add(&got.Counts[i])
	}
	return out.of(&got), nil
}

// SumLately implements dashboards.Counts.
func (c counts) SumLately(ctx context.Context, span time.Duration, by dashboards.Dimensions) (dashboards.CountSum, error) {
	return c.sums.get(ctx, sumKey{span, by}, func() sumFunc { return c.sumUntil(span, by) })
}

// sumUntil makes sums over a span up to a time, most bytes first. Of a long span only what came since the last one is read.
func (c counts) sumUntil(span time.Duration, by dashboards.Dimensions) sumFunc {
	long := &runningSums{reader: c.reader, span: span, by: rate.By{Service: by.Service, Level: by.Level, Shape: by.Template}}
	sum := func(ctx context.Context, now time.Time) (dashboards.CountSum, error) {
		if span < daySpan {
			return c.SumCounts(ctx, now.Add(-span), now, by)
		}
		expected, err := c.expected(ctx)
		if err != nil {
			return dashboards.CountSum{}, err
		}
		out := newFoldedSum(c.templates, by)
		of, err := long.each(ctx, now, now, expected, out.add)
		return out.of(&of), err
	}
	return func(ctx context.Context, now time.Time) (dashboards.CountSum, error) {
		out, err := sum(ctx, now)
		slices.SortFunc(out.Rows, func(a, b dashboards.CountRow) int {
			return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Level, b.Level), cmp.Compare(a.TemplateID, b.TemplateID))
		})
		return out, err
	}
}

// CountSeries implements dashboards.Counts. What asks for no template comes of what is kept.
func (c counts) CountSeries(ctx context.Context, q dashboards.SeriesQuery) (dashboards.CountLines, error) {
	expected, err := c.expected(ctx)
	if err != nil {
		return dashboards.CountLines{}, err
	}
	find := rate.Query{From: q.From, To: q.To, Step: q.Step}
	out := dashboards.CountLines{Start: q.From.Truncate(q.Step).UTC(), Step: q.Step}
	var courses map[detector.Series][]rate.Point
	if q.TemplateID == 0 && !q.By.Template {
		if courses, out.CompleteUntil, err = c.tallied(ctx, q, find, expected); err != nil {
			return out, err
		}
	} else {
		if q.Service != "" {
			find.Services = []string{q.Service}
		}
		if courses, err = c.reader.Courses(ctx, find, c.keyOf(&q)); err != nil {
			return out, err
		}
		if out.CompleteUntil, _, err = c.reader.Watermark(ctx, expected); err != nil {
			return out, err
		}
	}
	for k, course := range courses {
		out.Lines = append(out.Lines, c.line(q, k, course, out.CompleteUntil))
	}
	slices.SortFunc(out.Lines, func(a, b dashboards.CountLine) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Level, b.Level), cmp.Compare(a.TemplateID, b.TemplateID))
	})
	return out, nil
}

// tallied are the courses of a query that asks for no template.
func (c counts) tallied(ctx context.Context, q dashboards.SeriesQuery, find rate.Query, expected []rate.Partition) (map[detector.Series][]rate.Point, time.Time, error) {
	switch key := c.keyOf(&q); {
	case q.Service != "":
		find.Services = []string{q.Service}
	case len(q.Services) > 0:
		find.Services = q.Services
	case !q.By.Service:
		levels, complete, err := c.tallies.Levels(ctx, find, expected)
		return folded(levels, key), complete, err
	}
	return c.tallies.Courses(ctx, find, expected, c.keyOf(&q))
}

// folded adds the courses of levels up into those that key names.
func folded(levels map[detector.Series][]rate.Point, key func(detector.Series) (detector.Series, bool)) map[detector.Series][]rate.Point {
	out := make(map[detector.Series][]rate.Point, len(levels))
	for s, course := range levels {
		k, ok := key(detector.Series{Class: detector.ClassLine, Level: s.Level})
		if !ok {
			continue
		}
		if out[k] == nil {
			out[k] = course
			continue
		}
		for i := range course {
			out[k][i].Lines += course[i].Lines
		}
	}
	return out
}

// keyOf says into which of the lines of the answer a series adds up.
func (c counts) keyOf(q *dashboards.SeriesQuery) func(detector.Series) (detector.Series, bool) {
	among := make(map[string]bool, len(q.Services))
	for _, s := range q.Services {
		among[s] = true
	}
	return func(s detector.Series) (detector.Series, bool) {
		if s.Class != detector.ClassLine || q.Service != "" && s.Service != q.Service || q.HasLevel && s.Level != q.Level ||
			len(among) > 0 && !among[s.Service] {
			return s, false
		}
		k := detector.Series{Environment: s.Environment}
		if q.By.Template || q.TemplateID != 0 {
			shape := c.templates.Canonical(s.Shape)
			if q.TemplateID != 0 && shape != q.TemplateID {
				return s, false
			}
			if q.By.Template {
				k.Shape = shape
			}
		}
		if q.By.Service {
			k.Service = s.Service
		}
		if q.By.Level {
			k.Level = s.Level
		}
		if !q.By.Service && q.Service == "" {
			k.Environment = ""
		}
		return k, true
	}
}

// line is one course, as far as it is complete, with the band of what was expected of it, where the detectors know that series.
func (c counts) line(q dashboards.SeriesQuery, k detector.Series, course []rate.Point, complete time.Time) dashboards.CountLine {
	line := dashboards.CountLine{Service: k.Service, Level: k.Level, TemplateID: k.Shape}
	judged := detector.Series{
		Service: cmp.Or(k.Service, q.Service), Environment: k.Environment, Level: k.Level, Shape: cmp.Or(k.Shape, q.TemplateID),
	}
	if q.HasLevel {
		judged.Level = q.Level
	}
	banded := q.Band && judged.Service != ""
	times := float64(q.Step / rate.Fine)
	line.Observed = make([]*float64, len(course))
	observed := make([]float64, len(course))
	for i, p := range course {
		if !p.Start.Add(q.Step).After(complete) { // half a step would look like a fall
			observed[i] = float64(p.Lines)
			line.Observed[i] = &observed[i]
		}
		if !banded {
			continue
		}
		expected, low, high, ok := c.band(judged, p.Start)
		if !ok {
			banded, line.Expected, line.Low, line.High = false, nil, nil, nil
			continue
		}
		// The sum of many steps varies less than each: the band narrows with the root of their number.
		spread := math.Sqrt(times)
		line.Expected = append(line.Expected, expected*times)
		line.Low = append(line.Low, max(0, expected*times-(expected-low)*spread))
		line.High = append(line.High, expected*times+(high-expected)*spread)
	}
	return line
}
