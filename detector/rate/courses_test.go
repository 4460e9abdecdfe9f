package rate_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// asked remembers of which partitions blocks are read.
type asked struct {
	*rate.Memory
	of []rate.Partition
}

func (a *asked) Blocks(ctx context.Context, p rate.Partition, width time.Duration, starts []time.Time, shards rate.ShardSet) ([]rate.Block, error) {
	a.of = append(a.of, p)
	return a.Memory.Blocks(ctx, p, width, starts, shards)
}

// TestCoursesOfServices: the courses of some services are those among the courses of all, over partitions that hold all,
// some or none of them, while series come; and where none of them stands nothing is read.
func TestCoursesOfServices(t *testing.T) {
	testkit.OneGoroutine(t)
	ctx, random := context.Background(), rand.New(rand.NewPCG(6, 9))
	b := &asked{Memory: rate.NewMemory()}
	parts := make([]rate.Partition, 4)
	counters := make([]*rate.Counter, len(parts))
	for i := range parts {
		parts[i] = rate.Partition{Topic: "logs", ID: i}
		claim, err := b.Claim(ctx, parts[i], 1)
		if err != nil {
			t.Fatal(err)
		}
		counters[i] = rate.NewCounter(parts[i], 1, claim, b, rate.CounterOptions{})
	}
	r := readerOf(b)
	key := func(s detector.Series) (detector.Series, bool) {
		return detector.Series{Service: s.Service, Shape: s.Shape}, s.Class == detector.ClassLine
	}
	for round := range 8 {
		for i, c := range counters {
			for range 400 {
				service := random.IntN(3+round) + 20*(i%3) // two partitions share services, others have their own
				c.Line(epoch0.Add(time.Duration(random.IntN(3600))*time.Second), fmt.Sprint("svc-", service), []string{"prod", "test"}[random.IntN(2)], detector.LevelInfo, detector.ShapeID(random.IntN(30)), 10)
			}
			c.Hit(detector.Series{Class: detector.ClassRule, Name: fmt.Sprint("rule ", round)}, epoch0, 100, 100)
			mustFlush(t, c, rate.Checkpoint{Next: int64(round + 1), Watermark: epoch0.Add(time.Hour)})
		}
		for _, services := range [][]string{{"svc-1"}, {"svc-21", "svc-2", "svc-21"}, {"nobody"}, {}, {fmt.Sprint("svc-", 40+random.IntN(4)), "svc-22"}, {"svc-0", "svc-20", "svc-40"}} {
			for _, step := range []time.Duration{time.Minute, 10 * time.Minute} {
				q := rate.Query{From: epoch0, To: epoch0.Add(time.Hour), Step: step}
				all, err := r.Courses(ctx, q, key)
				if err != nil {
					t.Fatal(err)
				}
				for k := range all {
					if !slices.Contains(services, k.Service) {
						delete(all, k)
					}
				}
				q.Services, b.of = services, nil
				some, err := r.Courses(ctx, q, key)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(all, some); diff != "" {
					t.Fatalf("%v in round %d (-of all +sought):\n%s", services, round, diff)
				}
				for i, p := range parts {
					if has := slices.ContainsFunc(services, func(s string) bool { return has(t, b, p, s) }); has != slices.Contains(b.of, p) {
						t.Errorf("%v in round %d: partition %d is read: %v, it has them: %v", services, round, i, !has, has)
					}
				}
			}
		}
	}
}

// has tells whether a partition ever counted a line of a service.
func has(t *testing.T, b rate.Backend, p rate.Partition, service string) bool {
	t.Helper()
	series, err := b.Dictionary(context.Background(), p, 0)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(series, func(s detector.Series) bool { return s.Service == service })
}
