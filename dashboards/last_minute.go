package dashboards

import (
	"context"
	"time"
)

// lastMinute are what those that keys name log now, or did at the end of the range, in lines a second: one point, the last minute
// that is complete, whatever the range. It is empty where that is not known: fine buckets are not kept any more, or none is
// complete. q says of which series, and key into which they add up.
func lastMinute[K comparable](ctx context.Context, s *Server, q SeriesQuery, keys []K, key func(CountLine) K, rng timeRange, complete time.Time, c clock) (map[K]curve, error) {
	to := lastComplete(rng, complete)
	if c.now.Sub(to) > fineKept {
		return nil, nil
	}
	q.From, q.To, q.Step, q.Band = to.Add(-time.Minute), to, fineStep, true
	lines, err := s.src.Counts.CountSeries(ctx, q)
	if err != nil || lines.CompleteUntil.Before(q.From.Add(fineStep)) {
		return nil, err
	}
	out := make(map[K]curve, len(lines.Lines))
	for k, f := range curvesBy(lines, key) {
		out[k] = f.mean().scaled(1 / fineStep.Seconds())
	}
	for _, k := range keys {
		if out[k].last() < 0 { // it has no line in that minute
			out[k] = curve{start: q.From, step: time.Minute, observed: []*float64{new(float64)}}
		}
	}
	return out, nil
}

// current is the figure of now, the band beside it and whether it is outside, of the curve of a range and the point of now.
// What is not known of now is taken from the last point of the range; where that is not known either, known is false.
func current(k, now curve) (figure float64, band curve, outside, known bool) {
	last := k.last()
	if last < 0 {
		return 0, curve{}, false, false
	}
	figure, band = *k.observed[last], k.part(last, last+1)
	if now.last() >= 0 {
		figure = *now.observed[0]
	}
	if now.banded() {
		band = now
	}
	return figure, band, band.banded() && (figure < band.low[0] || figure > band.high[0]), true
}

// curvesBy adds the lines of an answer, those of each environment, up into the curves that key names.
func curvesBy[K comparable](lines CountLines, key func(CountLine) K) map[K]curve {
	out := make(map[K]curve, len(lines.Lines))
	for _, l := range lines.Lines {
		out[key(l)] = addCurves(out[key(l)], countCurve(lines, l))
	}
	return out
}
