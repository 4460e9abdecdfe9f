package rate_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// follower owns one partition and counts its log over a backend that may fail in any way, as the engine's worker does.
type follower struct {
	p       rate.Partition
	log     []event
	backend rate.Backend
	epochs  *atomic.Uint64
	hold    *atomic.Bool // while true the last tenth of the log is left alone, so that there is always something to write

	acknowledged           atomic.Int64 // writes
	failed, fenced, behind atomic.Int64 // writes and claims, by how they failed
	lastError              atomic.Value // string: of the moment, for messages
}

// run counts until the whole log is kept or ctx ends.
func (f *follower) run(ctx context.Context) {
	var counter *rate.Counter
	var next int64
	for ctx.Err() == nil {
		if counter == nil {
			epoch := f.epochs.Add(1)
			call, cancel := context.WithTimeout(ctx, 2*time.Second)
			claim, err := f.backend.Claim(call, f.p, epoch)
			cancel()
			if f.note(err) {
				pause(ctx)
				continue
			}
			counter, next = rate.NewCounter(f.p, epoch, claim, f.backend, rate.CounterOptions{}), claim.Checkpoint.Next
		}
		end := int64(len(f.log))
		if f.hold.Load() {
			end -= end / 10
			if next >= end {
				pause(ctx)
			}
		}
		for n := 0; n < 5 && next < end; n++ {
			e := f.log[next]
			counter.Line(e.at, e.svc, "prod", e.level, e.shape, e.bytes)
			next++
		}
		at := f.log[min(next, int64(len(f.log)-1))].at
		call, cancel := context.WithTimeout(ctx, 2*time.Second)
		err := counter.Flush(call, rate.Checkpoint{Next: next, Watermark: at.Add(-20 * time.Second)})
		cancel()
		switch {
		case errors.Is(err, rate.ErrFenced), errors.Is(err, rate.ErrSequence):
			f.note(err)
			counter = nil
		case f.note(err):
			pause(ctx)
		case next == int64(len(f.log)):
			return
		}
	}
}

// note counts an error by its kind and reports whether it was one.
func (f *follower) note(err error) bool {
	switch {
	case err == nil:
		f.acknowledged.Add(1)
		return false
	case errors.Is(err, rate.ErrFenced):
		f.fenced.Add(1)
	case errors.Is(err, rate.ErrSequence):
		f.behind.Add(1)
	default:
		f.failed.Add(1)
	}
	f.lastError.Store(err.Error())
	return true
}

// pause waits a moment before trying again.
func pause(ctx context.Context) {
	t := time.NewTimer(10 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// followers count several partitions at once.
type followers []*follower

// newFollowers makes one for each of n partitions over the backend.
func newFollowers(backend rate.Backend, n, lines int) (fs followers, hold *atomic.Bool) {
	var epochs atomic.Uint64
	hold = &atomic.Bool{}
	hold.Store(true)
	for i := range n {
		fs = append(fs, &follower{
			p: rate.Partition{Topic: "logs", ID: i}, log: makeLog(rand.New(rand.NewPCG(uint64(i), 7)), lines),
			backend: backend, epochs: &epochs, hold: hold,
		})
	}
	return fs, hold
}

// sum adds one count up over all of them.
func (fs followers) sum(count func(*follower) *atomic.Int64) (n int64) {
	for _, f := range fs {
		n += count(f).Load()
	}
	return n
}

func acknowledged(f *follower) *atomic.Int64 { return &f.acknowledged }
func failed(f *follower) *atomic.Int64       { return &f.failed }
func behind(f *follower) *atomic.Int64       { return &f.behind }

// start runs them all. finish waits for their ends and holds what is kept against the logs.
func (fs followers) start(t *testing.T) (finish func()) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	var wg sync.WaitGroup
	for _, f := range fs {
		wg.Go(func() { f.run(ctx) })
	}
	t.Cleanup(func() { cancel(); wg.Wait() })
	return func() {
		t.Helper()
		wg.Wait()
		if ctx.Err() != nil {
			for _, f := range fs {
				t.Logf("%v: %d acknowledged, last error %v", f.p, f.acknowledged.Load(), f.lastError.Load())
			}
			t.Fatal("the logs are not counted to their ends within 2 min")
		}
		var all []event
		for _, f := range fs {
			all = append(all, f.log...)
		}
		compare(t, fs[0].backend, fs[0].p, all)
	}
}

// moreWrites waits until n more writes were acknowledged.
func (fs followers) moreWrites(t *testing.T, n int64) {
	t.Helper()
	want := fs.sum(acknowledged) + n
	testkit.Until(t, "writes to be acknowledged", func() bool { return fs.sum(acknowledged) >= want })
}

// moreFailures waits until a call failed that had not failed before.
func (fs followers) moreFailures(t *testing.T) {
	t.Helper()
	before := fs.sum(failed)
	testkit.Until(t, "a write to fail", func() bool { return fs.sum(failed) > before })
}
