//go:build linux

package chaos

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// BenchmarkPages measures, at a steady rate (CHAOS_RATE lines a second, 20,000), how long it takes from a line to the
// page at the webhook: of a rule and of a secret. A detector has to know its series first and is not measured. All is on
// one machine, with three brokers and three replicas; the rate that it bore is told too.
func BenchmarkPages(b *testing.B) {
	o := options{seed: 1, partitions: 6, rate: 20_000, giveUp: 5 * time.Minute}
	if v := os.Getenv("CHAOS_RATE"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			b.Fatalf("CHAOS_RATE: %v", err)
		}
		o.rate = n
	}
	w := newWorld(b, o)
	ctx, stop := context.WithCancel(b.Context())
	var flows sync.WaitGroup
	flows.Go(func() { w.producer.run(ctx) })
	defer flows.Wait()
	defer stop()
	wait(ctx, 10*time.Second)
	const times = 50
	began, before := time.Now(), w.producer.acknowledged()
	var planted []time.Time
	for i := range times {
		planted = append(planted, time.Now())
		w.producer.plant(fmt.Sprintf("host-%04d", i))
		w.producer.leak(fmt.Sprintf("vault-%04d", i))
		wait(ctx, time.Second)
	}
	bore := float64(w.producer.acknowledged()-before) / time.Since(began).Seconds()
	b.ReportMetric(bore, "lines/s")
	for _, kind := range []struct {
		name string
		mine func(p page, i int) bool
	}{
		{"rule", func(p page, i int) bool { return strings.Contains(p.title, fmt.Sprintf("host-%04d", i)) }},
		{"secret", func(p page, i int) bool { return p.kind == "secret" && p.service == fmt.Sprintf("vault-%04d", i) }},
	} {
		var took []time.Duration
		for i, at := range planted {
			if err := poll(ctx, kind.name, func() error {
				for _, p := range w.pages.all() {
					if p.event == "opened" && kind.mine(p, i) {
						took = append(took, p.at.Sub(at))
						return nil
					}
				}
				if time.Since(at) > o.giveUp {
					return fatal{fmt.Errorf("%s %d: no page after %s", kind.name, i, o.giveUp)}
				}
				return fmt.Errorf("%s %d has no page yet", kind.name, i)
			}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(quantile(took, 0.5).Seconds(), kind.name+"-p50-s")
		b.ReportMetric(quantile(took, 0.99).Seconds(), kind.name+"-p99-s")
	}
	b.ReportMetric(0, "ns/op")
}
