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
	"github.com/tocsin-io/tocsin/detector/sketch"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

// TestTemplateDurations: the percentiles of a template are those of the values that were counted of it in the time, over all
// partitions, and of no other template.
func TestTemplateDurations(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	s := storetest.Open(t, store.Options{DSN: storetest.SQLite(t), Now: clock, Router: toInbox{}})
	backend := s.Counts()
	expected := func(context.Context) ([]rate.Partition, error) { return nil, nil }
	c := newCatalogue(s, rate.NewReader(backend, rate.ReaderOptions{Now: clock}), engine.NewTemplates(), expected, clock)
	if err := s.PutShapes(t.Context(), []store.Shape{{ID: 7, Service: "shop", Environment: "prod", Level: detector.LevelInfo, Text: "took <*> of <*>", First: now, Last: now}}); err != nil {
		t.Fatal(err)
	}
	for id := range 2 {
		p := rate.Partition{Topic: "logs", ID: id}
		claim, err := backend.Claim(t.Context(), p, 1)
		if err != nil {
			t.Fatal(err)
		}
		counter := rate.NewCounter(p, 1, claim, backend, rate.CounterOptions{})
		observe := func(at time.Time, shape detector.ShapeID, key string, ms float64) {
			s := detector.Series{Class: detector.ClassSlot, Service: "shop", Environment: "prod", Level: detector.LevelInfo, Shape: shape, Key: key}
			if _, sum := counter.Observe(s, at, 1, 0, sketch.Quantiles); sum != nil {
				sum.AddNumber(ms)
			}
		}
		for i := range 50 {
			ms := float64(1 + 2*i + id) // 1 to 100 over both
			observe(now.Add(-time.Duration(i)*time.Minute), 7, "#1", ms)
			observe(now.Add(-time.Duration(i)*time.Minute), 8, "#1", 1e6)
		}
		observe(now.Add(-time.Minute), 7, "took_ms", 5)
		observe(now.Add(-30*time.Hour), 7, "#1", 1e6)
		if err := counter.Flush(t.Context(), rate.Checkpoint{Next: 1, Watermark: now}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := c.TemplateDurations(t.Context(), 7, now.Add(-24*time.Hour), now.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	near := cmp.Comparer(func(a, b time.Duration) bool { return (a - b).Abs() <= max(a, b)/20 })
	want := []dashboards.Durations{
		{Slot: 2, Values: 100, P50: 50 * time.Millisecond, P95: 95 * time.Millisecond, P99: 99 * time.Millisecond},
		{Field: "took_ms", Values: 2, P50: 5 * time.Millisecond, P95: 5 * time.Millisecond, P99: 5 * time.Millisecond},
	}
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Error(diff)
	}
}
