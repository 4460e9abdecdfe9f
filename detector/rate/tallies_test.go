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

// reads counts how often a backend's counts are read.
type reads struct {
	*rate.Memory
	blocks int
}

func (r *reads) Blocks(ctx context.Context, p rate.Partition, width time.Duration, starts []time.Time, shards rate.ShardSet) ([]rate.Block, error) {
	r.blocks++
	return r.Memory.Blocks(ctx, p, width, starts, shards)
}

// TestReadingAheadEnds: nothing is read for pages that nobody looks at any more, however many windows began since.
func TestReadingAheadEnds(t *testing.T) {
	b := &reads{Memory: rate.NewMemory()}
	c := counter(t, b, 1, rate.CounterOptions{})
	now := epoch0.Add(time.Hour)
	tallies := rate.NewTallies(readerOf(b), rate.TalliesOptions{Now: func() time.Time { return now }})
	expected := []rate.Partition{p0}
	pass := func(d time.Duration) (read int) {
		t.Helper()
		before := b.blocks
		for end := now.Add(d); now.Before(end); now = now.Add(2 * time.Second) {
			c.Line(now, "shop", "", 0, 5, 1)
			mustFlush(t, c, rate.Checkpoint{Next: 1, Watermark: now})
			if err := tallies.Refresh(context.Background(), expected, 2*time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		return b.blocks - before
	}
	if _, _, err := tallies.Courses(context.Background(), rate.Query{From: now.Add(-5 * time.Minute), To: now, Step: rate.Fine}, expected, byService); err != nil {
		t.Fatal(err)
	}
	if n := pass(time.Minute); n < 20 {
		t.Errorf("read %d times in the minute after a page was looked at", n)
	}
	pass(2 * time.Minute)
	if n := pass(10 * time.Minute); n > 0 {
		t.Errorf("read %d times for a page that nobody looks at", n)
	}
}
