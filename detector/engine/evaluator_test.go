package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/template"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

var (
	day = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	end = day.Add(4 * time.Hour)
)

// fixedLog is a log of which only the partitions matter.
type fixedLog struct{ partitions []rate.Partition }

func (fixedLog) Run(ctx context.Context, _ source.Handler) error { <-ctx.Done(); return nil }

func (l fixedLog) Partitions(context.Context) ([]rate.Partition, error) { return l.partitions, nil }

// count is what one partition counted of one series in one bucket.
type count struct {
	partition int
	at        time.Time
	series    detector.Series
	lines     uint64
}

// traffic is four hours of six services over three partitions: one surges, one falls silent, one logs a secret.
func traffic(seed uint64) []count {
	r := rand.New(rand.NewPCG(seed, 9))
	var out []count
	for i := range 4 * 360 {
		at := day.Add(time.Duration(i) * rate.Fine)
		for s := range 6 {
			mean := 40.0
			switch {
			case s == 1 && i > 1300 && i < 1340:
				mean = 4000
			case s == 2 && i > 1320:
				mean = 0
			}
			for p := range 3 {
				n := int(mean/3 + r.NormFloat64()*2 + .5)
				if n > 0 && mean > 0 {
					out = append(out, count{p, at, detector.Series{Service: fmt.Sprintf("svc-%d", s), Level: detector.LevelInfo, Shape: 100}, uint64(n)})
				}
			}
		}
		if i == 1350 {
			out = append(out, count{1, at, detector.Series{Class: detector.ClassSecret, Service: "svc-3", Name: "password", Key: "dsn"}, 1})
		}
	}
	return out
}

// rig is an engine over counts in memory whose clock the test moves.
type rig struct {
	t        *testing.T
	e        *Engine
	v        *evaluator
	ledger   *memoryLedger
	backend  *rate.Memory
	counters []*rate.Counter
	now      time.Time
	tick     time.Duration // how much later it is each time the clock is asked
}

func newRig(t *testing.T, backend *rate.Memory, ledger *memoryLedger) *rig {
	r := &rig{t: t, ledger: ledger, backend: backend, now: day}
	clock := func() time.Time {
		r.now = r.now.Add(r.tick)
		return r.now
	}
	var parts []rate.Partition
	for i := range 3 {
		parts = append(parts, rate.Partition{Topic: "logs", ID: i})
	}
	r.e = New(Options{
		Log: fixedLog{parts}, Backend: backend, Reader: rate.NewReader(backend, rate.ReaderOptions{Now: clock}),
		Ledger: ledger, Clock: clock, Logger: slog.New(slog.DiscardHandler), Retention: 48 * time.Hour,
		Suite: func(tm *Templates) Suite {
			return anomaly.New(anomaly.Options{Text: func(_ string, id detector.ShapeID) string { return tm.Text(id) }})
		},
	})
	for _, p := range parts {
		r.e.health.assigned(p, true)
	}
	r.v = newEvaluator(r.e)
	return r
}

// own claims the partitions for counting.
func (r *rig) own() {
	for i := range 3 {
		p := rate.Partition{Topic: "logs", ID: i}
		r.ledger.epoch++
		claim, err := r.backend.Claim(context.Background(), p, r.ledger.epoch)
		if err != nil {
			r.t.Fatal(err)
		}
		r.counters = append(r.counters, rate.NewCounter(p, r.ledger.epoch, claim, r.backend, rate.CounterOptions{}))
	}
}

// until counts what is before t, and moves the clock and the watermarks there.
func (r *rig) until(t time.Time, counts []count) []count {
	for len(counts) > 0 && counts[0].at.Before(t) {
		c := counts[0]
		r.counters[c.partition].Hit(c.series, c.at, c.lines, c.lines*100)
		counts = counts[1:]
	}
	r.now = t
	for _, c := range r.counters {
		if err := c.Flush(context.Background(), rate.Checkpoint{Next: 1, End: 1, Watermark: t, Updated: t}); err != nil {
			r.t.Fatal(err)
		}
	}
	return counts
}

// outline is what must not depend on how often and by whom buckets were judged.
func outline(l *memoryLedger) []string {
	var out []string
	for id, in := range l.last {
		resolved := "open"
		if in.ResolvedAt != nil {
			resolved = in.ResolvedAt.Format(time.TimeOnly)
		}
		out = append(out, fmt.Sprintf("%s %s %s %s onset %s opened %s %s", id, in.Kind, in.Service, in.Template,
			in.Onset.Format(time.TimeOnly), in.OpenedAt.Format(time.TimeOnly), resolved))
	}
	slices.Sort(out)
	return out
}

func step(t *testing.T, r *rig) {
	t.Helper()
	if err := r.v.step(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// straight judges the traffic without any trouble, in strides of so many buckets.
func straight(t *testing.T, stride int) []string {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	counts := traffic(1)
	for at := day; len(counts) > 0; {
		at = earlier(at.Add(time.Duration(stride)*rate.Fine), end)
		counts = r.until(at, counts)
		step(t, r)
	}
	return outline(r.ledger)
}

func TestIncidentsDoNotDependOnHowOftenBucketsAreJudged(t *testing.T) {
	testkit.OneGoroutine(t)
	want := straight(t, 1)
	if len(want) < 3 {
		t.Fatalf("the traffic has three faults, found:\n%v", want)
	}
	for _, stride := range []int{7, 360, 2000} {
		if diff := cmp.Diff(want, straight(t, stride)); diff != "" {
			t.Errorf("stride %d: %s", stride, diff)
		}
	}
}

// Owners die at any moment, with or without saving their state; each is followed by one that starts from what was kept.
func TestIncidentsSurviveTheirOwners(t *testing.T) {
	testkit.OneGoroutine(t)
	want := straight(t, 1)
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 3))
		backend, ledger := rate.NewMemory(), newMemoryLedger()
		r := newRig(t, backend, ledger)
		r.own()
		counts, deaths := traffic(1), 0
		for at := day; len(counts) > 0; {
			at = earlier(at.Add(time.Duration(1+random.IntN(20))*rate.Fine), end)
			counts = r.until(at, counts)
			step(t, r)
			if random.IntN(12) > 0 {
				continue
			}
			deaths++
			if random.IntN(2) == 0 {
				if err := r.v.leave(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
			counters := r.counters
			r = newRig(t, backend, ledger)
			r.counters, r.now = counters, at
		}
		if diff := cmp.Diff(want, outline(ledger)); diff != "" {
			t.Errorf("seed %d, %d deaths: %s", seed, deaths, diff)
		}
	}
}

func TestAZombieCommitsNothing(t *testing.T) {
	backend, ledger := rate.NewMemory(), newMemoryLedger()
	old := newRig(t, backend, ledger)
	old.own()
	counts := old.until(day.Add(3*time.Hour), traffic(1))
	step(t, old)
	fresh := newRig(t, backend, ledger)
	fresh.counters, fresh.now = old.counters, old.now
	step(t, fresh)
	before := len(ledger.changes)
	old.until(day.Add(4*time.Hour), counts)
	if err := old.v.step(context.Background()); !errors.Is(err, ErrShardFenced) {
		t.Fatalf("the old owner's step: %v, want ErrShardFenced", err)
	}
	if n := len(ledger.changes) - before; n != 0 {
		t.Errorf("the old owner committed %d changes", n)
	}
}

// A replica that leaves after another has claimed its shards has handed them over: that is no failure, and it writes nothing.
func TestLeavingAfterTheNextOwnerCameIsNoFailure(t *testing.T) {
	backend, ledger := rate.NewMemory(), newMemoryLedger()
	old := newRig(t, backend, ledger)
	old.own()
	counts := old.until(day.Add(time.Hour), traffic(1))
	step(t, old)
	fresh := newRig(t, backend, ledger)
	fresh.counters, fresh.now = old.counters, old.now
	fresh.until(day.Add(2*time.Hour), counts)
	step(t, fresh)
	if err := fresh.v.saveShards(t.Context(), rate.AllShards); err != nil {
		t.Fatal(err)
	}
	kept := func() (states [][]byte) {
		for shard := range rate.Shards {
			state, err := backend.LoadState(t.Context(), shard)
			if err != nil {
				t.Fatal(err)
			}
			states = append(states, state)
		}
		return states
	}
	before, changes := kept(), len(ledger.changes)
	if err := old.v.leave(t.Context()); err != nil {
		t.Error(err)
	}
	if len(ledger.changes) != changes || !cmp.Equal(before, kept()) {
		t.Error("the old owner wrote over what the new one has")
	}
}

func TestAStoreThatIsAwayIsWaitedFor(t *testing.T) {
	ledger := newMemoryLedger()
	fails := 3
	ledger.fail = func() error {
		if fails--; fails >= 0 {
			return errors.New("away")
		}
		return nil
	}
	r := newRig(t, rate.NewMemory(), ledger)
	r.own()
	r.until(day.Add(4*time.Hour), traffic(1))
	step(t, r)
	if diff := cmp.Diff(straight(t, 2000), outline(ledger)); diff != "" {
		t.Error(diff)
	}
}

func TestAliasesAreKeptAlthoughTheStoreWasAway(t *testing.T) {
	ledger := newMemoryLedger()
	ledger.refuse = 2
	for i, word := range []string{"alpha", "beta", "gamma", "delta", "omega", "sigma", "kappa", "theta"} {
		ledger.shapes = append(ledger.shapes, template.Known{
			ID: detector.ShapeID(100 + i), Text: "user " + word + " logged in from the office", Service: "a", Level: detector.LevelInfo, First: day,
		})
	}
	r := newRig(t, rate.NewMemory(), ledger)
	var found []template.Alias
	for i := range 3 {
		got, err := r.e.learn(context.Background())
		if (err != nil) != (i < 2) {
			t.Fatalf("try %d: %v", i+1, err)
		}
		found = append(found, got...)
	}
	if len(found) == 0 {
		t.Fatal("the shapes are not merged: the test shows nothing")
	}
	if diff := cmp.Diff(found, ledger.aliases); diff != "" {
		t.Errorf("found and kept differ: %s", diff)
	}
}
