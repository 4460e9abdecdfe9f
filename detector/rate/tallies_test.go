package rate_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

func byService(s detector.Series) (detector.Series, bool) {
	return detector.Series{Service: s.Service}, s.Class == detector.ClassLine
}

// linesOf are the lines of a course.
func linesOf(points []rate.Point) (out []uint64) {
	for _, p := range points {
		out = append(out, p.Lines)
	}
	return out
}

// TestTalliesAreCourses holds what is kept against what is read, over random lines, ranges and steps, twice each.
func TestTalliesAreCourses(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	b := rate.NewMemory()
	c := counter(t, b, 1, rate.CounterOptions{})
	for range 3000 {
		at := epoch0.Add(time.Duration(random.IntN(3600)) * time.Second)
		c.Line(at, fmt.Sprint("svc-", random.IntN(9)), "prod", detector.Level(random.IntN(5)), detector.ShapeID(random.IntN(50)), 10)
	}
	c.Hit(detector.Series{Class: detector.ClassRule, Name: "no line"}, epoch0, 100, 100)
	mustFlush(t, c, rate.Checkpoint{Next: 1, Watermark: epoch0.Add(time.Hour)})
	r := readerOf(b)
	now := epoch0.Add(time.Hour)
	// Room for a few windows alone: what is forgotten is read again.
	tallies := rate.NewTallies(r, rate.TalliesOptions{Now: func() time.Time { return now }, MaxEntries: 60})
	byLevel := func(s detector.Series) (detector.Series, bool) {
		return detector.Series{Service: s.Service, Level: s.Level}, s.Class == detector.ClassLine && s.Service != "svc-3"
	}
	for _, step := range []time.Duration{10 * time.Second, time.Minute, 5 * time.Minute, 10 * time.Minute} {
		for range 10 {
			from := epoch0.Add(time.Duration(random.IntN(3000)) * time.Second)
			q := rate.Query{From: from, To: from.Add(time.Duration(1+random.IntN(1200)) * time.Second), Step: step}
			for n, key := range []func(detector.Series) (detector.Series, bool){byService, byLevel, byService, byService} {
				if n == 3 {
					q.Services = []string{"svc-7", "nobody", fmt.Sprint("svc-", random.IntN(9)), "svc-7"}
				}
				want, err := r.Courses(context.Background(), q, key)
				if err != nil {
					t.Fatal(err)
				}
				got, complete, err := tallies.Courses(context.Background(), q, []rate.Partition{p0}, key)
				if err != nil {
					t.Fatal(err)
				}
				for k := range want {
					for i := range want[k] {
						want[k][i].Bytes = 0 // are not kept
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%v from %v by %v (-read +kept):\n%s", q.To.Sub(q.From), q.From, step, diff)
				}
				if complete.After(epoch0.Add(time.Hour)) && q.To.Before(epoch0.Add(50*time.Minute)) {
					t.Errorf("complete until %v", complete)
				}
			}
			q.Services = nil
			want, err := r.Courses(context.Background(), q, func(s detector.Series) (detector.Series, bool) {
				return detector.Series{Level: s.Level}, s.Class == detector.ClassLine
			})
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := tallies.Levels(context.Background(), q, []rate.Partition{p0})
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(rate.Point{}, "Bytes")); err != nil || diff != "" {
				t.Fatalf("levels: %v (-read +kept):\n%s", err, diff)
			}
			now = now.Add(time.Second)
		}
	}
}

// TestTalliesGrow: what still grows is read again when it is due or by Refresh, with up to when it is complete; what is
// settled takes its very late lines later.
func TestTalliesGrow(t *testing.T) {
	b := rate.NewMemory()
	c := counter(t, b, 1, rate.CounterOptions{})
	now := epoch0.Add(30 * time.Minute)
	mark := now
	count := func(at time.Time) {
		t.Helper()
		c.Line(at, "shop", "", 0, 5, 1)
		mustFlush(t, c, rate.Checkpoint{Next: 1, Watermark: mark})
	}
	tallies := rate.NewTallies(readerOf(b), rate.TalliesOptions{Now: func() time.Time { return now }})
	want := func(when string, complete time.Time, lines ...uint64) {
		t.Helper()
		q := rate.Query{From: epoch0, To: epoch0.Add(40 * time.Minute), Step: 10 * time.Minute}
		got, until, err := tallies.Courses(context.Background(), q, []rate.Partition{p0}, byService)
		if err != nil || !cmp.Equal(linesOf(got[detector.Series{Service: "shop"}]), lines) || !until.Equal(complete) {
			t.Errorf("%s: %v complete until %v, %v; want %v until %v", when, got, until, err, lines, complete)
		}
	}
	count(epoch0)
	want("first", mark, 1, 0, 0, 0)
	before := mark
	mark = mark.Add(time.Minute)
	count(epoch0.Add(31 * time.Minute))
	count(epoch0) // very late
	want("kept", before, 1, 0, 0, 0)
	now = now.Add(10 * time.Second)
	if err := tallies.Refresh(context.Background(), []rate.Partition{p0}, time.Minute); err != nil {
		t.Fatal(err)
	}
	want("refreshed", mark, 1, 0, 0, 1)
	count(epoch0.Add(32 * time.Minute))
	now = now.Add(15 * time.Second)
	want("15 s later", mark, 1, 0, 0, 2)
	now = now.Add(10 * time.Minute)
	want("10 min later", mark, 2, 0, 0, 2)
	if _, until, err := tallies.Courses(context.Background(), rate.Query{From: epoch0, To: now, Step: time.Minute},
		[]rate.Partition{p0, {Topic: "logs", ID: 99}}, byService); err != nil || !until.IsZero() {
		t.Errorf("with a partition that nobody counts: complete until %v, %v", until, err)
	}
	for _, q := range []rate.Query{{From: epoch0, To: now, Step: 15 * time.Second}, {From: epoch0, To: epoch0.Add(1e5 * time.Hour), Step: rate.Fine}} {
		if _, _, err := tallies.Courses(context.Background(), q, nil, byService); err == nil {
			t.Errorf("step %v over %v is taken", q.Step, q.To.Sub(q.From))
		}
	}
}

// reads counts how many buckets are read of a backend.
type reads struct {
	*rate.Memory
	buckets int
}

func (r *reads) Blocks(ctx context.Context, p rate.Partition, width time.Duration, starts []time.Time, shards rate.ShardSet) ([]rate.Block, error) {
	r.buckets += len(starts)
	return r.Memory.Blocks(ctx, p, width, starts, shards)
}

// readingAhead is a service that counts a line each 2 s and reads ahead.
type readingAhead struct {
	*testing.T
	backend  *reads
	counter  *rate.Counter
	now      time.Time
	tallies  *rate.Tallies
	expected []rate.Partition
}

func newReadingAhead(t *testing.T) *readingAhead {
	r := &readingAhead{T: t, backend: &reads{Memory: rate.NewMemory()}, now: epoch0, expected: []rate.Partition{p0}}
	r.counter = counter(t, r.backend, 1, rate.CounterOptions{})
	r.tallies = rate.NewTallies(readerOf(r.backend), rate.TalliesOptions{Now: func() time.Time { return r.now }})
	for r.now.Before(epoch0.Add(time.Hour)) {
		r.count()
	}
	return r
}

func (r *readingAhead) count() {
	r.now = r.now.Add(2 * time.Second)
	r.counter.Line(r.now, "shop", "", 0, 5, 1)
	mustFlush(r, r.counter, rate.Checkpoint{Next: 1, Watermark: r.now})
}

// pass lets time pass and returns how many buckets were read ahead.
func (r *readingAhead) pass(d time.Duration) (read int) {
	r.Helper()
	for end := r.now.Add(d); r.now.Before(end); {
		r.count()
		before := r.backend.buckets
		if err := r.tallies.Refresh(r.Context(), r.expected, 2*time.Minute); err != nil {
			r.Fatal(err)
		}
		read += r.backend.buckets - before
	}
	return read
}

// look is a page that shows the last five minutes. It returns what it shows, up to when that is complete, and how many
// buckets it had to read.
func (r *readingAhead) look() (lines []uint64, complete time.Time, read int) {
	r.Helper()
	before := r.backend.buckets
	q := rate.Query{From: rate.FloorFine(r.now).Add(-5 * time.Minute), To: r.now, Step: rate.Fine}
	got, complete, err := r.tallies.Courses(r.Context(), q, r.expected, byService)
	if err != nil {
		r.Fatal(err)
	}
	return linesOf(got[detector.Series{Service: "shop"}]), complete, r.backend.buckets - before
}

// TestReadingAheadReadsWhatIsDue: each bucket is read as often as the age asks that is promised, however often it is asked
// whether one is due, and pages find them read, complete up to that age ago.
func TestReadingAheadReadsWhatIsDue(t *testing.T) {
	r := newReadingAhead(t)
	r.look()
	ahead, looks := 0, 0
	const minutes = 2
	for begin := r.now; r.now.Before(begin.Add(minutes * time.Minute)); {
		ahead += r.pass(2 * time.Second)
		lines, complete, read := r.look()
		looks += read
		if age := r.now.Sub(complete); age >= 15*time.Second {
			t.Errorf("%v after the start: complete up to %v ago", r.now.Sub(begin), age)
		}
		whole := int(complete.Sub(rate.FloorFine(r.now).Add(-5*time.Minute)) / rate.Fine)
		for i, n := range lines[:whole] {
			if n != uint64(rate.Fine/(2*time.Second)) {
				t.Fatalf("%v after the start: %d lines in step %d of %d complete ones", r.now.Sub(begin), n, i, whole)
			}
		}
	}
	// Those of five minutes, of up to two minutes before that, and the newest, six times a minute.
	if most := minutes * 6 * (42 + 2); ahead > most {
		t.Errorf("%d buckets read ahead in %d min, at most %d are due", ahead, minutes, most)
	}
	if looks > 0 {
		t.Errorf("pages had to read %d buckets", looks)
	}
}

// TestReadingAheadEnds: nothing is read for pages that nobody looks at any more, however many windows began since.
func TestReadingAheadEnds(t *testing.T) {
	r := newReadingAhead(t)
	r.look()
	if n := r.pass(time.Minute); n < 30 {
		t.Errorf("%d buckets read in the minute after a page was looked at", n)
	}
	r.pass(2 * time.Minute)
	if n := r.pass(10 * time.Minute); n > 0 {
		t.Errorf("%d buckets read for a page that nobody looks at", n)
	}
}
