package dashboards

import (
	"math"
	"time"
)

// mean is the curve as one point: the mean of those that are no gap, and of what was expected of them.
func (c curve) mean() curve {
	out := curve{start: c.start, step: time.Duration(len(c.observed)) * c.step, observed: []*float64{nil}}
	sum, expected, down, up, n := 0.0, 0.0, 0.0, 0.0, 0.0
	banded := c.banded() && c.expected != nil
	for i, v := range c.observed {
		if v == nil {
			continue
		}
		sum, n = sum+*v, n+1
		if banded {
			expected, up = expected+c.expected[i], up+c.high[i]-c.expected[i]
			down += c.below0(i)
		}
	}
	if n == 0 {
		return out
	}
	sum /= n
	out.observed[0] = &sum
	if banded { // a sum varies less than its parts: the band grows with the root of their number
		expected, wide := expected/n, n*math.Sqrt(n)
		out.expected, out.low, out.high = []float64{expected}, []float64{math.Max(0, expected-down/wide)}, []float64{expected + up/wide}
	}
	return out
}

// below0 is how far the band reaches below what was expected, or would where it is not cut off at 0.
func (c curve) below0(i int) float64 {
	if c.low[i] <= 0 {
		return math.Max(c.expected[i]-c.low[i], c.high[i]-c.expected[i])
	}
	return c.expected[i] - c.low[i]
}

// addCurves adds two curves of the same steps. Bands add up by their distance from the expected, as independent ones do.
func addCurves(a, b curve) curve {
	if a.observed == nil {
		return b
	}
	n := min(len(a.observed), len(b.observed))
	out := curve{start: a.start, step: a.step, unit: a.unit, observed: make([]*float64, n)}
	for i := range n {
		if a.observed[i] == nil {
			out.observed[i] = b.observed[i]
		} else if b.observed[i] == nil {
			out.observed[i] = a.observed[i]
		} else {
			v := *a.observed[i] + *b.observed[i]
			out.observed[i] = &v
		}
	}
	if a.banded() && b.banded() && a.expected != nil && b.expected != nil {
		out.expected, out.low, out.high = make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			e := a.expected[i] + b.expected[i]
			out.expected[i] = e
			out.low[i] = math.Max(0, e-math.Hypot(a.below0(i), b.below0(i)))
			out.high[i] = e + math.Hypot(a.high[i]-a.expected[i], b.high[i]-b.expected[i])
		}
	}
	return out
}
