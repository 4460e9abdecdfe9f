package notifier

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// SendTest sends a sample page to a receiver now, past the outbox, or its end, and gives the receiver's error. The sample says
// that it is one.
func (d *Deliverer) SendTest(ctx context.Context, receiver string, resolved bool) error {
	r, ok := d.receiver(receiver)
	if !ok {
		return fmt.Errorf("there is no receiver %q: those of the configuration are %s", receiver, strings.Join(d.names(), ", "))
	}
	now := d.o.Now()
	in, event := Sample(now), detector.ChangeOpened
	if resolved {
		event, in.Status, in.ResolvedAt = detector.ChangeResolved, detector.StatusResolved, &now
		in.Timeline = append(in.Timeline, detector.Entry{At: now, Kind: detector.EntryResolved, Text: "it was a test"})
	}
	_, _, err := d.send(ctx, r, d.o.Timeout, Message{
		Notification: detector.Notification{
			ID: "test-" + strconv.FormatInt(now.UnixNano(), 36), Receiver: receiver, Event: event, Incident: in,
			CreatedAt: now, Attempts: 1,
		},
		Links: LinksOf(d.o.BaseURL, &in), Now: now, Location: d.o.Location, Test: true,
	})
	return err
}

// names are the receivers there are, in order.
func (d *Deliverer) names() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.receivers))
}
