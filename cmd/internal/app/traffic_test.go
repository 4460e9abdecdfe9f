package app

import (
	"context"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// TestTrafficIsOfWholeBuckets: a service that logs alike at all times does so on its page too, at whatever moment it is asked
// and though the newest bucket that is kept was read while it filled.
func TestTrafficIsOfWholeBuckets(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	b, p := rate.NewMemory(), rate.Partition{Topic: "logs"}
	claim, err := b.Claim(t.Context(), p, 1)
	if err != nil {
		t.Fatal(err)
	}
	counter := rate.NewCounter(p, 1, claim, b, rate.CounterOptions{})
	second := func() {
		counter.Line(now, "shop", "", 0, 5, 1)
		now = now.Add(time.Second)
		if err := counter.Flush(t.Context(), rate.Checkpoint{Next: 1, Watermark: now}); err != nil {
			t.Fatal(err)
		}
	}
	for range 400 {
		second()
	}
	reader := rate.NewReader(b, rate.ReaderOptions{Now: clock})
	partitions := []rate.Partition{p}
	shown := counts{
		reader: reader, tallies: rate.NewTallies(reader, rate.TalliesOptions{Now: clock}),
		expected: func(context.Context) ([]rate.Partition, error) { return partitions, nil },
	}
	for range 60 {
		second()
		// A chart up to now keeps a bucket that fills.
		chart := rate.Query{From: now.Add(-time.Minute), To: now, Step: rate.Fine}
		if _, _, err := shown.tallies.Totals(t.Context(), chart, partitions); err != nil {
			t.Fatal(err)
		}
		got, err := shown.traffic(t.Context(), []dashboards.Service{{Name: "shop"}}, now)
		if err != nil {
			t.Fatal(err)
		}
		if row := got.ByName[0]; row.Lines != 1 {
			t.Fatalf("at %v: %v lines/s of a service that logs one", now, row.Lines)
		}
	}
}
