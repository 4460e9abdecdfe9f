package dashtest

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
)

const bucket = 10 * time.Second

// SumCounts adds up the series over whole buckets.
func (w *World) SumCounts(_ context.Context, from, to time.Time, by dashboards.Dimensions) (dashboards.CountSum, error) {
	from, to = from.Truncate(bucket), to.Add(bucket-1).Truncate(bucket)
	out := dashboards.CountSum{From: from, To: to, CompleteUntil: w.State.CountedTo}
	step := max(bucket, to.Sub(from)/64)
	for _, s := range w.Lines {
		var lines float64
		for t := from; t.Before(to); t = t.Add(step) {
			if v, ok := s.Rate(t); ok {
				lines += v * step.Seconds()
			}
		}
		if lines < 1 {
			continue
		}
		k := dashboards.CountRow{}
		if by.Service {
			k.Service = s.Service
		}
		if by.Level {
			k.Level = s.Level
		}
		if by.Template {
			k.TemplateID, k.Template = s.Template, s.Text
		}
		n := slices.IndexFunc(out.Rows, func(r dashboards.CountRow) bool {
			return r.Service == k.Service && r.Level == k.Level && r.TemplateID == k.TemplateID
		})
		if n < 0 {
			out.Rows = append(out.Rows, k)
			n = len(out.Rows) - 1
		}
		out.Rows[n].Lines += uint64(lines)
		out.Rows[n].Bytes += uint64(lines * s.Bytes)
	}
	slices.SortFunc(out.Rows, func(a, b dashboards.CountRow) int { return strings.Compare(a.Service+a.Template, b.Service+b.Template) })
	return out, w.Fail
}

// SumLately is SumCounts up to now.
func (w *World) SumLately(ctx context.Context, span time.Duration, by dashboards.Dimensions) (dashboards.CountSum, error) {
	sum, err := w.SumCounts(ctx, w.Now().Add(-span), w.Now(), by)
	slices.SortStableFunc(sum.Rows, func(a, b dashboards.CountRow) int { return cmp.Compare(b.Bytes, a.Bytes) })
	return sum, err
}

// CountSeries samples the series at each step.
func (w *World) CountSeries(_ context.Context, q dashboards.SeriesQuery) (dashboards.CountLines, error) {
	out := dashboards.CountLines{Start: q.From.Truncate(q.Step), Step: q.Step, CompleteUntil: w.State.CountedTo}
	q.Band = q.Band && !w.Unbanded
	if q.Rule == "checkout-errors" {
		q.Service, q.Level, q.HasLevel = "checkout", detector.LevelError, true
	}
	for _, s := range w.Lines {
		if q.Service != "" && s.Service != q.Service || q.HasLevel && s.Level != q.Level || q.TemplateID != 0 && s.Template != q.TemplateID ||
			len(q.Services) > 0 && !slices.Contains(q.Services, s.Service) {
			continue
		}
		l := dashboards.CountLine{}
		if q.By.Service {
			l.Service = s.Service
		}
		if q.By.Level {
			l.Level = s.Level
		}
		if q.By.Template {
			l.TemplateID = s.Template
		}
		n := slices.IndexFunc(out.Lines, func(x dashboards.CountLine) bool {
			return x.Service == l.Service && x.Level == l.Level && x.TemplateID == l.TemplateID
		})
		if n < 0 {
			out.Lines = append(out.Lines, l)
			n = len(out.Lines) - 1
		}
		sample(&out.Lines[n], s, q)
	}
	return out, w.Fail
}

func sample(l *dashboards.CountLine, s Counted, q dashboards.SeriesQuery) {
	sec := q.Step.Seconds()
	k := 0
	for t := q.From.Truncate(q.Step); t.Before(q.To); t, k = t.Add(q.Step), k+1 {
		v, ok := s.Rate(t.Add(q.Step / 2))
		if len(l.Observed) <= k {
			l.Observed = append(l.Observed, nil)
			if q.Band {
				l.Expected, l.Low, l.High = append(l.Expected, 0), append(l.Low, 0), append(l.High, 0)
			}
		}
		if ok {
			sum := math.Round(v * sec)
			if l.Observed[k] != nil {
				sum += *l.Observed[k]
			}
			l.Observed[k] = &sum
		}
		if q.Band {
			low, high := s.Band(t)
			l.Low[k] += low * sec
			l.High[k] += high * sec
			l.Expected[k] += (low + high) / 2 * sec
		}
	}
}

// noise is a number of -1 to 1 that depends on t and seed alone.
func noise(t time.Time, seed float64) float64 {
	x := math.Sin(float64(t.Unix()/30)*12.9898+seed*78.233) * 43758.5453
	return 2*(x-math.Floor(x)) - 1
}

// steady is a rate that goes down by a third over the night, with noise.
func steady(level, wobble, seed float64) func(time.Time) (float64, bool) {
	return func(t time.Time) (float64, bool) {
		return level * slope(t) * (1 + wobble*noise(t, seed)), true
	}
}

// slope is 2.7 at 21:05 CET, 1 at 03:05 CET, least at 04:11 CET, and 2.7 again at 10:12 CET.
func slope(t time.Time) float64 {
	h := t.Sub(At("02:05:20")).Hours()
	if h > 1.1 {
		return .69 + 2*math.Pow((h-1.1)/6, 1.5)
	}
	return 1 + math.Min(3, -h*0.283)
}

func around(level, share float64) func(time.Time) (float64, float64) {
	return func(t time.Time) (float64, float64) {
		return level * slope(t) * (1 - share), level * slope(t) * (1 + share)
	}
}

// lines of a template that is known to be rare.
func never(time.Time) (float64, float64) { return 0, 0 }
