package notifier

import (
	"context"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/notifier/plan"
)

// worker sends the messages of one receiver.
type worker struct {
	d    *Deliverer
	name string
	wake chan struct{}
	cut  bool // more is open than is told again in a round; of keep alone

	mu     sync.Mutex
	free   int       // messages that may still be taken
	paused time.Time // the receiver asked to be left alone until then
}

func newWorker(d *Deliverer, name string) *worker {
	return &worker{d: d, name: name, wake: make(chan struct{}, 1), free: d.o.Concurrency}
}

func (w *worker) poke() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// run leases and sends until ctx is cancelled, then waits for what is on its way.
func (w *worker) run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	timer := time.NewTimer(w.d.o.Poll)
	defer timer.Stop()
	failures := 0
	for ctx.Err() == nil {
		leased, until, err := w.lease(ctx)
		wait := w.d.o.Poll
		if err != nil && ctx.Err() == nil {
			failures++
			wait = backoff(failures, w.d.o.Random())
			w.d.o.Logger.Warn("outbox cannot be read; nothing is lost, it is tried again",
				"receiver", w.name, "error", err, "again_in", wait)
		} else {
			failures = 0
		}
		for _, n := range leased {
			wg.Go(func() {
				w.deliver(context.WithoutCancel(ctx), n, until)
				w.mu.Lock()
				w.free++
				w.mu.Unlock()
				w.poke() // what follows for the same incident is due now
			})
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-w.wake:
			if failures > 0 { // the outbox is away: pokes do not shorten the wait
				select {
				case <-ctx.Done():
				case <-timer.C:
				}
			}
		}
	}
}

// lease takes as many notifications as can be sent at once, so that none waits out its lease in a queue. They are ours
// until then.
func (w *worker) lease(ctx context.Context) (leased []plan.Notification, until time.Time, err error) {
	now := w.d.o.Now()
	w.mu.Lock()
	free, paused := w.free, now.Before(w.paused)
	w.mu.Unlock()
	if free < 1 || paused {
		return nil, time.Time{}, nil
	}
	// A try and the writing of its result fit into the lease with room to spare.
	ttl := 2*w.d.o.Timeout + 2*recordTimeout
	leased, err = w.d.o.Outbox.Lease(ctx, w.d.o.Owner, now, free, ttl, w.name)
	if err != nil {
		return nil, time.Time{}, err
	}
	w.mu.Lock()
	w.free -= len(leased)
	w.mu.Unlock()
	return leased, now.Add(ttl), nil
}

// pause leaves the receiver alone for a while.
func (w *worker) pause(until time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if until.After(w.paused) {
		w.paused = until
	}
}
