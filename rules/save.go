package rules

import (
	"maps"
	"slices"
)

// Versions of the state: the one that is written, and the oldest that is read.
const (
	stateVersion = 3
	oldestState  = 1
)

// AppendState appends the state in a versioned form that Restore reads. The state of each rule stands with a hash of
// what decides its counts and one of what decides its state, so a reload keeps what still means the same.
func (e *Evaluator) AppendState(b []byte) ([]byte, error) {
	w := writer{append(b, stateVersion)}
	w.int(int64(e.width))
	w.bool(e.begun)
	w.int(e.next)
	w.int(e.gap)
	w.uint(uint64(len(e.rules)))
	var body writer
	for _, rd := range e.rules {
		w.text(rd.rule.Name)
		w.uint(rd.rule.counts)
		w.uint(rd.rule.decides)
		body.b = body.b[:0]
		if err := rd.save(&body); err != nil {
			return nil, err
		}
		w.uint(uint64(len(body.b)))
		w.b = append(w.b, body.b...)
	}
	return w.b, nil
}

func (rd *ruled) save(w *writer) error {
	w.bool(rd.watched)
	w.int(rd.watch)
	w.int(rd.covered)
	w.int(rd.anew)
	w.int(rd.window)
	w.int(rd.reach())
	w.uint(rd.refused)
	w.uint(uint64(len(rd.order)))
	for _, s := range rd.order {
		if err := s.save(w); err != nil {
			return err
		}
	}
	return nil
}

func (s *series) save(w *writer) error {
	w.text(s.key)
	w.int(s.first)
	w.int(s.last)
	w.bool(s.negative)
	m := &s.machine
	w.text(string(m.state))
	w.time(m.since)
	w.time(m.held)
	w.time(m.cleared)
	w.text(m.reason)
	w.uint(uint64(len(s.cells)))
	for i := range s.cells {
		if err := s.cells[i].save(w); err != nil {
			return err
		}
	}
	s.baseline.save(w)
	w.bool(s.history != nil)
	if h := s.history; h != nil {
		w.int(h.next)
		w.uint(uint64(len(h.values)))
		for _, v := range h.values {
			w.float(float64(v))
		}
	}
	w.bool(s.novelty != nil)
	if n := s.novelty; n != nil {
		w.uint(n.full)
		w.int(int64(n.swept))
		w.uint(uint64(len(n.seen)))
		for _, h := range slices.Sorted(maps.Keys(n.seen)) {
			w.uint(h)
			w.int(int64(n.seen[h]))
		}
	}
	return nil
}

func (c *cell) save(w *writer) error {
	w.int(c.index)
	w.uint(uint64(c.step))
	for _, v := range [...]uint64{c.lines, c.bytes, c.whole, c.n, c.fresh} {
		w.uint(v)
	}
	if c.n > 0 { // else they are those of nothing
		for _, v := range [...]float64{c.sum, c.least, c.most} {
			w.float(v)
		}
	}
	if c.sketch == nil {
		w.text("")
		return nil
	}
	data, err := c.sketch.AppendBinary(nil)
	if err != nil {
		return err
	}
	w.text(string(data))
	return nil
}

func (b *baseline) save(w *writer) {
	w.uint(uint64(b.samples))
	if b.samples == 0 {
		return
	}
	w.float(b.level)
	w.float(b.scatter)
	for i := range b.hours {
		w.uint(uint64(b.seen[i]))
		if b.seen[i] > 0 {
			w.float(b.hours[i])
		}
	}
}
