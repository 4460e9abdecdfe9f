package rules

import (
	"math"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// cell is what a series counted in one bucket, or in a few where the window is long. Buckets without anything have none.
type cell struct {
	index        int64 // number of the bucket: its start over its width
	step         uint8 // of a sequence
	lines, bytes uint64
	whole, n     uint64 // of the summary
	fresh        uint64 // values never seen before, for new()
	sum          float64
	least, most  float64
	sketch       *sketch.Summary // nil unless distinct values or quantiles are asked for
}

// series is one group of a rule.
type series struct {
	key      string
	labels   []lang.Value // in the order of the condition's labels
	groups   []Group
	expected bool // named by expect: never forgotten
	first    int64
	last     int64 // the last bucket with a line; below first where there was none
	negative bool  // a number below zero was seen
	cells    []cell
	grain    int64 // buckets that share a cell
	newest   int64 // the bucket that was stepped last
	machine  machine
	turns    []Turn     // oldest first, at most maxTurns
	value    lang.Value // at the end of the last bucket
	baseline baseline
	history  *history
	novelty  *novelty
}

// take adds the row of the bucket with this number.
func (s *series) take(index int64, row *detector.Row, r *Rule) {
	if row.Lines > 0 {
		s.last = index
	}
	c := newCell(index, row, r)
	if c.n > 0 && c.least < 0 {
		s.negative = true
	}
	if s.novelty != nil && row.Summary != nil {
		c.fresh = s.novelty.take(index, s.first, row.Summary)
	}
	c.index -= index % s.grain
	if n := len(s.cells); n > 0 { // a reload that changed the window may have left a later one
		c.index = max(c.index, s.cells[n-1].index)
	}
	for i := len(s.cells) - 1; i >= 0 && s.cells[i].index == c.index; i-- {
		if s.cells[i].step == c.step {
			s.cells[i].add(&c)
			return
		}
	}
	s.cells = append(s.cells, c)
}

func (c *cell) add(o *cell) {
	c.lines += o.lines
	c.bytes += o.bytes
	c.whole += o.whole
	c.n += o.n
	c.fresh += o.fresh
	c.sum += o.sum
	c.least, c.most = min(c.least, o.least), max(c.most, o.most)
	if c.sketch == nil {
		c.sketch = o.sketch
	} else if o.sketch != nil {
		_ = c.sketch.Merge(o.sketch) // both are of the same rule, so their parts agree
	}
}

func newCell(index int64, row *detector.Row, r *Rule) cell {
	c := cell{index: index, lines: row.Lines, bytes: row.Bytes, least: math.Inf(1), most: math.Inf(-1)}
	if sum := row.Summary; sum != nil {
		c.whole, c.n, c.sum, c.least, c.most = sum.Whole, sum.Count, sum.Sum, sum.Min, sum.Max
		if len(r.Sequence) > 0 {
			c.step = uint8(min(row.Series.Shape-1, maxSteps))
		}
		// A bucket's summaries belong to whoever made it: what is kept is a copy.
		if p := r.measure.parts() & (sketch.Distinct | sketch.Quantiles); p != 0 && sum.Parts == r.measure.parts() {
			c.sketch = sketch.New(sum.Parts)
			if c.sketch.Merge(sum) != nil {
				c.sketch = nil
			}
		}
	}
	return c
}

// trim drops the cells before the bucket with this number.
func (s *series) trim(from int64) {
	n := 0
	for n < len(s.cells) && s.cells[n].index+s.grain <= from {
		n++
	}
	clear(s.cells[:n])
	if s.cells = s.cells[n:]; len(s.cells) == 0 {
		s.cells = nil
	}
}

// total is what a series counted in a run of buckets.
type total struct {
	lines, bytes, whole, n, fresh uint64
	sum, least, most              float64
	sketch                        *sketch.Summary
	complete                      bool // the steps of a sequence stand in it
}

func newTotal() total { return total{least: math.Inf(1), most: math.Inf(-1)} }

func (t *total) add(c *cell) {
	t.lines += c.lines
	t.bytes += c.bytes
	t.whole += c.whole
	t.n += c.n
	t.fresh += c.fresh
	t.sum += c.sum
	t.least = min(t.least, c.least)
	t.most = max(t.most, c.most)
	if c.sketch == nil {
		return
	}
	if t.sketch == nil {
		t.sketch = sketch.New(c.sketch.Parts)
	}
	// Both were made for the same rule, so their parts agree; a sketch that cannot be merged adds nothing.
	_ = t.sketch.Merge(c.sketch)
}

// holds reports whether a cell counts into the buckets from first to last: it does where its own last bucket lies, or
// the newest one while it still fills.
func (s *series) holds(c *cell, first, last int64) bool {
	end := c.index + s.grain - 1
	return end >= first && (end <= last || c.index <= last && end > s.newest)
}

// between adds up the buckets from first to last, both included.
func (s *series) between(r *Rule, first, last int64) total {
	t := newTotal()
	if len(r.Sequence) > 0 {
		t.complete = r.complete(s, first, last)
	}
	for i := len(s.cells) - 1; i >= 0 && s.cells[i].index+s.grain > first; i-- {
		if s.holds(&s.cells[i], first, last) {
			t.add(&s.cells[i])
		}
	}
	return t
}

// value is the rule's value of what was counted; nil where there is none.
func (m measure) value(t *total) lang.Value {
	switch m.kind {
	case measureCount:
		return lang.NumberValue(float64(t.lines))
	case measureBytes:
		return lang.NumberValue(float64(t.bytes))
	case measureNew:
		return lang.NumberValue(float64(t.fresh))
	case measureSum:
		return finite(t.sum)
	case measureSequence:
		if t.complete {
			return lang.NumberValue(1)
		}
		return lang.NumberValue(0)
	case measureDistinct:
		if t.sketch == nil {
			return lang.NumberValue(0)
		}
		return lang.NumberValue(float64(t.sketch.DistinctCount()))
	case measureShare:
		if t.whole == 0 {
			return lang.Value{}
		}
		return finite(float64(t.n) / float64(t.whole))
	}
	if t.n == 0 {
		return lang.Value{}
	}
	switch m.kind {
	case measureMean:
		return finite(t.sum / float64(t.n))
	case measureMin:
		return finite(t.least)
	case measureMax:
		return finite(t.most)
	}
	if t.sketch == nil {
		return lang.Value{}
	}
	v, ok := t.sketch.Quantile(m.quantile)
	if !ok {
		return lang.Value{}
	}
	return finite(v)
}

func finite(v float64) lang.Value {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return lang.Value{}
	}
	return lang.NumberValue(v)
}
