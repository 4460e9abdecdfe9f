package rate

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// Tally counts lines that all have the same hits, as those of one service and level mostly do: a line costs one addition,
// and the series of the hits get the sum when a line of another bucket comes and before a flush is built. It belongs to
// the counter that made it.
type Tally struct {
	c            *Counter
	parts        []tallied
	bucket       int64 // start
	lines, bytes uint64
}

// tallied is a hit of each line of a Tally.
type tallied struct {
	ref      Ref
	over     bool // ref is that of an overflow
	whole    bool // it is of the whole alone
	summary  bool
	measured bool // what its summary gets is numbers
	keeps    sketch.Parts
	numbers  []float64
}

// maxNumbers bounds the numbers that a hit holds.
const maxNumbers = 256

// Tally makes a tally of lines that have these hits, which take no text of the line. A hit that HasNumber takes those
// that Number gives.
func (c *Counter) Tally(hits []detector.Hit) *Tally {
	t := &Tally{c: c, parts: make([]tallied, len(hits))}
	for i := range hits {
		h := &hits[i]
		overflow := c.stats.Overflow // grows with lines, not with those who ask
		ref := c.ref(h.Series)
		c.stats.Overflow = overflow
		t.parts[i] = tallied{
			ref: ref, over: c.series[ref].Key != h.Series.Key, whole: h.Whole, summary: h.Summary, measured: h.HasNumber, keeps: h.Parts,
		}
	}
	return t
}

// Line counts a line and reports whether its series may want a sample of it: it is the first since a flush, or since
// lines of another bucket.
func (t *Tally) Line(at time.Time, bytes uint64) bool {
	start := floor(at.Unix(), fineSeconds)
	if t.lines > 0 && t.bucket == start {
		t.lines++
		t.bytes += bytes
		return false
	}
	if t.lines > 0 {
		t.spread()
	} else {
		t.c.tallies = append(t.c.tallies, t)
	}
	t.bucket, t.lines, t.bytes = start, 1, bytes
	return true
}

// Number adds a number of the line that was counted last to the summary of the i-th hit.
func (t *Tally) Number(i int, v float64) {
	p := &t.parts[i]
	if p.numbers = append(p.numbers, v); len(p.numbers) == maxNumbers {
		t.measure(p, 0, 0)
	}
}

// Refs calls yield with each series that counts the lines.
func (t *Tally) Refs(yield func(Ref) bool) {
	for i := range t.parts {
		if p := &t.parts[i]; !p.whole && !yield(p.ref) {
			return
		}
	}
}

// spread gives the series what was counted.
func (t *Tally) spread() {
	for i := range t.parts {
		p := &t.parts[i]
		lines, bytes := t.lines, t.bytes
		if p.over {
			t.c.stats.Overflow += lines
		}
		if p.whole {
			lines, bytes = 0, 0
		}
		t.measure(p, lines, bytes)
	}
	t.lines, t.bytes = 0, 0
}

// measure counts lines and bytes of a hit's series and gives its summary what it has to get.
func (t *Tally) measure(p *tallied, lines, bytes uint64) {
	numbers := p.numbers
	p.numbers = p.numbers[:0]
	cl, b := t.c.count(p.ref, utc(t.bucket), lines, bytes)
	if cl == nil || !p.summary || p.measured && len(numbers) == 0 {
		return
	}
	sum := t.c.summary(cl, b, p.keeps)
	switch {
	case sum == nil:
	case p.measured:
		for _, v := range numbers {
			sum.AddNumber(v)
		}
	case p.whole:
		sum.Whole += t.lines
	default:
		sum.Count += t.lines
	}
}

// spreadTallies gives the series what all tallies hold.
func (c *Counter) spreadTallies() {
	for i, t := range c.tallies {
		t.spread()
		c.tallies[i] = nil
	}
	c.tallies = c.tallies[:0]
}
