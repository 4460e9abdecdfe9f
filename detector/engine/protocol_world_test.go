package engine

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// simWorld lets replicas run, one step of one goroutine at a time, as chance of a seed will have it, and hurts them.
// What is promised stands in rate/DESIGN.md; broken is the first of it that did not hold.
type simWorld struct {
	t       *testing.T
	rnd     *rand.Rand
	fresh   func() rate.Backend
	backend rate.Backend
	done    []func(rate.Backend) error // what was acknowledged, to go back in time
	delayed []func() error             // writes that are still under way
	ledger  *memoryLedger
	logs    []*simLog
	owners  []*simReplica // the group's word, by partition
	all     []*simReplica
	calm    bool
	ahead   time.Duration // of the clock that processes are handed, before the time of records
	mode    simMode
	slow    bool
	high    map[rate.Partition]time.Time // the furthest watermark that was written
	secrets map[string]uint64            // lines with a secret, by service
	opened  map[[2]string]time.Time      // incidents, by kind and series
	faults  simFaults
	broken  string

	mu      sync.Mutex
	waiting []*gate
	stuck   []*gate // of killed processes
	over    bool
}

type simFaults struct{ kills, zombies, lost, wiped, trimmed, anew, delayed, jumps, fenced, rewound int }

const simPartitions = 2

// simMode is what the log does: what is exact differs.
type simMode int

const (
	joining  simMode = iota // some events are several records
	trimming                // retention takes records before they are read
	renewing                // the topic is made anew
)

func newSimWorld(t *testing.T, seed uint64, fresh func() rate.Backend) *simWorld {
	w := &simWorld{
		t: t, rnd: rand.New(rand.NewPCG(seed, 17)), fresh: fresh, backend: fresh(), ledger: newMemoryLedger(), mode: simMode(seed % 3), slow: seed/3%3 == 2,
		secrets: make(map[string]uint64), high: make(map[rate.Partition]time.Time),
		opened: make(map[[2]string]time.Time),
	}
	for i := range simPartitions {
		w.logs = append(w.logs, &simLog{id: rate.Partition{Topic: "logs", ID: i}, name: fmt.Sprint("log ", i)})
	}
	w.owners = make([]*simReplica, simPartitions)
	return w
}

func (w *simWorld) fail(format string, args ...any) {
	if w.broken == "" {
		w.broken = fmt.Sprintf(format, args...)
	}
}

// fault returns 0 or 1, each once in n calls, else 2; after the faults have ended always 2.
func (w *simWorld) fault(n int) int {
	if w.calm {
		return 2
	}
	return min(w.rnd.IntN(n), 2)
}

// write applies a write at the backend, and holds the partition against its log at once.
func (w *simWorld) write(p rate.Partition, epoch uint64, f rate.Flush) error {
	err := w.backend.Write(context.Background(), p, epoch, f)
	if err == nil {
		w.done = append(w.done, func(to rate.Backend) error { return to.Write(context.Background(), p, epoch, f) })
		if f.Checkpoint.Watermark.After(w.high[p]) {
			w.high[p] = f.Checkpoint.Watermark
		}
	}
	w.balance(p)
	return err
}

// clock is what processes take for the time: it jumps.
func (w *simWorld) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.ahead)
}

// start begins a process.
func (w *simWorld) start() *simReplica {
	r := &simReplica{w: w, id: len(w.all), runs: make(map[rate.Partition]context.CancelFunc)}
	w.all = append(w.all, r)
	var parts []rate.Partition
	for _, l := range w.logs {
		parts = append(parts, l.id)
	}
	backend := simBackend{w.backend, r}
	r.e = New(Options{
		Log: fixedLog{parts}, Backend: backend, Reader: rate.NewReader(backend, rate.ReaderOptions{Now: time.Now}),
		Ledger: simLedger{w.ledger, r}, Clock: w.clock, Logger: slog.New(slog.DiscardHandler), Retention: 48 * time.Hour,
		Redactor: func() Redactor { return simRedactor{} }, Corrector: func() Corrector { return clock.New(clock.Options{}) },
		Suite: func(tm *Templates) Suite {
			return anomaly.New(anomaly.Options{Text: func(_ string, id detector.ShapeID) string { return tm.Text(id) }})
		},
	})
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), simRole{}, "judge"))
	r.stop = append(r.stop, cancel)
	r.done.Go(func() {
		if err := r.e.evaluate(ctx); err != nil && !w.ended() {
			w.fail("evaluation ended: %v", err)
		}
	})
	return r
}

func (w *simWorld) ended() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.over
}

// assign lets the group give a partition to r, unless r still has not let go of it.
func (w *simWorld) assign(i int, r *simReplica) {
	l := w.logs[i]
	if r.counts(l.id) {
		return
	}
	w.owners[i] = r
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), simRole{}, "counter "+l.id.String()))
	w.mu.Lock()
	r.runs[l.id] = cancel
	w.mu.Unlock()
	r.stop = append(r.stop, cancel)
	r.done.Go(func() {
		if err := r.e.consume(ctx, l.id, &simPartition{r: r, l: l}); err != nil {
			w.fail("consume: %v", err)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(r.runs, l.id)
	})
}

func (r *simReplica) counts(id rate.Partition) bool {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	return r.runs[id] != nil
}

// revoke ends r's work on a partition in order.
func (w *simWorld) revoke(i int) {
	r := w.owners[i]
	if r == nil {
		return
	}
	w.owners[i] = nil
	w.mu.Lock()
	cancel := r.runs[w.logs[i].id]
	w.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}

// kill ends a process at once: no goroutine of it is ever let on again.
func (w *simWorld) kill(r *simReplica) {
	r.dead = true
	for i := range w.owners {
		if w.owners[i] == r {
			w.owners[i] = nil
		}
	}
}

// live are the processes that were not killed.
func (w *simWorld) live() []*simReplica {
	return slices.DeleteFunc(slices.Clone(w.all), func(r *simReplica) bool { return r.dead })
}

// turn lets one of the goroutines that wait go on; false where none waits.
func (w *simWorld) turn() bool {
	synctest.Wait()
	w.mu.Lock()
	w.waiting = slices.DeleteFunc(w.waiting, func(g *gate) bool {
		if g.r.dead {
			w.stuck = append(w.stuck, g)
		}
		return g.r.dead
	})
	slices.SortFunc(w.waiting, func(a, b *gate) int { return cmp.Or(a.r.id-b.r.id, cmp.Compare(a.what, b.what)) })
	if len(w.waiting) == 0 {
		w.mu.Unlock()
		return false
	}
	i := w.rnd.IntN(len(w.waiting))
	g := w.waiting[i]
	w.waiting = slices.Delete(w.waiting, i, i+1)
	w.mu.Unlock()
	close(g.ready)
	synctest.Wait()
	return true
}

// rewind loses up to n acknowledged steps of the backend, as a fail-over does; all where n is negative.
func (w *simWorld) rewind(n int) {
	keep := 0
	if n >= 0 {
		keep = max(0, len(w.done)-w.rnd.IntN(n+1))
	}
	w.done = w.done[:keep]
	w.backend = w.fresh()
	for _, step := range w.done {
		if err := step(w.backend); err != nil {
			w.fail("the same steps again: %v", err)
		}
	}
}

// end lets everything that still runs go, to its end.
func (w *simWorld) end() {
	w.mu.Lock()
	w.over = true
	for _, g := range append(w.waiting, w.stuck...) {
		close(g.ready)
	}
	w.waiting, w.stuck = nil, nil
	w.mu.Unlock()
	for _, r := range w.all {
		for _, cancel := range r.stop {
			cancel()
		}
	}
	for _, r := range w.all {
		w.faults.fenced += int(r.e.Stats.Fenced.Load())
		w.faults.rewound += int(r.e.Stats.Rewound.Load())
		r.done.Wait()
	}
}
