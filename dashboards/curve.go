package dashboards

import (
	"math"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// curve is one observed line with its expected band, a point a step.
type curve struct {
	start    time.Time
	step     time.Duration
	observed []*float64 // nil is a gap
	expected []float64
	low      []float64 // as long as observed, or nil
	high     []float64
	unit     string
}

func chartCurve(c *detector.Chart) curve {
	return curve{
		start: c.Start, step: time.Duration(c.Bucket), observed: c.Observed, unit: c.Unit,
		expected: fit(c.Expected, len(c.Observed)), low: fit(c.Low, len(c.Observed)), high: fit(c.High, len(c.Observed)),
	}
}

// countCurve is one line of counts. A point that is not complete yet would look like a fall, so it is left out until it
// is, unless it is already above what was expected of the whole of it.
func countCurve(l CountLines, k CountLine) curve {
	c := curve{
		start: l.Start, step: l.Step, observed: k.Observed,
		expected: fit(k.Expected, len(k.Observed)), low: fit(k.Low, len(k.Observed)), high: fit(k.High, len(k.Observed)),
	}
	if l.CompleteUntil.IsZero() {
		return c
	}
	c.observed = slices.Clone(c.observed)
	for i := len(c.observed) - 1; i >= 0 && c.start.Add(time.Duration(i+1)*c.step).After(l.CompleteUntil); i-- {
		if !c.above(i) {
			c.observed[i] = nil
		}
	}
	return c
}

// fit drops a band that is not as long as what was observed.
func fit(v []float64, n int) []float64 {
	if len(v) != n {
		return nil
	}
	return v
}

// part is the points [from, to).
func (c curve) part(from, to int) curve {
	out := curve{start: c.start.Add(time.Duration(from) * c.step), step: c.step, unit: c.unit, observed: c.observed[from:to]}
	if c.banded() && c.expected != nil {
		out.expected, out.low, out.high = c.expected[from:to], c.low[from:to], c.high[from:to]
	}
	return out
}

// scaled returns the curve with every value times k: lines a step become lines a second.
func (c curve) scaled(k float64) curve {
	out := c
	out.observed = make([]*float64, len(c.observed))
	values := make([]float64, len(c.observed))
	for i, v := range c.observed {
		if v != nil {
			values[i] = *v * k
			out.observed[i] = &values[i]
		}
	}
	times := func(in []float64) []float64 {
		if in == nil {
			return nil
		}
		o := make([]float64, len(in))
		for i, v := range in {
			o[i] = v * k
		}
		return o
	}
	out.expected, out.low, out.high = times(c.expected), times(c.low), times(c.high)
	return out
}

// rise draws the step that runs at a time, of which n lines are counted, where that is already more than the step before it
// had: a step that is half over tells nothing of less. It reports whether the curve was without that step.
func (c curve) rise(n float64, at time.Time) bool {
	if c.step <= 0 { // nothing was counted before, so there is nothing to draw it beside
		return true
	}
	k := int(at.Sub(c.start) / c.step)
	if k < 0 || k >= len(c.observed) || c.observed[k] != nil {
		return false
	}
	if n > 0 && (k == 0 || c.observed[k-1] == nil || n > *c.observed[k-1]) {
		c.observed[k] = &n
	}
	return true
}

func (c curve) end() time.Time      { return c.start.Add(time.Duration(len(c.observed)) * c.step) }
func (c curve) mid(i int) time.Time { return c.start.Add(time.Duration(i)*c.step + c.step/2) }
func (c curve) banded() bool        { return c.low != nil && c.high != nil }
func (c curve) outside(i int) bool  { return c.above(i) || c.below(i) }
func (c curve) above(i int) bool {
	return c.banded() && c.observed[i] != nil && *c.observed[i] > c.high[i]
}

func (c curve) below(i int) bool {
	return c.banded() && c.observed[i] != nil && *c.observed[i] < c.low[i]
}

func (c curve) point(f frame, i int) (x, y float64) { return f.x(c.mid(i)), f.y(*c.observed[i]) }

// peak is the largest value of line and band.
func (c curve) peak() float64 {
	m := 0.0
	for i, v := range c.observed {
		if v != nil && *v > m {
			m = *v
		}
		if c.banded() && c.high[i] > m {
			m = c.high[i]
		}
	}
	return m
}

// last returns the index of the newest point that is no gap, or -1.
func (c curve) last() int {
	for i := len(c.observed) - 1; i >= 0; i-- {
		if c.observed[i] != nil {
			return i
		}
	}
	return -1
}

// draw draws band, line, and what is outside: its line critical, the space to the band hatched. Gaps stay gaps, in line
// and band.
func (c curve) draw(s *svg, f frame, edges bool) {
	if c.banded() {
		c.runs(func(i int) bool { return c.observed[i] != nil }, func(a, b int) { c.drawBand(s, f, a, b, edges) })
		if edges {
			c.runs(c.outside, func(a, b int) { c.drawHatch(s, f, a, b) })
		}
	}
	var out pathData
	in := make(pathData, 0, pointSize*len(c.observed))
	pen := 0 // 0 up, 1 in, 2 out
	for i := range c.observed {
		if c.observed[i] == nil {
			pen = 0
			continue
		}
		alone := (i == 0 || c.observed[i-1] == nil) && (i+1 == len(c.observed) || c.observed[i+1] == nil)
		if alone {
			w, x := &in, f.x(c.mid(i))
			if c.outside(i) {
				w = &out
			}
			w.moveTo(x-1, f.y(*c.observed[i]))
			w.acrossTo(x + 1)
		}
		if i > 0 && c.observed[i-1] != nil {
			w, side := &in, 1
			if c.outside(i) || c.outside(i-1) {
				w, side = &out, 2
			}
			if pen != side {
				w.moveTo(c.point(f, i-1))
			}
			w.lineTo(c.point(f, i))
			pen = side
		}
	}
	if len(in) > 0 {
		s.curve("obs", in, "")
	}
	if len(out) > 0 {
		s.curve("out", out, "")
	}
}

// runs calls do for each run [a, b] of points for which is holds.
func (c curve) runs(is func(int) bool, do func(a, b int)) {
	for i := 0; i < len(c.observed); i++ {
		if !is(i) {
			continue
		}
		a := i
		for i+1 < len(c.observed) && is(i+1) {
			i++
		}
		do(a, i)
	}
}

func (c curve) drawBand(s *svg, f frame, a, b int, edges bool) {
	d := make(pathData, 0, 2*pointSize*(b-a+1))
	along := func(edge []float64) {
		for i := a; i <= b; i++ {
			d.to(joint(i, a), f.x(c.mid(i)), f.y(edge[i]))
		}
	}
	along(c.high)
	top := len(d)
	for i := b; i >= a; i-- {
		d.lineTo(f.x(c.mid(i)), f.y(c.low[i]))
	}
	d.close()
	s.curve("band", d, "")
	if edges {
		d = d[:top]
		along(c.low)
		s.curve("edge", d, "")
	}
}

// pointSize is about how many bytes a point of a path takes.
const pointSize = 12

// joint leads to the i-th point of a line that begins at first.
func joint(i, first int) byte {
	if i == first {
		return 'M'
	}
	return 'L'
}

func (c curve) drawHatch(s *svg, f frame, a, b int) {
	if a > 0 && c.observed[a-1] != nil {
		a--
	}
	if b+1 < len(c.observed) && c.observed[b+1] != nil {
		b++
	}
	edge := func(i int) float64 {
		if c.below(i) {
			return c.low[i]
		}
		return c.high[i]
	}
	var d pathData
	for i := a; i <= b; i++ {
		x, y := c.point(f, i)
		d.to(joint(i, a), x, y)
	}
	for i := b; i >= a; i-- {
		v := edge(i)
		if !c.outside(i) {
			v = *c.observed[i]
		}
		d.lineTo(f.x(c.mid(i)), f.y(v))
	}
	d.close()
	s.curve("hatch", d, "url(#hatch)")
}

// over says in what time a point of what is counted was counted; empty of what is measured.
func (c curve) over() string {
	if c.unit != "" && !detector.Counted(c.unit) {
		return ""
	}
	return " in " + lasting(c.step)
}

// recentPeak is the highest value of the newest sixth of the line: where a label over it stands free.
func (c curve) recentPeak() float64 {
	peak := 0.0
	for i := len(c.observed) * 5 / 6; i < len(c.observed); i++ {
		if c.observed[i] != nil {
			peak = math.Max(peak, *c.observed[i])
		}
	}
	return peak
}
