package anomaly

import "math"

// date sets the begin of a rise that is called in bucket n, of which m was expected at most, to where its rate began, and
// its sums to those since: its statistic may have stood for half an hour by a line or two. Of the last minute's begins it is
// the one most likely, of those that have it rise to any rate q,
//
//	max over k of l(x, k m) with x = the lines of the last k buckets, l the log likelihood ratio of q = x/(k m)
//
// if these lines alone speak for the rise as loudly as the statistic u. What took longer than a minute to be called began
// where its statistic did.
func (s *series) date(n int64, m, u float64) {
	e := &s.up
	var lines, best, sum float64
	began := n
	for k := range int64(len(s.past)) + 1 {
		if n-k <= e.zero {
			break
		}
		if k == 0 {
			lines = s.x
		} else {
			lines += float64(s.past[k-1])
		}
		w := float64(k + 1)
		q := lines / (w * max(m, 1e-6))
		if q <= 1 {
			continue
		}
		if l := step(lines, w*m, w*s.r, q, math.Log(q)); l > best {
			best, began, sum = l, n-k, lines
		}
	}
	if best < u || n-began == int64(len(s.past)) {
		return
	}
	e.zero = began - 1
	e.sumX, e.sumM = bounded[float32](sum), bounded[float32](m*float64(n-e.zero))
}
