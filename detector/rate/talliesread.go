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

// Refresh reads what is new or due of the windows that were used within the last while, so that whoever looks at them next
// need not wait. Call it each few seconds: what may still grow is due at two thirds of the age that it may have, not at each
// call. What it reads ahead is no use. Windows that grow though they are old, as a partition lags, are left to whoever looks.
func (t *Tallies) Refresh(ctx context.Context, expected []Partition, within time.Duration) error {
	if err := t.take(ctx); err != nil {
		return err
	}
	defer t.leave()
	now := t.opts.Now()
	if now.Before(t.rest) {
		return nil
	}
	due := t.due(now, within)
	for _, s := range due {
		if err := t.read(ctx, s.step, s.first, s.end, expected, s.usedAt); err != nil {
			return err
		}
	}
	if len(due) > 0 {
		done := t.opts.Now()
		t.rest = done.Add(restsFor * done.Sub(now))
		t.shrink(now)
	}
	return nil
}

// span is a stretch of windows of one step.
type span struct {
	step, first, end int64
	usedAt           time.Time // of the newest use of windows of the step
}

// due returns what Refresh reads: of the windows that may grow and were used within the last while those that are due, and
// those that began since. Those that stand beside one another are one.
func (t *Tallies) due(now time.Time, within time.Duration) (out []span) {
	old := t.opts.Unsettled * 2 / 3
	steps := make(map[int64]span) // from the end of the newest that is used on
	starts := make(map[int64][]int64)
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, w := range t.windows {
		if w.settled || now.Sub(w.usedAt) >= within || now.Sub(utc(k.start+k.step)) > 2*settles {
			continue
		}
		s := steps[k.step]
		s.first = max(s.first, k.start+k.step)
		if w.usedAt.After(s.usedAt) {
			s.usedAt = w.usedAt
		}
		steps[k.step] = s
		if now.Sub(w.readAt) >= old {
			starts[k.step] = append(starts[k.step], k.start)
		}
	}
	for step, s := range steps {
		at := starts[step]
		for next := s.first; next <= now.Unix(); next += step {
			if w := t.windows[windowKey{step, next}]; w == nil || now.Sub(w.readAt) >= old {
				at = append(at, next)
			}
		}
		slices.Sort(at)
		for _, start := range at {
			if n := len(out) - 1; n >= 0 && out[n].step == step && out[n].end == start {
				out[n].end += step
				continue
			}
			out = append(out, span{step, start, start + step, s.usedAt})
		}
	}
	return out
}

// readSums bounds the sums that are added up at a time, 8 bytes each.
const readSums = 4_000_000

// read reads the windows of [first, end) and keeps them; those that are new count as used at usedAt. The first of all is
// read alone, as nobody knows yet how much is in one.
func (t *Tallies) read(ctx context.Context, step, first, end int64, expected []Partition, usedAt time.Time) error {
	for first < end {
		part := first + step
		if known := int64(t.size(0)); known > 1 {
			part = min(end, first+step*max(1, readSums/known))
		}
		if err := t.readPart(ctx, step, first, part, expected, usedAt); err != nil {
			return err
		}
		first = part
	}
	return nil
}

func (t *Tallies) readPart(ctx context.Context, step, first, end int64, expected []Partition, usedAt time.Time) error {
	var sums [][]uint64 // of each window, by number
	var mark time.Time
	began := t.opts.Now()
	err := t.reader.consistent(ctx, func(v view) error {
		sums = make([][]uint64, (end-first)/step)
		mark, _ = watermark(v.statuses, expected)
		for i := range v.statuses {
			part := v.scope(i, AllShards)
			numbers := rememberKin(part, t.number)
			add := func(start time.Time, _ int, s *detector.Series, c Cell) error {
				if n := numbers(s, c.Index); n >= 0 {
					sum := &sums[(start.Unix()-first)/step]
					if n >= len(*sum) {
						*sum = append(*sum, make([]uint64, t.size(n)-len(*sum))...)
					}
					(*sum)[n] += c.Lines
				}
				return nil
			}
			if err := t.reader.course(ctx, part, utc(first), utc(end), time.Duration(step)*time.Second, add); err != nil {
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
			t.kept -= old.lines.len()
			w.usedAt = old.usedAt
		}
		t.windows[k] = w
		t.kept += w.lines.len()
	}
	return nil
}

// number is the place of a series of lines among the services, environments and levels; -1 where it is none of lines.
func (t *Tallies) number(s *detector.Series) int {
	if s.Class != detector.ClassLine {
		return -1
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	k := kinOf(s)
	n, ok := t.names[k]
	if !ok {
		n = uint32(len(t.series))
		t.names[k] = n
		t.series = append(t.series, k)
		t.byService[k.Service] = append(t.byService[k.Service], n)
	}
	return int(n)
}

// size is how many services, environments and levels are known, and more than n.
func (t *Tallies) size(n int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(n+1, len(t.series))
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
		t.kept -= w.lines.len()
		delete(t.windows, k)
	}
}
