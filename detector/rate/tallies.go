package rate

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Tallies keeps what each service logged at each level in windows of time, so that a chart over all services costs no
// read of all their buckets: only windows that are not kept yet are read. Safe for concurrent use.
type Tallies struct {
	reader *Reader
	opts   TalliesOptions

	reading chan struct{} // holds one while windows are read: who comes meanwhile finds them kept
	rest    time.Time     // before it Refresh does nothing

	mu        sync.Mutex
	names     map[detector.Series]uint32
	series    []detector.Series   // service, environment and level alone
	byService map[string][]uint32 // places in series, in order
	windows   map[windowKey]*window
	kept      int // entries of all windows
}

// TalliesOptions tell how much is kept and how old it may be.
type TalliesOptions struct {
	Now        func() time.Time // the clock; needed
	MaxEntries int              // services and levels of all windows together, 8 to 9 bytes each; 5,000,000 where zero
	Unsettled  time.Duration    // how old a window that may still grow gets, 15 s where zero; Refresh keeps it younger
	Settled    time.Duration    // how old others get, as very late lines change them too; 10 min where zero
}

// settles is how long after its end a window is taken to have got its late lines, but for a few.
const settles = 10 * time.Minute

// maxTallied bounds the points that one call returns; further courses are left out.
const maxTallied = 2_000_000

type windowKey struct{ step, start int64 }

// NewTallies keeps what r reads.
func NewTallies(r *Reader, opts TalliesOptions) *Tallies {
	if opts.MaxEntries <= 0 {
		opts.MaxEntries = 5_000_000
	}
	if opts.Unsettled <= 0 {
		opts.Unsettled = 15 * time.Second
	}
	if opts.Settled <= 0 {
		opts.Settled = 10 * time.Minute
	}
	return &Tallies{reader: r, opts: opts, reading: make(chan struct{}, 1), names: make(map[detector.Series]uint32), byService: make(map[string][]uint32), windows: make(map[windowKey]*window)}
}

// Courses is Reader.Courses for keys that look at service, environment and level alone, and without bytes. What it returns
// is complete up to the time that it returns too, as far as the expected partitions go; zero where one of them is missing.
func (t *Tallies) Courses(
	ctx context.Context, q Query, expected []Partition, key func(detector.Series) (detector.Series, bool),
) (map[detector.Series][]Point, time.Time, error) {
	found, mark, err := t.spanned(ctx, q, expected)
	if err != nil {
		return nil, time.Time{}, err
	}
	return t.addCourses(q, found, key), mark, nil
}

// Levels is Courses of all services together, by level: the keys of what it returns hold nothing else. It costs the same
// however many services there are.
func (t *Tallies) Levels(ctx context.Context, q Query, expected []Partition) (map[detector.Series][]Point, time.Time, error) {
	found, mark, err := t.spanned(ctx, q, expected)
	if err != nil {
		return nil, time.Time{}, err
	}
	out := make(map[detector.Series][]Point)
	for i, w := range found {
		for _, l := range w.levels {
			k := detector.Series{Level: l.level}
			if out[k] == nil {
				out[k] = emptyCourse(q)
			}
			out[k][i].Lines += l.lines
		}
	}
	return silentLeftOut(out), mark, nil
}

// Totals is what each service, environment and level logged in all of the range: the keys hold class and these alone.
func (t *Tallies) Totals(ctx context.Context, q Query, expected []Partition) (map[detector.Series]uint64, time.Time, error) {
	found, mark, err := t.spanned(ctx, q, expected)
	if err != nil {
		return nil, time.Time{}, err
	}
	_, series := t.of(nil)
	sums := make([]uint64, len(series))
	for _, w := range found {
		for n, lines := range w.lines.all {
			sums[n] += lines
		}
	}
	out := make(map[detector.Series]uint64)
	for i, n := range sums {
		if n > 0 {
			out[series[i]] = n
		}
	}
	return out, mark, nil
}

// spanned are the windows of q, and up to when they are complete.
func (t *Tallies) spanned(ctx context.Context, q Query, expected []Partition) ([]*window, time.Time, error) {
	step := int64(q.Step / time.Second)
	if q.Step <= 0 || q.Step%Fine != 0 {
		return nil, time.Time{}, fmt.Errorf("rate: step %v is not a multiple of %v", q.Step, Fine)
	}
	first, end := floor(q.From.Unix(), step), floor(q.To.Unix()+step-1, step)
	if n := (end - first) / step; n > MaxPoints {
		return nil, time.Time{}, fmt.Errorf("rate: %d points, at most %d: ask for a longer step", n, MaxPoints)
	}
	return t.fill(ctx, step, first, end, expected)
}

// addCourses adds windows up into the courses that key names.
func (t *Tallies) addCourses(q Query, found []*window, key func(detector.Series) (detector.Series, bool)) map[detector.Series][]Point {
	out := make(map[detector.Series][]Point)
	numbers, series := t.of(q.Services)
	type part struct {
		number uint32
		course []Point
	}
	parts := make([]part, 0, len(numbers))
	for _, number := range numbers {
		k, ok := key(series[number])
		if !ok {
			continue
		}
		if out[k] == nil {
			if len(out)*len(found) >= maxTallied {
				continue
			}
			out[k] = emptyCourse(q)
		}
		parts = append(parts, part{number, out[k]})
	}
	for i, w := range found {
		for _, p := range parts {
			p.course[i].Lines += w.lines.at(p.number)
		}
	}
	return silentLeftOut(out)
}

// of returns the numbers, in order, of the series of some services, or of all where there is none, and the list of series
// in which they are places.
func (t *Tallies) of(services []string) ([]uint32, []detector.Series) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var numbers []uint32
	if services == nil {
		numbers = make([]uint32, len(t.series))
		for i := range numbers {
			numbers[i] = uint32(i)
		}
	}
	for _, s := range services {
		numbers = append(numbers, t.byService[s]...)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), t.series // it grows only, and what is there is never changed
}

// silentLeftOut leaves out the courses that have no line, as Reader.Courses does.
func silentLeftOut(all map[detector.Series][]Point) map[detector.Series][]Point {
	for k, course := range all {
		lines := uint64(0)
		for i := range course {
			lines += course[i].Lines
		}
		if lines == 0 {
			delete(all, k)
		}
	}
	return all
}

// fill returns the windows of [first, end) in order, and up to when they are complete. It reads those that are not kept
// or too old.
func (t *Tallies) fill(ctx context.Context, step, first, end int64, expected []Partition) ([]*window, time.Time, error) {
	now := t.opts.Now()
	if found := t.all(step, first, end, now); found != nil {
		return found, marked(found, step, end), nil
	}
	if err := t.take(ctx); err != nil {
		return nil, time.Time{}, err
	}
	defer t.leave()
	for at := first; at < end; {
		to := at
		for to < end && !t.fresh(windowKey{step, to}, now) {
			to += step
		}
		if at < to { // those that stand beside one another are read at once
			if err := t.read(ctx, step, at, to, expected, now); err != nil {
				return nil, time.Time{}, err
			}
		}
		at = to + step
	}
	found := t.all(step, first, end, now)
	t.shrink(now)
	if found == nil {
		return nil, time.Time{}, fmt.Errorf("rate: what was read of %d windows is too old already", (end-first)/step)
	}
	return found, marked(found, step, end), nil
}

// take waits for the turn to read. Whoever waits for a page no longer does not hold up the next.
func (t *Tallies) take(ctx context.Context) error {
	select {
	case t.reading <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("rate: another read of the counts is under way: %w", ctx.Err())
	}
}

func (t *Tallies) leave() { <-t.reading }

// all returns the windows of [first, end) if each is kept and fresh enough; else nil.
func (t *Tallies) all(step, first, end int64, now time.Time) []*window {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]*window, 0, (end-first)/step)
	for at := first; at < end; at += step {
		w := t.windows[windowKey{step, at}]
		if w == nil || !w.fresh(now, &t.opts) {
			return nil
		}
		w.usedAt = now
		out = append(out, w)
	}
	return out
}

// marked is up to when windows that end at end are complete. Those that were complete when they were read are, and settled
// ones, whenever that was.
func marked(found []*window, step, end int64) time.Time {
	mark := utc(end)
	for i, w := range found {
		ends := utc(end - int64(len(found)-1-i)*step)
		if !w.settled && w.mark.Before(ends) && w.mark.Before(mark) {
			mark = w.mark
		}
	}
	return mark
}

func (t *Tallies) fresh(k windowKey, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := t.windows[k]
	return w != nil && w.fresh(now, &t.opts)
}

// fresh tells whether the window may be shown. What was read after now, while the caller waited, may be.
func (w *window) fresh(now time.Time, o *TalliesOptions) bool {
	if w.settled {
		return now.Sub(w.readAt) < o.Settled
	}
	return now.Sub(w.readAt) < o.Unsettled
}
