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
	sums      *keptBy[sumKey, dashboards.CountSum]
	templates *engine.Templates
	expected  func(context.Context) ([]rate.Partition, error)
	bands     bands
	whole     *wholeBands
}

// bands tells what is expected of series, as outlook does.
type bands interface {
	Bands(ctx context.Context, dst []engine.Band, s detector.Series, at []time.Time) ([]engine.Band, bool, error)
}

// newCounts shows what r reads, of the templates and services that the catalogue knows.
func newCounts(r *rate.Reader, cat *catalogue, b bands) counts {
	now := cat.listing.now
	return counts{
		reader: r, tallies: rate.NewTallies(r, rate.TalliesOptions{Now: now}), sums: newKeptBy[sumKey, dashboards.CountSum](now),
		templates: cat.templates, expected: cat.expected, bands: b, whole: newWholeBands(cat, b),
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
	return c.wantSum(sumKey{span, by}).get(ctx)
}

// wantSum says that pages ask for a sum.
func (c counts) wantSum(key sumKey) *kept[dashboards.CountSum] {
	return c.sums.want(key, func() func(context.Context) (dashboards.CountSum, error) {
		sum := c.sumUntil(key.span, key.by)
		return func(ctx context.Context) (dashboards.CountSum, error) { return sum(ctx, c.sums.now()) }
	})
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
	switch {
	case q.Rule != "":
		of := func(s detector.Series) (detector.Series, bool) {
			return detector.Series{}, s.Class == detector.ClassRule && s.Name == q.Rule
		}
		find.Services = []string{""} // rules stand under no service
		if courses, err = c.reader.Courses(ctx, find, of); err != nil {
			return out, err
		}
		if out.CompleteUntil, _, err = c.reader.Watermark(ctx, expected); err != nil {
			return out, err
		}
	case q.TemplateID == 0 && !q.By.Template:
		if courses, out.CompleteUntil, err = c.tallied(ctx, q, find, expected); err != nil {
			return out, err
		}
	default:
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
		line, err := c.line(ctx, q, k, course, out.CompleteUntil)
		if err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, line)
	}
	if q.Band && q.Rule == "" && q.Service == "" && len(q.Services) == 0 && q.By == (dashboards.Dimensions{Level: true}) {
		if err := c.whole.set(ctx, &out); err != nil {
			return out, err
		}
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
func (c counts) line(ctx context.Context, q dashboards.SeriesQuery, k detector.Series, course []rate.Point, complete time.Time) (dashboards.CountLine, error) {
	line := dashboards.CountLine{Service: k.Service, Level: k.Level, TemplateID: k.Shape}
	line.Observed = make([]*float64, len(course))
	observed, at := make([]float64, len(course)), make([]time.Time, len(course))
	for i, p := range course {
		at[i] = p.Start
		if !p.Start.Add(q.Step).After(complete) { // half a step would look like a fall
			observed[i] = float64(p.Lines)
			line.Observed[i] = &observed[i]
		}
	}
	judged := detector.Series{
		Service: cmp.Or(k.Service, q.Service), Environment: k.Environment, Level: k.Level, Shape: cmp.Or(k.Shape, q.TemplateID),
	}
	if q.HasLevel {
		judged.Level = q.Level
	}
	if !q.Band || judged.Service == "" {
		return line, nil
	}
	of, ok, err := c.bands.Bands(ctx, make([]engine.Band, 0, len(at)), judged, at)
	if ok {
		setBand(&line, of, q.Step)
	}
	return line, err
}

// setBand makes the bands of fine buckets those of steps. The sum of many buckets varies less than each: the band narrows with the
// root of their number. A low that was cut off at 0 tells nothing of how wide it is below: it is as wide as above.
func setBand(line *dashboards.CountLine, of []engine.Band, step time.Duration) {
	times := float64(step / rate.Fine)
	spread := math.Sqrt(times)
	line.Expected, line.Low, line.High = make([]float64, len(of)), make([]float64, len(of)), make([]float64, len(of))
	for i, b := range of {
		line.Expected[i] = b.Expected * times
		line.Low[i] = max(0, b.Expected*times-(b.High-b.Expected)*spread)
		line.High[i] = b.Expected*times + (b.High-b.Expected)*spread
	}
}
