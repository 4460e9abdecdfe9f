package rate_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// ruleHits are the hits of a line of a service and level: a rule over all lines, one over those of the service, the share
// of errors, and the sum and quantiles of their sizes.
func ruleHits(svc string, level detector.Level) []detector.Hit {
	rule := func(name string) detector.Series {
		return detector.Series{Class: detector.ClassRule, Name: name}
	}
	hits := []detector.Hit{
		{Series: rule("all")},
		{Series: rule("lines of " + svc)},
		{Series: rule("errors of " + svc), Whole: true, Summary: true},
		{Series: rule("bytes of " + svc), Summary: true, HasNumber: true, Parts: sketch.Quantiles},
	}
	if level >= detector.LevelError {
		hits = append(hits, detector.Hit{Series: rule("errors of " + svc), Summary: true})
	}
	return hits
}

// measured is the number of a line; every fifth has none.
func (e *event) measured() (float64, bool) { return float64(e.bytes), e.bytes%5 > 0 }

type tallyKey struct {
	svc   string
	level detector.Level
}

// talliesOf counts lines by the tallies of one counter.
type talliesOf map[tallyKey]*rate.Tally

// count counts a line and reports whether a sample may be wanted.
func (of talliesOf) count(c *rate.Counter, e *event) bool {
	k := tallyKey{e.svc, e.level}
	if of[k] == nil {
		of[k] = c.Tally(ruleHits(e.svc, e.level))
	}
	first := of[k].Line(e.at, uint64(e.bytes))
	if v, ok := e.measured(); ok {
		of[k].Number(3, v)
	}
	return first
}

// each counts the hits of a line one by one.
func each(c *rate.Counter, e *event) {
	for _, h := range ruleHits(e.svc, e.level) {
		lines, bytes := uint64(1), uint64(e.bytes)
		if h.Whole {
			lines, bytes = 0, 0
		}
		ok := h.Summary
		if h.HasNumber {
			h.Number, ok = e.measured()
		}
		if !ok {
			c.Hit(h.Series, e.at, lines, bytes)
			continue
		}
		if _, sum := c.Observe(h.Series, e.at, lines, bytes, h.Parts); sum != nil {
			h.AddTo(sum)
		}
	}
}

// compareRules holds the fine buckets of rules against what was logged.
func compareRules(t *testing.T, b rate.Backend, log []event) {
	t.Helper()
	type row struct {
		Lines, Bytes, Count, Whole uint64
		Sum, Median                float64
	}
	rows := func(b rate.Backend) map[string]row {
		out := make(map[string]row)
		for at := epoch0.Add(-2 * time.Hour); at.Before(epoch0.Add(3 * time.Hour)); at = at.Add(rate.Fine) {
			for s, r := range bucketRows(t, b, at) {
				if s.Class != detector.ClassRule {
					continue
				}
				v := row{Lines: r.Lines, Bytes: r.Bytes}
				if sum := r.Summary; sum != nil {
					v.Count, v.Whole, v.Sum = sum.Count, sum.Whole, sum.Sum
					v.Median, _ = sum.Quantile(0.5)
				}
				out[at.Format(time.TimeOnly)+" "+s.Name] = v
			}
		}
		return out
	}
	truth := rate.NewMemory()
	c := counter(t, truth, 1, rate.CounterOptions{MaxBuckets: 10_000})
	for i := range log {
		each(c, &log[i])
	}
	mustFlush(t, c, rate.Checkpoint{Next: int64(len(log))})
	if diff := cmp.Diff(rows(truth), rows(b)); diff != "" {
		t.Fatalf("rules' buckets (-want +got):\n%s", diff)
	}
}

// What tallies count is what the hits count one by one, in fine buckets, in coarse ones and of lines that come late.
func TestTalliesCountWhatHitsCount(t *testing.T) {
	const n = 6000
	rnd := rand.New(rand.NewPCG(5, 2))
	log := makeLog(rnd, n)
	one, other := rate.NewMemory(), rate.NewMemory()
	by, held := counter(t, one, 1, rate.CounterOptions{}), counter(t, other, 1, rate.CounterOptions{})
	tallies := make(talliesOf)
	for i := range log {
		e := &log[i]
		each(by, e)
		tallies.count(held, e)
		if rnd.IntN(60) == 0 || i == n-1 {
			cp := rate.Checkpoint{Next: int64(i), Watermark: e.at.Add(-time.Duration(rnd.IntN(60)) * time.Second)}
			mustFlush(t, by, cp)
			mustFlush(t, held, cp)
		}
	}
	for _, width := range []time.Duration{rate.Fine, rate.Coarse} {
		if diff := cmp.Diff(cellsOf(t, one, width), cellsOf(t, other, width)); diff != "" {
			t.Errorf("buckets of %v (-one by one +tallied):\n%s", width, diff)
		}
	}
}

// cellsOf says what each series has in each bucket.
func cellsOf(t *testing.T, b rate.Backend, width time.Duration) map[string]string {
	t.Helper()
	ctx := context.Background()
	series, err := b.Dictionary(ctx, p0, 0)
	if err != nil {
		t.Fatal(err)
	}
	starts, err := b.Starts(ctx, p0, width, time.Time{}, epoch0.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := b.Blocks(ctx, p0, width, starts, rate.AllShards)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, block := range blocks {
		err := rate.Cells(block.Data, func(c rate.Cell) bool {
			said := fmt.Sprintf("%d lines, %d bytes", c.Lines, c.Bytes)
			if len(c.Summary) > 0 {
				sum, _, err := sketch.Decode(c.Summary)
				if err != nil {
					t.Fatal(err)
				}
				median, _ := sum.Quantile(0.5)
				said += fmt.Sprintf(", count %d of %d, sum %v from %v to %v, median %v", sum.Count, sum.Whole, sum.Sum, sum.Min, sum.Max, median)
			}
			out[block.Start.Format(time.TimeOnly)+" "+series[c.Index].Name] = said
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) == 0 {
		t.Fatal("no bucket was written")
	}
	return out
}

// A sample may be wanted of the first line of a bucket after each flush, and of no other; counting allocates nothing.
func TestTalliedLines(t *testing.T) {
	c := counter(t, rate.NewMemory(), 1, rate.CounterOptions{})
	tallies := make(talliesOf)
	line := func(at time.Time) bool {
		return tallies.count(c, &event{at: at, svc: "shop", level: detector.LevelInfo, bytes: 101})
	}
	next := epoch0.Add(rate.Fine)
	for i, want := range []struct {
		at    time.Time
		first bool
	}{{epoch0, true}, {epoch0.Add(time.Second), false}, {next, true}, {next, false}, {epoch0, true}} {
		if got := line(want.at); got != want.first {
			t.Errorf("line %d: first is %v", i, got)
		}
	}
	mustFlush(t, c, rate.Checkpoint{Next: 1})
	if !line(epoch0) {
		t.Error("after a flush no sample is asked for")
	}
	k := tallyKey{"shop", detector.LevelInfo}
	tally := tallies[k]
	count := func() {
		for range 1000 {
			tally.Line(epoch0, 101)
			tally.Number(3, 5)
		}
	}
	count()
	if n := testing.AllocsPerRun(20, count); n > 0 {
		t.Errorf("%v allocations in 1,000 lines, want none", n)
	}
}

// A tally whose series found no room counts into the overflow and says so of each line.
func TestTalliesWithoutRoom(t *testing.T) {
	b := rate.NewMemory()
	c := counter(t, b, 1, rate.CounterOptions{MaxSeries: 100, MaxGroup: 1000})
	for i := range 90 {
		c.Line(epoch0, fmt.Sprint("service-", i), "prod", detector.LevelInfo, detector.ShapeID(2+i), 1)
	}
	before := c.Stats().Overflow
	tally := c.Tally([]detector.Hit{{Series: detector.Series{Class: detector.ClassRule, Name: "r"}}})
	for range 7 {
		tally.Line(epoch0, 10)
	}
	mustFlush(t, c, rate.Checkpoint{Next: 1})
	if got := bucketRows(t, b, epoch0)[detector.Series{Class: detector.ClassRule, Name: "r", Key: rate.Other}]; got.Lines != 7 || got.Bytes != 70 {
		t.Errorf("the overflow has %d lines and %d bytes, want 7 and 70", got.Lines, got.Bytes)
	}
	if n := c.Stats().Overflow - before; n != 7 {
		t.Errorf("%d lines without room, want 7", n)
	}
}
