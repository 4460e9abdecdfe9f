package dashboards

import (
	"html/template"
	"math"
	"time"
)

// spark draws a sparkline: band, line, and one triangle at the onset (up where it is more than expected, down where it
// is less). Its height is 28; its scale is its own, from 0. An empty drawing stands for no data.
func (s *Server) spark(c curve, width float64, onset time.Time, less bool, label string) template.HTML {
	var d svg
	d.open("spark", width, 28, label)
	if len(c.observed) == 0 {
		d.line("axis0", 0, 25, width, 25)
		return d.close()
	}
	c = c.thinned(int(width / 1.6))
	f := frame{x0: 1, x1: width - 1, y0: 8, y1: 25, from: c.start, length: c.end().Sub(c.start), max: math.Max(c.peak(), 1e-9)}
	c.draw(&d, f, false)
	if !onset.IsZero() && !onset.Before(c.start) && onset.Before(c.end()) {
		x := math.Min(math.Max(f.x(onset), 4), width-4)
		if less {
			d.path("mark", "M"+px(x-3.5)+" 1h7l-3.5 5.5z", "")
		} else {
			d.path("mark", "M"+px(x-3.5)+" 6.5h7l-3.5 -5.5z", "")
		}
	}
	return d.close()
}

// thinned joins neighbouring points until at most n are left: the mean of each group, or its farthest point outside the
// band, so that a short excursion is still seen.
func (c curve) thinned(n int) curve {
	if n < 2 || len(c.observed) <= n {
		return c
	}
	k := (len(c.observed) + n - 1) / n
	out := curve{start: c.start, step: c.step * time.Duration(k), unit: c.unit, observed: make([]*float64, 0, n)}
	values := make([]float64, 0, n)
	for a := 0; a < len(c.observed); a += k {
		b := min(a+k, len(c.observed))
		var sum, far float64
		var low, high, expected float64
		seen, outside := 0, false
		for i := a; i < b; i++ {
			if c.banded() {
				low, high = low+c.low[i]/float64(b-a), high+c.high[i]/float64(b-a)
			}
			if c.expected != nil {
				expected += c.expected[i] / float64(b-a)
			}
			if c.observed[i] == nil {
				continue
			}
			v := *c.observed[i]
			sum, seen = sum+v, seen+1
			if c.outside(i) && (!outside || math.Abs(v-c.high[i]) > math.Abs(far-c.high[i])) {
				far, outside = v, true
			}
		}
		var p *float64
		if seen > 0 {
			v := sum / float64(seen)
			if outside {
				v = far
			}
			values = append(values, v)
			p = &values[len(values)-1]
		}
		out.observed = append(out.observed, p)
		if c.banded() {
			out.low, out.high = append(out.low, low), append(out.high, high)
		}
		if c.expected != nil {
			out.expected = append(out.expected, expected)
		}
	}
	return out
}
