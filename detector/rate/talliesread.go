package rate

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// restsFor is how many times as long as the last Refresh took nothing is read ahead after it.
const restsFor = 10

// Refresh reads again what may still grow of the windows that were used within the last while, so that whoever looks at
// them next need not wait. What it reads ahead is no use. Windows that grow though they are old, as a partition lags, are
// left to whoever looks.
func (t *Tallies) Refresh(ctx context.Context, expected []Partition, within time.Duration) error {
	if err := t.take(ctx); err != nil {
		return err
	}
	defer t.leave()
	now := t.opts.Now()
	if now.Before(t.rest) {
		return nil
	}
	spans := t.used(now, within)
	for step, s := range spans {
		if err := t.read(ctx, step, s.first, s.end, expected, s.usedAt); err != nil {
			return err
		}
	}
	if len(spans) > 0 {
		done := t.opts.Now()
		t.rest = done.Add(restsFor * done.Sub(now))
		t.shrink(now)
	}
	return nil
}

// span is a stretch of windows of one step.
type span struct {
	first, end int64
	usedAt     time.Time // of its newest use
}

// used returns, by step, the windows that may grow and were used within the last while, up to now.
func (t *Tallies) used(now time.Time, within time.Duration) map[int64]span {
	spans := make(map[int64]span)
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, w := range t.windows {
		if w.settled || now.Sub(w.usedAt) > within || now.Sub(utc(k.start+k.step)) > 2*settles {
			continue
		}
		s, ok := spans[k.step]
		if !ok {
			s = span{first: k.start, end: floor(now.Unix(), k.step) + k.step}
		}
		s.first, s.end = min(s.first, k.start), max(s.end, k.start+k.step)
		if w.usedAt.After(s.usedAt) {
			s.usedAt = w.usedAt
		}
		spans[k.step] = s
	}
	return spans
}

// read reads the windows of [first, end) and keeps them; those that are new count as used at usedAt.
func (t *Tallies) read(ctx context.Context, step, first, end int64, expected []Partition, usedAt time.Time) error {
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
			numbers := remember(v.statuses[i].Series, t.number)
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
		w := t.window(sum)
		w.readAt, w.mark, w.usedAt = began, mark, usedAt
		w.settled = !mark.IsZero() && !utc(k.start+step).Add(settles).After(mark)
		if old := t.windows[k]; old != nil {
			t.kept -= len(old.series)
			w.usedAt = old.usedAt
		}
		t.windows[k] = w
		t.kept += len(w.series)
	}
	return nil
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
		t.byService[k.Service] = append(t.byService[k.Service], n)
	}
	return n
}

// shrink forgets the windows that were not used for longest, down to what may be kept; those of now stay.
func (t *Tallies) shrink(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept <= t.opts.MaxEntries {
		return
	}
	keys := slices.SortedFunc(maps.Keys(t.windows), func(a, b windowKey) int {
		return cmp.Or(t.windows[a].usedAt.Compare(t.windows[b].usedAt), cmp.Compare(a.start, b.start))
	})
	for _, k := range keys {
		w := t.windows[k]
		if t.kept <= t.opts.MaxEntries || !w.usedAt.Before(now) {
			return
		}
		t.kept -= len(w.series)
		delete(t.windows, k)
	}
}
