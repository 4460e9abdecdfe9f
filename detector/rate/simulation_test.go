package rate_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// rewinding is a backend that can lose the newest writes that it acknowledged, as a Redis does on fail-over.
type rewinding struct {
	rate.Backend
	rnd  *rand.Rand
	done []func(rate.Backend) error // what was acknowledged
	lost int
}

func (r *rewinding) Claim(ctx context.Context, p rate.Partition, epoch uint64) (rate.Claim, error) {
	c, err := r.Backend.Claim(ctx, p, epoch)
	if err == nil {
		r.done = append(r.done, func(b rate.Backend) error { _, err := b.Claim(ctx, p, epoch); return err })
	}
	return c, err
}

func (r *rewinding) Write(ctx context.Context, p rate.Partition, epoch uint64, f rate.Flush) error {
	if r.rnd.IntN(8) == 0 {
		return errAway
	}
	if err := r.Backend.Write(ctx, p, epoch, f); err != nil {
		return err
	}
	r.done = append(r.done, func(b rate.Backend) error { return b.Write(ctx, p, epoch, f) })
	if r.rnd.IntN(8) == 0 {
		return errAway // it is written, and nobody hears of it
	}
	return nil
}

// lose goes back by up to n steps.
func (r *rewinding) lose(t *testing.T, n int) {
	r.done = r.done[:max(0, len(r.done)-r.rnd.IntN(n+1))]
	r.Backend = rate.NewMemory()
	r.lost++
	for _, step := range r.done {
		if err := step(r.Backend); err != nil {
			t.Fatal(err)
		}
	}
}

// replica is a process that believes, rightly or not, that the partition is its own.
type replica struct {
	counter *rate.Counter
	next    int64
}

// TestProtocol lets several replicas that all believe to own one partition take turns as chance will have it, die,
// and write late, over a backend that fails and loses writes. In the end every line is counted once. A seed replays.
func TestProtocol(t *testing.T) {
	testkit.OneGoroutine(t)
	seeds := uint64(60)
	var fenced, behind, lost int
	for seed := range seeds {
		rnd := rand.New(rand.NewPCG(seed, 99))
		w := &world{
			t: t, rnd: rnd, log: makeLog(rnd, 400), backend: &rewinding{Backend: rate.NewMemory(), rnd: rnd},
			replicas: make([]replica, 1+rnd.IntN(4)),
		}
		w.run(seed)
		fenced, behind, lost = fenced+w.fenced, behind+w.behind, lost+w.backend.lost
	}
	if fenced < 50 || behind < 50 || lost < 50 {
		t.Errorf("%d writes fenced, %d out of sequence, %d losses: too few to show anything", fenced, behind, lost)
	}
}

type world struct {
	t              *testing.T
	rnd            *rand.Rand
	log            []event
	backend        *rewinding
	replicas       []replica
	epoch          uint64
	fenced, behind int
}

func (w *world) run(seed uint64) {
	for step := 0; ; step++ {
		if step > 100_000 {
			w.t.Fatalf("seed %d: no end", seed)
		}
		// Faults end some day, and then one replica alone goes on.
		calm := step > 400
		r := &w.replicas[0]
		if !calm {
			r = &w.replicas[w.rnd.IntN(len(w.replicas))]
			switch w.rnd.IntN(60) {
			case 0:
				w.backend.lose(w.t, 4)
			case 1:
				*r = replica{} // killed
			}
		}
		if w.step(r) && calm {
			break
		}
	}
	w.check(seed)
}

// step lets one replica do one thing, and says whether it reached the end of the log with everything kept.
func (w *world) step(r *replica) bool {
	if r.counter == nil {
		w.epoch++
		claim, err := w.backend.Claim(context.Background(), p0, w.epoch)
		if err != nil {
			w.t.Fatal(err) // epochs are never used twice, so the newest always wins
		}
		*r = replica{counter: rate.NewCounter(p0, w.epoch, claim, w.backend, rate.CounterOptions{}), next: claim.Checkpoint.Next}
		return false
	}
	for range w.rnd.IntN(30) {
		if r.next == int64(len(w.log)) {
			break
		}
		e := w.log[r.next]
		r.counter.Line(e.at, e.svc, "prod", e.level, e.shape, e.bytes)
		r.next++
	}
	if w.rnd.IntN(2) == 0 && r.next < int64(len(w.log)) {
		return false
	}
	at := w.log[min(r.next, int64(len(w.log)-1))].at
	err := r.counter.Flush(context.Background(), rate.Checkpoint{Next: r.next, Watermark: at.Add(-20 * time.Second)})
	switch {
	case errors.Is(err, rate.ErrFenced):
		w.fenced++
		*r = replica{}
	case errors.Is(err, rate.ErrSequence):
		w.behind++
		*r = replica{}
	case err != nil && !errors.Is(err, errAway):
		w.t.Fatal(err)
	}
	return err == nil && r.next == int64(len(w.log))
}

// check holds the sums against the log, over coarse buckets and over fine ones.
func (w *world) check(seed uint64) {
	w.t.Helper()
	type key struct {
		svc   string
		shape uint64
	}
	want := make(map[key]uint64)
	for _, e := range w.log {
		want[key{e.svc, uint64(e.shape)}]++
	}
	r := rate.NewReader(w.backend, rate.ReaderOptions{Now: func() time.Time { return epoch0.Add(3 * time.Hour) }})
	sums, err := r.Sum(context.Background(), epoch0.Add(-2*time.Hour), epoch0.Add(3*time.Hour), rate.By{Service: true, Shape: true}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range sums.Counts {
		if k := (key{c.Service, uint64(c.Shape)}); want[k] != c.Lines {
			w.t.Fatalf("seed %d: %s %v: %d lines, %d were logged", seed, c.Service, c.Shape, c.Lines, want[k])
		}
	}
	if len(sums.Counts) != len(want) {
		w.t.Fatalf("seed %d: %d series, %d were logged", seed, len(sums.Counts), len(want))
	}
	var fine uint64
	starts, err := w.backend.Starts(context.Background(), p0, rate.Fine, epoch0.Add(-2*time.Hour), epoch0.Add(3*time.Hour))
	if err != nil {
		w.t.Fatal(err)
	}
	blocks, err := w.backend.Blocks(context.Background(), p0, rate.Fine, starts, rate.AllShards)
	if err != nil {
		w.t.Fatal(err)
	}
	dictionary, err := w.backend.Dictionary(context.Background(), p0, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, b := range blocks {
		err := rate.Cells(b.Data, func(c rate.Cell) bool {
			if dictionary[c.Index].Shape != 0 { // not the mark of late lines
				fine += c.Lines
			}
			return true
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	if fine != uint64(len(w.log)) {
		w.t.Fatalf("seed %d: %d lines in fine buckets, %d were logged", seed, fine, len(w.log))
	}
}
