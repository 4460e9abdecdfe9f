package rate

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Refresh reads again what may still grow of the windows that were used within the last while, so that whoever looks at
// them next need not wait.
func (t *Tallies) Refresh(ctx context.Context, expected []Partition, within time.Duration) error {
	t.reading.Lock()
	defer t.reading.Unlock()
	now := t.opts.Now()
	spans := make(map[int64][2]int64) // by step, from the first such window to now
	t.mu.Lock()
	for k, w := range t.windows {
		if w.settled || now.Sub(w.usedAt) > within {
			continue
		}
		s, ok := spans[k.step]
		if !ok {
			s[0] = k.start
		}
		spans[k.step] = [2]int64{min(s[0], k.start), max(s[1], k.start+k.step, floor(now.Unix(), k.step)+k.step)}
	}
	t.mu.Unlock()
	for step, s := range spans {
		if err := t.read(ctx, step, s[0], s[1], expected); err != nil {
			return err
		}
	}
	return nil
}

// read reads the windows of [first, end) and keeps them.
func (t *Tallies) read(ctx context.Context, step, first, end int64, expected []Partition) error {
	var sums []map[uint32]uint64
	var mark time.Time
	began := t.opts.Now()
	err := t.reader.consistent(ctx, func(v view) error {
		sums = make([]map[uint32]uint64, (end-first)/step)
		for i := range sums {
			sums[i] = make(map[uint32]uint64)
		}
		mark, _ = watermark(v.statuses, expected)
		for i := range v.statuses {
			numbers := t.numbers(v.statuses[i].Series)
			add := func(start time.Time, _ int, s detector.Series, c Cell) error {
				if s.Class == detector.ClassLine {
					sums[(start.Unix()-first)/step][numbers(s, c.Index)] += c.Lines
				}
				return nil
			}
			if err := t.reader.course(ctx, v, i, utc(first), utc(end), Query{Step: time.Duration(step) * time.Second, Shards: AllShards}, add); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, sum := range sums {
		k := windowKey{step, first + int64(i)*step}
		w := &window{entries: make([]tallied, 0, len(sum)), readAt: began, mark: mark, usedAt: began}
		w.settled = !mark.IsZero() && !utc(k.start+step).Add(settles).After(mark)
		for series, lines := range sum {
			w.entries = append(w.entries, tallied{series, lines})
		}
		if old := t.windows[k]; old != nil {
			t.kept -= len(old.entries)
			w.usedAt = old.usedAt
		}
		t.windows[k] = w
		t.kept += len(w.entries)
	}
	return nil
}

// numbers returns a function that tells the place of a series' service, environment and level in the list, where the
// partition's dictionary has about so many series. It asks under the lock once for each.
func (t *Tallies) numbers(size int) func(s detector.Series, index uint32) uint32 {
	known := make([]uint32, size) // number + 1
	return func(s detector.Series, index uint32) uint32 {
		if int(index) < len(known) && known[index] > 0 {
			return known[index] - 1
		}
		n := t.number(s)
		if int(index) < len(known) {
			known[index] = n + 1
		}
		return n
	}
}

func (t *Tallies) number(s detector.Series) uint32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := detector.Series{Class: s.Class, Service: s.Service, Environment: s.Environment, Level: s.Level}
	n, ok := t.names[k]
	if !ok {
		n = uint32(len(t.series))
		t.names[k] = n
		t.series = append(t.series, k)
	}
	return n
}

// shrink forgets the windows that were not used for longest, down to what may be kept; those of now stay.
func (t *Tallies) shrink(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.kept > t.opts.MaxEntries {
		oldest := now
		for _, w := range t.windows {
			if w.usedAt.Before(oldest) {
				oldest = w.usedAt
			}
		}
		if !oldest.Before(now) {
			return
		}
		for k, w := range t.windows {
			if w.usedAt.Equal(oldest) {
				t.kept -= len(w.entries)
				delete(t.windows, k)
			}
		}
	}
}
