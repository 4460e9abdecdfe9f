package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

type toSlack struct{}

func (toSlack) Receives(string) bool { return true }

func (toSlack) Policy(string) (plan.Policy, bool) { return plan.Policy{}, false }

func (toSlack) Route(detector.Change) plan.Plan {
	return plan.Plan{Tell: []plan.Notification{{Notification: detector.Notification{Receiver: "slack"}}}}
}

func BenchmarkSQLite(b *testing.B)   { benchmark(b, storetest.SQLite) }
func BenchmarkPostgres(b *testing.B) { benchmark(b, storetest.Postgres) }

// benchmark fills a store with 100,000 incidents of 2,000 services over 90 days and 100,000 shapes, and measures what
// pages read and what the engine writes.
func benchmark(b *testing.B, fresh func(testing.TB) string) {
	ctx := context.Background()
	s := storetest.Open(b, store.Options{DSN: fresh(b), Now: noon, Router: toSlack{}})
	incidents := benchIncidents(b)
	fill(b, s, incidents)
	last, _, err := s.Incidents(ctx, store.Filter{Limit: 1})
	if err != nil {
		b.Fatal(err)
	}
	_, deep, err := s.Incidents(ctx, store.Filter{Limit: 50, To: noon().Add(-60 * 24 * time.Hour)})
	if err != nil {
		b.Fatal(err)
	}
	week := noon().Add(-7 * 24 * time.Hour)
	for _, c := range []struct {
		name string
		run  func() error
	}{
		{"list newest 50", func() error { return list(s, store.Filter{Limit: 50}) }},
		{"list 50 with charts", func() error { return list(s, store.Filter{Limit: 50, Charts: true}) }},
		{"list deep", func() error { return list(s, store.Filter{Limit: 50, Cursor: deep}) }},
		{"list open", func() error { return list(s, store.Filter{Limit: 50, Status: []detector.Status{detector.StatusOpen}}) }},
		{"list of a service", func() error { return list(s, store.Filter{Limit: 50, Service: []string{"svc-77"}}) }},
		{"list of two kinds of a week", func() error {
			return list(s, store.Filter{Limit: 50, Kind: []detector.Kind{detector.KindFall, detector.KindRule}, From: week})
		}},
		{"search, common", func() error { return list(s, store.Filter{Limit: 50, Text: "payments"}) }},
		{"search, rare", func() error { return list(s, store.Filter{Limit: 50, Text: "needle 4711 "}) }},
		{"search, none", func() error { return list(s, store.Filter{Limit: 50, Text: "no such thing"}) }},
		{"one incident", func() error { _, err := s.Incident(ctx, last[0].ID); return err }},
		{"unresolved", func() error { _, err := s.Unresolved(ctx); return err }},
		{"count a week", func() error { _, err := s.Count(ctx, store.Filter{From: week}); return err }},
		{"count all", func() error { _, err := s.Count(ctx, store.Filter{}); return err }},
		{"daily of a week", func() error { _, err := s.Daily(ctx, week, noon()); return err }},
		{"outbox newest", func() error { _, _, err := s.Outbox(ctx, store.OutboxFilter{Limit: 50}); return err }},
		{"receivers of a day", func() error { _, err := s.Receivers(ctx, noon().Add(-24*time.Hour)); return err }},
		{"lease nothing", func() error { _, err := s.Lease(ctx, "x", noon(), 10, time.Minute); return err }},
		{"shapes newest 50", func() error { _, _, err := s.ListShapes(ctx, store.ShapeFilter{Limit: 50}); return err }},
		{"shapes of a service", func() error {
			_, _, err := s.ListShapes(ctx, store.ShapeFilter{Service: "svc-7", Limit: 50})
			return err
		}},
		{"shapes, search none", func() error {
			_, _, err := s.ListShapes(ctx, store.ShapeFilter{Text: "nothing", Limit: 50})
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := c.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("commit an update", func(b *testing.B) {
		in := example(incidents, 0)
		for n := 1; b.Loop(); n++ {
			c := *in
			c.UpdatedAt = c.OpenedAt.Add(time.Duration(n) * time.Second)
			change := detector.Change{Event: detector.ChangeUpdated, Incident: &c, Quiet: true}
			if err := s.Commit(ctx, store.Commit{Marks: []store.Mark{{Shard: 1, Epoch: 1, Evaluated: c.UpdatedAt}}, Changes: []detector.Change{change}}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("flush 200 blocks", func(b *testing.B) {
		counts, p := s.Counts(), rate.Partition{Topic: "flush"}
		epoch, err := s.NextEpoch(ctx)
		if err != nil {
			b.Fatal(err)
		}
		claim, err := counts.Claim(ctx, p, epoch)
		if err != nil {
			b.Fatal(err)
		}
		f := rate.Flush{Sequence: claim.Sequence, Blocks: blocks(200, 1)}
		for b.Loop() {
			f.Sequence++
			if err := counts.Write(ctx, p, epoch, f); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("two days of 8 services", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n++
			p := rate.Partition{Topic: "history", ID: n}
			if _, err := s.Counts().Claim(ctx, p, 1); err != nil {
				b.Fatal(err)
			}
			if err := s.Counts().Write(ctx, p, 1, rate.Flush{Sequence: 1, Blocks: blocks(17_280, 8)}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// benchIncidents is how many incidents the benchmark fills in: 100,000, or what TOCSIN_BENCH_INCIDENTS says.
func benchIncidents(b *testing.B) int {
	text := os.Getenv("TOCSIN_BENCH_INCIDENTS")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func list(s *store.Store, f store.Filter) error {
	_, _, err := s.Incidents(context.Background(), f)
	return err
}

func blocks(buckets, shards int) []rate.Block {
	var out []rate.Block
	for i := range buckets {
		for shard := range shards {
			out = append(out, rate.Block{
				Width: rate.Fine, Start: noon().Add(time.Duration(i) * rate.Fine), Shard: shard, Data: bytes.Repeat([]byte{1, 2, 3, 4, 5}, 30),
			})
		}
	}
	return out
}

func example(of, i int) *detector.Incident {
	opened := noon().Add(-time.Duration(i) * (90 * 24 * time.Hour / time.Duration(of+1)))
	kinds := detector.Kinds()
	in := &detector.Incident{
		ID: fmt.Sprintf("%012x", i*7919), Kind: kinds[i%len(kinds)], SeriesKey: fmt.Sprint("series ", i),
		Service: fmt.Sprint("svc-", i%2000), Environment: "prod", Severity: detector.SeverityPage, Status: detector.StatusOpen,
		Title:    fmt.Sprintf("Errors of payments rose to 1,204 lines in 5 min, 3.1 expected; needle %d seen", i),
		Template: "failed to reach <*> after <*> ms: connection refused", TemplateID: fmt.Sprintf("%016x", i%5000),
		Onset: opened.Add(-time.Minute), OpenedAt: opened, UpdatedAt: opened, Page: true,
		Samples:  []detector.Sample{{Text: string(bytes.Repeat([]byte("failed to reach db-1 "), 40))}},
		Chart:    &detector.Chart{Start: opened, Expected: make([]float64, 120), Low: make([]float64, 120), High: make([]float64, 120)},
		Timeline: []detector.Entry{{At: opened, Kind: detector.EntryOpened}},
	}
	return in
}

func fill(b *testing.B, s *store.Store, n int) {
	ctx := context.Background()
	const batch = 2000
	began := time.Now()
	for first := 0; first < n; first += batch {
		var c store.Commit
		for i := first; i < first+batch; i++ {
			in := example(n, i)
			event := detector.ChangeOpened
			if i > 200 {
				event, in.UpdatedAt, in.Status = detector.ChangeResolved, in.OpenedAt.Add(time.Minute), detector.StatusResolved
				in.ResolvedAt = &in.UpdatedAt
			}
			c.Changes = append(c.Changes, detector.Change{Event: event, Incident: in})
		}
		if err := s.Commit(ctx, c); err != nil {
			b.Fatal(err)
		}
	}
	var shapes []store.Shape
	for i := range n {
		shapes = append(shapes, store.Shape{
			ID: detector.ShapeID(i), Service: fmt.Sprint("svc-", i%2000), Text: fmt.Sprintf("request %d of <*> took <*> ms", i),
			First: noon().Add(-time.Duration(i) * time.Minute), Last: noon(),
		})
	}
	if err := s.PutShapes(ctx, shapes); err != nil {
		b.Fatal(err)
	}
	b.Logf("filled in %v", time.Since(began))
}
