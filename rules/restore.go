package rules

import (
	"fmt"
	"math"
	"time"

	"github.com/tocsin-io/tocsin/detector/sketch"
)

// Restore reads what AppendState of an evaluator of this or an earlier Set wrote. Rules that are new begin anew; of
// rules whose condition changed the counts are kept, as far as the new window is filled by them; what was usual for values
// of another window is forgotten. After an error nothing has changed.
func (e *Evaluator) Restore(b []byte) error {
	r := reader{b: b}
	v := r.take(1)
	if v == nil || v[0] < oldestState || v[0] > stateVersion {
		return fmt.Errorf("rules: the saved state is of a version that is not known, or empty")
	}
	width := time.Duration(r.int())
	begun, next, gap := r.bool(), r.int(), r.int()
	if r.err == nil && (width < 0 || begun && width == 0) {
		return errState
	}
	fresh := &Evaluator{set: e.set, o: e.o, begun: begun, next: next, gap: gap, width: width}
	fresh.rules = fresh.anew(max(width, 1))
	for range r.count() {
		name, counts, decides := r.text(), r.uint(), r.uint()
		body := reader{b: r.take(r.uint())}
		number, ok := e.set.byName[name]
		if r.err != nil {
			break
		}
		if !ok || e.set.rules[number].counts != counts {
			continue
		}
		if err := fresh.rules[number].restore(fresh, &body, v[0], e.set.rules[number].decides == decides); err != nil {
			return fmt.Errorf("rule %s: %w", name, err)
		}
	}
	if r.err != nil {
		return r.err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.begun, e.next, e.gap, e.width, e.rules = fresh.begun, fresh.next, fresh.gap, fresh.width, fresh.rules
	return nil
}

func (rd *ruled) restore(e *Evaluator, r *reader, version byte, same bool) error {
	rd.watched, rd.watch = r.bool(), r.int()
	window, reach := rd.window, rd.reach() // of a version that does not say: as if nothing had changed
	if version >= 2 {
		rd.covered = r.int()
	}
	if version >= 3 {
		rd.anew = r.int()
	} else {
		rd.anew = e.next // what had begun out of nothing was known after an hour
	}
	if version >= 2 {
		window, reach = r.int(), r.int()
	}
	if window != rd.window {
		rd.anew = e.next
	}
	rd.refused = r.uint()
	coarser := grainOf(window) > rd.grain // nobody can say where in such a cell a line lies
	switch {
	case coarser:
		rd.covered = e.next
	case reach < rd.reach():
		rd.covered = max(rd.covered, e.next-reach)
	}
	for range r.count() {
		key := r.text()
		if r.err != nil {
			return r.err
		}
		s := e.open(rd, key, e.next-1)
		if s == nil || rd.order[len(rd.order)-1] != s {
			return errState
		}
		if err := s.restore(r, rd, e.width); err != nil {
			return err
		}
		if coarser {
			s.cells = nil
		}
		if window != rd.window {
			s.baseline, s.history = baseline{}, newHistory(rd.rule.condition.back())
		}
		if !same {
			s.machine = machine{state: StateInactive}
		}
	}
	if r.err == nil && len(rd.series) != len(rd.order) {
		return errState // a key stands twice
	}
	return r.err
}

func (s *series) restore(r *reader, rd *ruled, width time.Duration) error {
	s.first, s.last, s.negative = r.int(), r.int(), r.bool()
	s.machine = machine{state: State(r.text()), since: r.time(), held: r.time(), cleared: r.time(), reason: r.text()}
	switch s.machine.state {
	case StateInactive, StatePending, StateFiring:
	default:
		return errState
	}
	parts := rd.rule.measure.parts() & (sketch.Distinct | sketch.Quantiles)
	last := int64(math.MinInt64)
	for range r.count() {
		c, err := restoreCell(r, parts)
		if err != nil || c.index < last || c.index == last && len(rd.rule.Sequence) == 0 {
			return errState
		}
		last = c.index
		s.cells = append(s.cells, c)
	}
	s.baseline.restore(r)
	s.restoreHistory(r)
	s.restoreNovelty(r)
	return r.err
}

func restoreCell(r *reader, parts sketch.Parts) (cell, error) {
	c := cell{
		index: r.int(), step: uint8(min(r.uint(), maxSteps)), lines: r.uint(), bytes: r.uint(), whole: r.uint(), n: r.uint(), fresh: r.uint(),
		least: math.Inf(1), most: math.Inf(-1),
	}
	if c.n > 0 {
		c.sum, c.least, c.most = r.float(), r.float(), r.float()
	}
	data := r.take(r.uint())
	if r.err != nil || len(data) == 0 {
		return c, r.err
	}
	got, n, err := sketch.Decode(data)
	if err != nil || n != len(data) || got.Parts != parts {
		return c, errState
	}
	c.sketch = got
	return c, nil
}

func (b *baseline) restore(r *reader) {
	b.samples = uint32(min(r.uint(), 1<<30))
	if b.samples == 0 {
		return
	}
	b.level, b.scatter = r.float(), r.float()
	for i := range b.hours {
		b.seen[i] = uint16(min(r.uint(), maxSeen))
		if b.seen[i] > 0 {
			b.hours[i] = r.float()
		}
		if math.IsNaN(b.hours[i]) || math.IsInf(b.hours[i], 0) {
			r.fail()
		}
	}
	if math.IsNaN(b.level+b.scatter) || math.IsInf(b.level+b.scatter, 0) {
		r.fail()
	}
}

// restoreHistory keeps the history only where the rule still looks back as far.
func (s *series) restoreHistory(r *reader) {
	if !r.bool() {
		return
	}
	next, n := r.int(), r.count()
	if next < 0 || uint64(n) > uint64(len(r.b))/8 {
		r.fail()
		return
	}
	keep := s.history != nil && len(s.history.values) == n
	for i := range n {
		if v := r.float(); keep {
			s.history.values[i] = float32(v)
		}
	}
	if keep {
		s.history.next = next
	}
}

func (s *series) restoreNovelty(r *reader) {
	if !r.bool() {
		return
	}
	full, swept := r.uint(), int32(r.int())
	for range r.count() {
		h, day := r.uint(), int32(r.int())
		if s.novelty != nil && len(s.novelty.seen) < maxNovelty {
			s.novelty.seen[h] = day
		}
	}
	if s.novelty != nil {
		s.novelty.full, s.novelty.swept = full, swept
	}
}
