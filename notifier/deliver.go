package notifier

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// recordTimeout bounds the writing of what became of a message.
const recordTimeout = 5 * time.Second

// deliver makes one try and records what became of it. Nothing is sent once the lease has ended: another sender may have
// the notification then. A failure to record is logged: the lease runs out and the
// message is sent again, which receivers that know the notification's id take as the same.
func (w *worker) deliver(ctx context.Context, n plan.Notification, until time.Time) {
	o := &w.d.o
	log := o.Logger.With("receiver", w.name, "incident", n.Incident.ID, "event", n.Event, "attempt", n.Attempts)
	r, ok := w.d.receiver(w.name)
	if !ok { // removed by a reload since it was leased; whoever has it again sends it
		return
	}
	reference, earlier, err := w.reference(ctx, n)
	var receipt Receipt
	retry := true
	left := until.Sub(o.Now())
	if left <= 0 {
		log.Warn("the lease ended before the message was sent; whoever leases it next sends it")
		return
	}
	if err == nil {
		m := Message{
			Notification: n.Notification, Thread: n.Thread, Group: n.Group, Mention: n.Mention, Reference: reference, Earlier: earlier,
			Links: w.d.links(n), Now: o.Now(), Location: o.Location,
		}
		if err := w.refresh(ctx, &m, &n); err != nil {
			log.Warn("how the incident is now cannot be read; the late message tells how it was", "error", err)
		}
		receipt, retry, err = w.d.send(ctx, r, min(until.Sub(o.Now()), o.Timeout), m)
	}
	rctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	now := o.Now()
	if err == nil {
		if receipt.Payload != nil {
			if err := o.Outbox.KeepPayload(rctx, n.ID, receipt.Payload); err != nil {
				log.Warn("what was sent could not be kept", "error", err)
			}
		}
		if err := o.Outbox.Done(rctx, n.ID, receipt.Reference, receipt.Link, now); err != nil {
			log.Error("message was sent but this could not be recorded; it may be sent again", "error", err)
			return
		}
		after := time.Duration(0)
		if !n.CreatedAt.IsZero() {
			after = max(0, now.Sub(n.CreatedAt))
		}
		o.Metrics.Sent(w.name, n.Event, after)
		log.Info("message sent", "after", after)
		return
	}
	if receipt.Reference != "" && receipt.Reference != reference {
		if err := o.Outbox.SetReference(rctx, n.Thread, w.name, receipt.Reference); err != nil {
			log.Warn("reference of a message could not be kept", "error", err)
		}
	}
	w.failed(rctx, n, now, retry, err)
}

// reference is where the message before of the thread stands, or where there is none that of any thread.
func (w *worker) reference(ctx context.Context, n plan.Notification) (reference, earlier string, err error) {
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	reference, _, err = w.d.o.Outbox.Reference(ctx, n.Thread, w.name)
	if err == nil && reference == "" {
		earlier, err = w.d.o.Outbox.LastReference(ctx, w.name)
	}
	if err != nil {
		return "", "", fmt.Errorf("the outbox does not say where the earlier message is: %w", err)
	}
	return reference, earlier, nil
}

// leastTries is how often a message is tried however old it is: it may have waited for a day of standstill, or been sent
// again by a person.
const leastTries = 10

// failed records a failed try: another one after a wait, or none.
func (w *worker) failed(ctx context.Context, n plan.Notification, now time.Time, retry bool, err error) {
	o := &w.d.o
	log := o.Logger.With("receiver", w.name, "incident", n.Incident.ID, "event", n.Event, "attempt", n.Attempts, "error", err)
	wait := backoff(n.Attempts, o.Random())
	var later *Later
	if errors.As(err, &later) && later.After > 0 {
		wait = min(later.After, maxRetryAfter)
		w.pause(now.Add(wait))
		retry = true
	}
	next := now.Add(wait)
	old := !n.CreatedAt.IsZero() && next.Sub(n.CreatedAt) > o.GiveUp && n.Attempts >= leastTries
	final := !retry || old
	o.Metrics.Failed(w.name, n.Event, final)
	var recorded error
	switch {
	case !final:
		log.Warn("message could not be sent; it is tried again", "again_in", wait)
		recorded = o.Outbox.Retry(ctx, o.Owner, n.ID, next, err.Error())
	case old:
		log.Error("message is given up: it could not be sent for too long", "give_up", o.GiveUp)
		recorded = o.Outbox.Dead(ctx, o.Owner, n.ID, "given up after "+detector.Duration(o.GiveUp).String()+": "+err.Error())
	default:
		log.Error("message is refused for good")
		recorded = o.Outbox.Dead(ctx, o.Owner, n.ID, err.Error())
	}
	if recorded != nil {
		log.Warn("failure could not be recorded; the message is tried again when its lease ends", "outbox_error", recorded)
	}
}

// send makes one try within the time. A receiver that panics is an error like another.
func (d *Deliverer) send(ctx context.Context, r Receiver, within time.Duration, m Message) (receipt Receipt, retry bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			d.o.Logger.Error("receiver panicked", "receiver", m.Receiver, "stack", string(debug.Stack()))
			receipt, retry, err = Receipt{}, true, errors.New("the receiver failed inside; see the log")
		}
	}()
	return r.Send(ctx, m)
}
