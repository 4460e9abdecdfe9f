package app

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// TestRunningSums holds what is added up of a day against what one read of all of it finds, while lines come, also late ones,
// and a partition falls behind and catches up; and in between no more is read than what came since.
func TestRunningSums(t *testing.T) {
	ctx, random := t.Context(), rand.New(rand.NewPCG(2, 4))
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	b := &counted{Memory: rate.NewMemory()}
	expected := []rate.Partition{{Topic: "logs", ID: 0}, {Topic: "logs", ID: 1}}
	counters := make([]*rate.Counter, len(expected))
	for i, p := range expected {
		claim, err := b.Claim(ctx, p, 1)
		if err != nil {
			t.Fatal(err)
		}
		counters[i] = rate.NewCounter(p, 1, claim, b, rate.CounterOptions{})
	}
	reader := rate.NewReader(b, rate.ReaderOptions{Now: func() time.Time { return now }})
	days := &runningSums{reader: reader, span: daySpan, by: byTemplate}
	sum := func(from time.Time) (lines uint64) {
		t.Helper()
		all, err := reader.Sum(ctx, from, now.Add(time.Minute), byTemplate, expected)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all.Counts {
			lines += c.Lines
		}
		return lines
	}
	full, short := 0, 0
	marks := []time.Time{now, now}
	for step := range 400 {
		passed := time.Duration(30+random.IntN(500)) * time.Second
		now = now.Add(passed)
		for i, c := range counters {
			mark := now
			if i == 1 && step%100 > 50 { // it falls behind by hours
				mark = marks[i].Add(passed / 8)
			}
			marks[i] = mark
			for range 20 {
				c.Line(mark.Add(-time.Duration(random.IntN(60))*time.Second), "shop", "prod", detector.LevelInfo, detector.ShapeID(1+random.IntN(9)), 10)
			}
			if err := c.Flush(ctx, rate.Checkpoint{Next: int64(step + 1), Watermark: mark}); err != nil {
				t.Fatal(err)
			}
		}
		before, readAt := b.starts, days.readAt
		var got uint64
		if _, err := days.each(ctx, now, now.Add(time.Minute), expected, func(c *rate.Count) { got += c.Lines }); err != nil {
			t.Fatal(err)
		}
		if days.readAt.Equal(readAt) {
			short = max(short, b.starts-before)
		} else {
			full = max(full, b.starts-before)
		}
		if least, most := sum(now.Add(-daySpan)), sum(now.Add(-daySpan-oldReadIn)); got < least || got > most {
			t.Fatalf("step %d: %d lines, want %d to %d", step, got, least, most)
		}
	}
	if full < 300 || short == 0 {
		t.Errorf("of a day %d buckets are read, %d at most in between", full, short)
	}
}

// counted counts the buckets that are read.
type counted struct {
	*rate.Memory
	starts int
}

func (c *counted) Blocks(ctx context.Context, p rate.Partition, width time.Duration, starts []time.Time, shards rate.ShardSet) ([]rate.Block, error) {
	c.starts += len(starts)
	return c.Memory.Blocks(ctx, p, width, starts, shards)
}
