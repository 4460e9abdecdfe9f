//go:build linux

package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/chaos/proxy"
)

// cuts are the faults of the network: every way that tocsin uses, in every manner.
func cuts() []fault {
	ways := []struct {
		name string
		of   func(r *replica) []*proxy.Proxy
	}{
		{"Kafka", func(r *replica) []*proxy.Proxy { return r.toKafka }},
		{"Redis", func(r *replica) []*proxy.Proxy { return []*proxy.Proxy{r.toRedis} }},
		{"Postgres", func(r *replica) []*proxy.Proxy { return []*proxy.Proxy{r.toStore} }},
		{"receivers", func(r *replica) []*proxy.Proxy { return []*proxy.Proxy{r.hook, r.slack} }},
	}
	var out []fault
	for _, way := range ways {
		for _, mode := range []proxy.Mode{proxy.Refuse, proxy.BlackHole, proxy.HalfOpen, proxy.Slow, proxy.Forgotten} {
			out = append(out, fault{
				name: fmt.Sprintf("%s: %s", way.name, mode), part: way.name, hold: 5 * time.Second, again: way.name == "Postgres" || way.name == "receivers",
				inject: func(_ context.Context, w *world, r *rand.Rand) (func(context.Context) error, error) {
					var cut []*proxy.Proxy
					for _, victim := range someOf(w.replicas[:running], r) {
						cut = append(cut, way.of(victim)...)
					}
					return set(cut, mode), nil
				},
			})
		}
	}
	for _, mode := range []proxy.Mode{proxy.Refuse, proxy.BlackHole, proxy.Slow} {
		out = append(out, fault{
			name: fmt.Sprintf("between brokers: %s", mode), part: "Kafka", hold: 6 * time.Second,
			inject: func(_ context.Context, w *world, r *rand.Rand) (func(context.Context) error, error) {
				mend := set([]*proxy.Proxy{w.kafka.brokers[r.IntN(brokerCount)].inter}, mode)
				return func(ctx context.Context) error {
					if err := mend(ctx); err != nil {
						return err
					}
					return w.kafka.answers(ctx)
				}, nil
			},
		})
	}
	return out
}

// set puts proxies into a mode; what it returns opens them.
func set(proxies []*proxy.Proxy, mode proxy.Mode) func(context.Context) error {
	for _, p := range proxies {
		p.Set(mode)
	}
	return func(context.Context) error {
		for _, p := range proxies {
			p.Set(proxy.Open)
		}
		return nil
	}
}

// someOf draws one or all.
func someOf[T any](all []T, r *rand.Rand) []T {
	if i := r.IntN(2 * len(all)); i < len(all) {
		return all[i : i+1]
	}
	return all
}
