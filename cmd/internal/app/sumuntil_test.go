package app

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// TestSumUntil: a sum over days that is made again and again is the one that a read of all of it makes, by whatever dimensions,
// and reads no more than what came since.
func TestSumUntil(t *testing.T) {
	ctx := t.Context()
	begin := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	now := begin
	b := &counted{Memory: rate.NewMemory()}
	p := rate.Partition{Topic: "logs"}
	claim, err := b.Claim(ctx, p, 1)
	if err != nil {
		t.Fatal(err)
	}
	counter := rate.NewCounter(p, 1, claim, b, rate.CounterOptions{})
	c := counts{
		reader: rate.NewReader(b, rate.ReaderOptions{Now: func() time.Time { return now }}), templates: engine.NewTemplates(),
		expected: func(context.Context) ([]rate.Partition, error) { return []rate.Partition{p}, nil },
	}
	by := []dashboards.Dimensions{{Service: true}, {Service: true, Level: true, Template: true}, {Level: true}, {}}
	sums := make([]sumFunc, len(by))
	for i := range by {
		sums[i] = c.sumUntil(7*24*time.Hour, by[i])
	}
	for step := range 100 {
		for i, level := range []detector.Level{detector.LevelInfo, detector.LevelInfo, detector.LevelError} {
			for k := range 5 * (i + 1) {
				counter.Line(now.Add(-time.Duration(k)*time.Second), []string{"shop", "cart"}[k%2], "prod", level, detector.ShapeID(1+i), 10*i+k)
			}
		}
		if err := counter.Flush(ctx, rate.Checkpoint{Next: int64(step + 1), Watermark: now}); err != nil {
			t.Fatal(err)
		}
		for i := range by {
			before := b.starts
			got, err := sums[i](ctx, now)
			if err != nil {
				t.Fatal(err)
			}
			if read := b.starts - before; step%10 != 0 && step > 0 && read > 400 {
				t.Errorf("step %d: %d buckets were read", step, read)
			}
			want, err := c.sumUntil(daySpan-time.Second, by[i])(ctx, now) // of all, in the same order
			want.From = got.From
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Fatalf("step %d, by %+v: %v\n%s", step, by[i], err, diff)
			}
		}
		now = now.Add(time.Minute)
	}
}
