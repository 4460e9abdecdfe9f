package rules

import (
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// Peek tries an unfinished bucket and changes nothing. Only rules whose value can but grow, whose `if` can but become
// true by that, and that need not hold for a time, can fire early: further lines cannot take such an alarm back.
func (e *Evaluator) Peek(b *detector.Bucket) []detector.Signal {
	e.mu.Lock()
	defer e.mu.Unlock()
	index := int64(0)
	if e.width == b.Width {
		index = b.Start.UnixNano() / int64(b.Width)
	}
	if !e.begun || e.width != b.Width || index < e.next {
		return nil
	}
	var out []detector.Signal
	for i := range b.Rows {
		row := &b.Rows[i]
		if row.Series.Class != detector.ClassRule {
			continue
		}
		if !e.set.Early(row.Series.Name) {
			continue
		}
		if sig, ok := e.peekRow(e.rules[e.set.byName[row.Series.Name]], index, row); ok {
			out = append(out, sig)
		}
	}
	return out
}

// Early reports whether the rule of this name may fire before a bucket is complete: Peek says nothing of any other.
func (s *Set) Early(name string) bool {
	number, ok := s.byName[name]
	return ok && s.early[number]
}

func (e *Evaluator) peekRow(rd *ruled, index int64, row *detector.Row) (detector.Signal, bool) {
	r := rd.rule
	s := rd.series[row.Series.Key]
	if s == nil {
		s = e.passing(rd, row.Series.Key, index)
	}
	c := newCell(index, row, r)
	if r.measure.kind == measureSum && (s.negative || c.n > 0 && c.least < 0) {
		return detector.Signal{}, false
	}
	if s.novelty != nil && row.Summary != nil && row.Summary.Parts&sketch.Values != 0 {
		c.fresh = s.novelty.peek(index, s.first, row.Summary)
	}
	t := s.between(r, index-rd.window+1, index-1)
	t.add(&c)
	if e.verdict(rd, s, index, &t) != holds {
		return detector.Signal{}, false
	}
	try := *s // the state stays: what is said of it is of this try
	try.value = r.measure.value(&t)
	try.last = index
	if try.machine.state != StateFiring {
		try.machine.held = e.end(index)
		try.machine.enter(StateFiring, e.end(index), e.reason(rd, &try, &t))
	}
	return e.signal(rd, &try, index, &t), true
}

// passing makes a series for one try, which is not kept.
func (e *Evaluator) passing(rd *ruled, key string, index int64) *series {
	scratch := *rd
	scratch.series, scratch.order = nil, nil
	return e.open(&scratch, key, index)
}
