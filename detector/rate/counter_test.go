package rate_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// flaky lets writes fail before or after they took place, and reads fail.
type flaky struct {
	rate.Backend
	rnd    *rand.Rand
	failed int
}

var errAway = errors.New("away")

func (f *flaky) Write(ctx context.Context, p rate.Partition, epoch uint64, flush rate.Flush) error {
	switch f.rnd.IntN(4) {
	case 0:
		f.failed++
		return errAway
	case 1:
		if err := f.Backend.Write(ctx, p, epoch, flush); err != nil {
			return err
		}
		f.failed++
		return errAway
	}
	return f.Backend.Write(ctx, p, epoch, flush)
}

func (f *flaky) Load(ctx context.Context, p rate.Partition, epoch, sequence uint64, width time.Duration, starts []time.Time) ([]rate.Block, error) {
	if f.rnd.IntN(4) == 0 {
		f.failed++
		return nil, errAway
	}
	return f.Backend.Load(ctx, p, epoch, sequence, width, starts)
}

// event is a line of the simulated log.
type event struct {
	at    time.Time
	level detector.Level
	shape detector.ShapeID
	svc   string
	bytes int
}

var epoch0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// makeLog makes events that go forward over two hours, with late ones among them, some by far.
func makeLog(rnd *rand.Rand, n int) []event {
	out := make([]event, n)
	for i := range out {
		at := epoch0.Add(time.Duration(i) * 2 * time.Hour / time.Duration(n))
		switch rnd.IntN(20) {
		case 0:
			at = at.Add(-time.Duration(rnd.IntN(90)) * time.Second)
		case 1:
			at = at.Add(-time.Duration(rnd.IntN(3600)) * time.Second)
		}
		out[i] = event{
			at: at, level: detector.Level(rnd.IntN(7)), shape: detector.ShapeID(2 + rnd.IntN(40)),
			svc: fmt.Sprintf("service-%d", rnd.IntN(9)), bytes: 20 + rnd.IntN(200),
		}
	}
	return out
}

// TestCounterIsExact runs owners that die at any moment, over a backend that fails at any moment, and holds what is
// kept against what was logged.
func TestCounterIsExact(t *testing.T) {
	testkit.OneGoroutine(t)
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			log := makeLog(rnd, 4000)
			memory := rate.NewMemory()
			backend := &flaky{Backend: memory, rnd: rnd}
			p := rate.Partition{Topic: "logs", ID: 1}
			ctx := context.Background()
			owners := 0
			for next := int64(0); next < int64(len(log)); owners++ {
				claim, err := backend.Claim(ctx, p, uint64(owners+1))
				if err != nil {
					t.Fatal(err)
				}
				next = claim.Checkpoint.Next
				c := rate.NewCounter(p, uint64(owners+1), claim, backend, rate.CounterOptions{MaxBuckets: 40})
				next = own(t, rnd, c, log, next)
			}
			if owners < 3 || backend.failed < 10 {
				t.Fatalf("%d owners and %d failures: too few to show anything", owners, backend.failed)
			}
			compare(t, memory, p, log)
			compareRules(t, memory, log)
		})
	}
}

// own counts from next on until the log ends or the owner dies, and returns where it was.
func own(t *testing.T, rnd *rand.Rand, c *rate.Counter, log []event, next int64) int64 {
	life := 1 + rnd.IntN(1500)
	tallies := make(talliesOf)
	for ; ; life-- {
		full := next == int64(len(log))
		if !full && (c.Full() || rnd.IntN(40) == 0) || full {
			at := log[min(next, int64(len(log)-1))].at
			cp := rate.Checkpoint{Next: next, Watermark: at.Add(-15 * time.Second)}
			err := c.Flush(context.Background(), cp)
			switch {
			case errors.Is(err, errAway):
				continue
			case err != nil:
				t.Fatal(err)
			case full:
				return next
			}
		}
		if life <= 0 {
			return next // killed: what was not flushed is lost and read again
		}
		e := log[next]
		c.Line(e.at, e.svc, "prod", e.level, e.shape, e.bytes)
		tallies.count(c, &e)
		next++
	}
}

func compare(t *testing.T, b rate.Backend, p rate.Partition, log []event) {
	t.Helper()
	now := func() time.Time { return epoch0.Add(3 * time.Hour) }
	r := rate.NewReader(b, rate.ReaderOptions{Now: now})
	type key struct {
		svc   string
		level detector.Level
		shape detector.ShapeID
	}
	for _, span := range [][2]time.Duration{
		{-2 * time.Hour, 3 * time.Hour},                                        // mostly coarse buckets
		{20 * time.Second, time.Hour + 30*time.Second},                         // both
		{7 * time.Minute, 7*time.Minute + 10*time.Second},                      // one fine bucket
		{time.Hour + 5*time.Minute, time.Hour + 10*time.Minute},                // one coarse bucket
		{time.Hour + 55*time.Minute + 10*time.Second, 2*time.Hour + time.Hour}, // the open end
	} {
		from, to := epoch0.Add(span[0]), epoch0.Add(span[1])
		want := make(map[key][2]uint64)
		for _, e := range log {
			if !e.at.Before(from) && e.at.Before(to) {
				k := key{e.svc, e.level, e.shape}
				v := want[k]
				want[k] = [2]uint64{v[0] + 1, v[1] + uint64(e.bytes)}
			}
		}
		sums, err := r.Sum(context.Background(), from, to, rate.By{Service: true, Level: true, Shape: true}, []rate.Partition{p})
		if err != nil {
			t.Fatal(err)
		}
		got := make(map[key][2]uint64)
		for _, c := range sums.Counts {
			got[key{c.Service, c.Level, c.Shape}] = [2]uint64{c.Lines, c.Bytes}
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(key{})); diff != "" {
			t.Fatalf("lines and bytes from %v to %v (-want +got):\n%s", span[0], span[1], diff)
		}
		if !sums.From.Equal(from) || !sums.To.Equal(to) {
			t.Errorf("range %v to %v was widened to %v to %v", from, to, sums.From, sums.To)
		}
	}
}
