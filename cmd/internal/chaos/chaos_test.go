//go:build linux

package chaos

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	mathrand "math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// options say how a run is.
type options struct {
	seed       uint64
	length     time.Duration // how long laps are begun; 0: each fault once
	partitions int
	rate       int                                          // lines a second
	limit      time.Duration                                // within which all is well again after a mending
	giveUp     time.Duration                                // when waiting ends
	only       *regexp.Regexp                               // faults whose names match
	before     func(ctx context.Context, p *producer) error // what is produced before the replicas start; nil: nothing
}

// environment reads CHAOS_TIME (how long laps are begun; none: each fault once), CHAOS_SEED (of an earlier run) and
// CHAOS_FAULTS (a regular expression for names of faults).
func environment(t *testing.T) options {
	t.Helper()
	o := options{partitions: 3, rate: 400, limit: 2 * time.Minute, giveUp: 2 * time.Minute}
	if v := os.Getenv("CHAOS_TIME"); v != "" {
		d, err := time.ParseDuration(v)
		if err != nil {
			t.Fatalf("CHAOS_TIME: %v", err)
		}
		o.length, o.rate, o.limit = d, 2000, 30*time.Second
	}
	var err error
	if o.only, err = regexp.Compile(os.Getenv("CHAOS_FAULTS")); err != nil {
		t.Fatalf("CHAOS_FAULTS: %v", err)
	}
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	o.seed = binary.LittleEndian.Uint64(b[:])
	if v := os.Getenv("CHAOS_SEED"); v != "" {
		seed, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			t.Fatalf("CHAOS_SEED: %v", err)
		}
		o.seed = seed
	}
	return o
}

// TestChaos breaks everything that tocsin stands on, in an order that the seed draws, and wants every line counted once
// and every page sent once.
func TestChaos(t *testing.T) {
	o := environment(t)
	t.Logf("CHAOS_SEED=%d", o.seed)
	w := newWorld(t, o)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var flows sync.WaitGroup
	flows.Go(func() { w.producer.run(ctx) })
	defer flows.Wait()
	defer stop()
	var laps []*lap
	began := time.Now()
	for _, faults := range w.schedule(o) {
		if o.length > 0 && time.Since(began) > o.length {
			break
		}
		l := &lap{number: len(laps) + 1, faults: faults}
		laps = append(laps, l)
		err := l.run(ctx, w, o)
		t.Logf("lap %d, %s: counted after %s, paged after %s", l.number, l.name(), l.counted.Round(100*time.Millisecond), l.paged.Round(100*time.Millisecond))
		if err != nil {
			t.Errorf("lap %d, %s: %v", l.number, l.name(), err)
			break
		}
		if limit := o.limit + l.allowed; l.counted > limit || l.paged > limit {
			t.Errorf("lap %d, %s: it took longer than %s", l.number, l.name(), limit)
		}
	}
	stop()
	flows.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), o.giveUp)
	defer cancel()
	if _, err := w.producer.pause(ctx); err != nil {
		t.Error(err)
	}
	w.verify(ctx, t, laps)
	t.Logf("%d lines\n%s", w.producer.acknowledged(), w.tableOf(laps))
	if t.Failed() {
		for _, r := range w.replicas[:running] {
			t.Logf("%s:\n%s", r.name, tail(r.log, 4000))
		}
	}
}

// schedule draws the laps. Without a length each way to be killed comes once; with one, every fault comes as often as
// any other, and every third lap has a second one at the same time.
func (w *world) schedule(o options) [][]fault {
	draw := mathrand.New(mathrand.NewPCG(o.seed, 2))
	pool := kills
	if o.length > 0 {
		pool = faults()
	}
	pool = slices.DeleteFunc(slices.Clone(pool), func(f fault) bool { return !o.only.MatchString(f.name) })
	var out [][]fault
	for len(pool) > 0 {
		for _, i := range draw.Perm(len(pool)) {
			at := []fault{pool[i]}
			other := pool[draw.IntN(len(pool))]
			if o.length > 0 && draw.IntN(3) == 0 && !at[0].alone && !other.alone && other.part != at[0].part {
				at = append(at, other)
			}
			out = append(out, at)
		}
		if o.length == 0 || len(out) > 1000 {
			break
		}
	}
	return out
}
