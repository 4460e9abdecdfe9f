package notifier

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Keeping is a receiver of a service that forgets what it is not told again, by its design or as it keeps it in memory alone:
// what is open is told to it again and again. It must take the same as often as it is told.
type Keeping interface {
	Receiver
	// KeepEvery is how often what is open is to be told again. At least a second.
	KeepEvery() time.Duration
}

const (
	keepLook = time.Minute // how soon it is seen that a reload made a receiver one that keeps
	keepMost = 1000        // of what is told again in one round
)

// keep tells the receiver again what is open, until ctx is cancelled. Every replica does it, and nothing of it is written
// down: what has to arrive went through the outbox.
func (w *worker) keep(ctx context.Context) {
	failing := false
	for {
		wait := keepLook
		if r, ok := w.d.receiver(w.name); ok {
			if k, is := r.(Keeping); is {
				wait = max(k.KeepEvery(), time.Second)
				err := w.tellAgain(ctx, k)
				if err != nil && !failing && ctx.Err() == nil { // once, as it may last
					w.d.o.Logger.Warn("what is open could not be told again; the service may forget it, it is tried again", "receiver", w.name, "error", err, "every", wait)
				}
				failing = err != nil
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// tellAgain makes one round. It ends with the first failure: the service is away then.
func (w *worker) tellAgain(ctx context.Context, k Keeping) error {
	open, err := w.standing(ctx)
	if err != nil {
		return err
	}
	cut := len(open) > keepMost
	if cut && !w.cut { // once, as it may last
		w.d.o.Logger.Warn("more is open than is told again in a round; the service may forget the newest of it", "receiver", w.name, "told", keepMost)
	}
	w.cut, open = cut, open[:min(len(open), keepMost)]
	for _, n := range open {
		m := Message{
			Notification: n.Notification, Thread: n.Thread, Group: n.Group, Links: w.d.links(n), Now: w.d.o.Now(), Location: w.d.o.Location,
		}
		m.Event, m.Attempts = detector.ChangeUpdated, 1
		if n.Group != nil {
			_, _, err = w.d.send(ctx, k, w.d.o.Timeout, m)
		} else {
			err = w.tellIncident(ctx, k, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tellIncident tells how an incident is now. If it ended while that was told, its end may have been overtaken: it is told too.
func (w *worker) tellIncident(ctx context.Context, k Keeping, m Message) error {
	for again := false; ; again = true {
		in, err := w.incident(ctx, m.Incident.ID)
		if err != nil {
			return err
		}
		over := in.Status == detector.StatusResolved
		if over != again || in.Muted != nil && !over { // what a silence or a mark covers may be forgotten
			return nil
		}
		if m.Incident, m.Now = *in, w.d.o.Now(); over {
			m.Event = detector.ChangeResolved
		}
		if _, _, err := w.d.send(ctx, k, w.d.o.Timeout, m); err != nil || over {
			return err
		}
	}
}

func (w *worker) standing(ctx context.Context) ([]plan.Notification, error) {
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	open, err := w.d.o.Outbox.Standing(ctx, w.name, keepMost+1)
	if err != nil {
		return nil, fmt.Errorf("the outbox does not say what is open: %w", err)
	}
	return open, nil
}

func (w *worker) incident(ctx context.Context, id string) (*detector.Incident, error) {
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	return w.d.o.Outbox.Incident(ctx, id)
}
