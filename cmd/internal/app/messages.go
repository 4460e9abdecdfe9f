package app

import (
	"context"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/store"
)

// messages shows the outbox to the dashboard.
type messages struct {
	store *store.Store
	now   func() time.Time
	poke  func()
	conf  func() notifier.Config // as it is now

	failing *kept[[]dashboards.Receiver] // every page says what fails
}

// failingFor is how long after the last page what fails is read anew beside the pages.
const failingFor = 5 * time.Minute

func newMessages(s *store.Store, now func() time.Time, poke func(), conf func() notifier.Config) messages {
	m := messages{store: s, now: now, poke: poke, conf: conf}
	m.failing = &kept[[]dashboards.Receiver]{now: now, make: func(ctx context.Context) ([]dashboards.Receiver, error) {
		all, err := m.ListReceivers(ctx)
		return slices.DeleteFunc(all, func(r dashboards.Receiver) bool { return !r.Fails() }), err
	}}
	return m
}

// FailingReceivers implements dashboards.Messages.
func (m messages) FailingReceivers(ctx context.Context) ([]dashboards.Receiver, error) {
	return m.failing.get(ctx)
}

func (m messages) kinds() map[string]dashboards.Receiver {
	out := map[string]dashboards.Receiver{
		notifier.Inbox: {Name: notifier.Inbox, Kind: "inbox", Target: "the dashboard"},
	}
	for _, r := range m.conf().Receivers {
		out[r.Name] = dashboards.Receiver{Name: r.Name, Kind: r.Kind(), Target: r.Target()}
	}
	return out
}

func (m messages) ListReceivers(ctx context.Context) ([]dashboards.Receiver, error) {
	stats, err := m.store.Receivers(ctx, m.now().Add(-24*time.Hour))
	if err != nil {
		return nil, translate(err)
	}
	byName := make(map[string]store.ReceiverStats, len(stats))
	for _, s := range stats {
		byName[s.Receiver] = s
	}
	kinds := m.kinds()
	out := []dashboards.Receiver{kinds[notifier.Inbox]}
	for _, r := range m.conf().Receivers {
		out = append(out, kinds[r.Name])
	}
	for i := range out {
		s := byName[out[i].Name]
		out[i].Sent, out[i].Waiting, out[i].Failed, out[i].Dead = s.Sent, s.Waiting, s.Failed, s.Dead
		out[i].LastError, out[i].FailsFrom = s.LastError, s.FailingFrom
	}
	return out, nil
}

var messageStates = map[store.OutboxState]dashboards.MessageState{
	store.OutboxPending: dashboards.MessageWaiting, store.OutboxFailed: dashboards.MessageFailed,
	store.OutboxSent: dashboards.MessageSent, store.OutboxDead: dashboards.MessageDead,
}

func (m messages) ListMessages(ctx context.Context, f dashboards.MessageFilter) (dashboards.MessagePage, error) {
	q := store.OutboxFilter{Receiver: f.Receiver, Incident: f.Incident, Cursor: f.Cursor, Limit: f.Limit}
	for _, want := range f.States {
		for have, name := range messageStates {
			if name == want {
				q.State = append(q.State, have)
			}
		}
	}
	items, next, err := m.store.Outbox(ctx, q)
	if err != nil {
		return dashboards.MessagePage{}, translate(err)
	}
	page := dashboards.MessagePage{Next: next}
	kinds := m.kinds()
	for _, i := range items {
		r := kinds[i.Receiver]
		page.Messages = append(page.Messages, dashboards.Message{
			ID: i.ID, Receiver: i.Receiver, Kind: r.Kind, Target: r.Target, Event: i.Event, IncidentID: i.IncidentID,
			Title: i.Title, State: messageStates[i.State], Attempts: i.Attempts, CreatedAt: i.CreatedAt, SentAt: i.SentAt,
			NextAt: i.NextAt, LastError: i.Error, Payload: i.Payload,
		})
	}
	return page, nil
}

func (m messages) SendAgain(ctx context.Context, id string) error {
	if err := m.store.Resend(ctx, id); err != nil {
		return translate(err)
	}
	m.poke()
	return nil
}
