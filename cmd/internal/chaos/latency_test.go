//go:build linux

package chaos

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// BenchmarkPages measures, at a steady rate (CHAOS_RATE lines a second, 20,000), how long it takes from a line to the page at the
// webhook: of a rule, of a secret, and of what detectors find in services whose past the topic holds when the replicas start.
// NAME-p50-s and -p99-s are from the first line of what broke, NAME-decided-… from what decided: the end of the bucket, or the
// moment of the look that called it where that was earlier. All is on one machine, with three brokers and three replicas; the rate that it bore
// is told too.
func BenchmarkPages(b *testing.B) {
	services := newKnown(rand.New(rand.NewPCG(1, 3)))
	ctx, stop := context.WithCancel(b.Context())
	var flows sync.WaitGroup
	o := options{seed: 1, partitions: 6, rate: 20_000, giveUp: 5 * time.Minute, before: func(starting context.Context, p *producer) error {
		until, err := services.past(starting, p)
		flows.Go(func() { services.run(ctx, p, until) })
		return err
	}}
	if v := os.Getenv("CHAOS_RATE"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			b.Fatalf("CHAOS_RATE: %v", err)
		}
		o.rate = n
	}
	defer flows.Wait()
	defer stop()
	w := newWorld(b, o)
	if err := w.judged(ctx); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d lines of the past are judged after %s", w.producer.acknowledged(), time.Since(w.began).Round(time.Second))
	flows.Go(func() { w.producer.run(ctx) })
	wait(ctx, 10*time.Second)
	began, before := time.Now(), w.producer.acknowledged()
	pages := w.breakAll(ctx, services)
	b.ReportMetric(float64(w.producer.acknowledged()-before)/time.Since(began).Seconds(), "lines/s")
	b.ReportMetric(0, "ns/op")
	took := make(map[string][]time.Duration)
	for _, wanted := range pages {
		p, err := w.pageOf(ctx, wanted, o.giveUp)
		if err != nil {
			b.Error(err)
			continue
		}
		took[wanted.what] = append(took[wanted.what], p.at.Sub(wanted.since))
		if wanted.detected {
			took[wanted.what+"-decided"] = append(took[wanted.what+"-decided"], p.at.Sub(p.openedAt))
		}
	}
	for what, all := range took {
		b.ReportMetric(quantile(all, 0.5).Seconds(), what+"-p50-s")
		b.ReportMetric(quantile(all, 0.99).Seconds(), what+"-p99-s")
	}
}

// wantedPage is one that has to come.
type wantedPage struct {
	what     string
	name     string // in the title, or of the service
	kind     string
	since    time.Time
	detected bool // by a detector
}

// breakAll breaks one service after the other, at all moments of a bucket, and beside each a host and a secret.
func (w *world) breakAll(ctx context.Context, services *known) []wantedPage {
	var out []wantedPage
	for i, at := range w.random.Perm(len(services.all)) {
		s, host, vault := services.all[at], fmt.Sprintf("host-%04d", i), fmt.Sprintf("vault-%04d", i)
		now := time.Now()
		w.producer.plant(host)
		w.producer.leak(vault)
		services.broken(s)
		out = append(out, wantedPage{what: "rule", name: host, kind: "rule", since: now}, wantedPage{what: "secret", name: vault, kind: "secret", since: now},
			wantedPage{what: s.way.name, name: s.name, kind: s.way.kind, since: now, detected: true})
		wait(ctx, 1030*time.Millisecond)
	}
	return out
}

// pageOf waits until the webhook was told of the opening.
func (w *world) pageOf(ctx context.Context, wanted wantedPage, within time.Duration) (got page, err error) {
	err = poll(ctx, wanted.name, func() error {
		for _, p := range w.pages.all() {
			if p.event == "opened" && p.kind == wanted.kind && p.at.After(wanted.since) && (p.service == wanted.name || strings.Contains(p.title, wanted.name)) {
				got = p
				return nil
			}
		}
		if time.Since(wanted.since) > within {
			return fatal{fmt.Errorf("%s: no page of kind %s after %s", wanted.name, wanted.kind, within)}
		}
		return fmt.Errorf("%s has no page of kind %s yet", wanted.name, wanted.kind)
	})
	return got, err
}

// judged waits until every replica has judged all but the last minute.
func (w *world) judged(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	return poll(ctx, "the judging of the past", func() error {
		for _, r := range w.replicas[:running] {
			var health struct {
				JudgedTo *time.Time `json:"judged_to"`
			}
			if err := cmp.Or(r.died(), r.get(ctx, "/api/v1/health", nil, &health)); err != nil {
				return err
			}
			if health.JudgedTo == nil || time.Since(*health.JudgedTo) > time.Minute {
				return fmt.Errorf("%s has judged to %v", r.name, health.JudgedTo)
			}
		}
		return nil
	})
}
