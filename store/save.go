package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// save writes a record that went through a transition and returns the notifications that tell of it. ordinal tells
// transitions of one incident and event apart, the same at a replay.
func (s *Store) save(ctx context.Context, tx *sql.Tx, r *record, out outcome, ordinal int64) ([]plan.Notification, error) {
	d, err := encode(&r.Incident)
	if err != nil {
		return nil, err
	}
	if err := update(ctx, tx, r, d); err != nil {
		return nil, err
	}
	if err := addEntries(ctx, tx, r.ID, out.entries); err != nil {
		return nil, err
	}
	return s.route(ctx, tx, r, out, ordinal)
}

// route asks the router whom to tell of an outcome.
func (s *Store) route(ctx context.Context, tx *sql.Tx, r *record, out outcome, ordinal int64) ([]plan.Notification, error) {
	if out.quiet || out.event == "" {
		return nil, nil
	}
	entries, err := timeline(ctx, tx, r.ID)
	if err != nil {
		return nil, err
	}
	in := r.Incident
	in.Timeline = entries
	// The router gets a copy: what it does to the incident must not reach what is stored.
	given := in
	p := s.router.Route(detector.Change{Event: out.event, Incident: &given})
	paged, carried, err := s.pace(ctx, tx, &in, out, p.Takes)
	if err != nil {
		return nil, err
	}
	// Whoever hears of it through a route that keeps state hears of it in no other way.
	told := slices.DeleteFunc(p.Tell, func(n plan.Notification) bool { return carried[n.Receiver] })
	seen := map[string]int{}
	for i := range told {
		n := &told[i]
		if n.Event == "" {
			n.Event = out.event
		}
		n.Incident, n.Thread, n.News = in, in.ID, out.news
		n.ID = notificationID(in.ID, n.Event, n.Receiver, ordinal, seen[n.Receiver])
		seen[n.Receiver]++
	}
	return append(told, paged...), nil
}

// notificationID is the idempotency key that receivers see: 32 hex digits, the same however often the change that it
// tells of is applied.
func notificationID(incident string, event detector.ChangeEvent, receiver string, ordinal int64, nth int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%d\x00%d", incident, event, receiver, ordinal, nth))
	return hex.EncodeToString(sum[:16])
}

// enqueue puts notifications into the outbox, in order. It comes last in a transaction, as it takes the counter that
// every other writer of the outbox waits for.
func (s *Store) enqueue(ctx context.Context, tx *sql.Tx, told []plan.Notification) error {
	if len(told) == 0 {
		return nil
	}
	last, err := next(ctx, tx, "outbox", len(told))
	if err != nil {
		return err
	}
	now := s.now()
	for i, n := range told {
		in := n.Incident
		d, err := encode(&in)
		if err != nil {
			return err
		}
		body, err := json.Marshal(stored{News: n.News, Facts: d.facts, Chart: d.chart, Evidence: d.evidence, Timeline: in.Timeline, SeriesKey: []byte(in.SeriesKey)})
		if err != nil {
			return fmt.Errorf("encode notification: %w", err)
		}
		title, groupID := in.Title, ""
		var grouping []byte
		if n.Group != nil {
			groupID = n.Group.ID
			if n.Group.Shown() {
				title = n.Group.Title()
				if grouping, err = json.Marshal(n.Group); err != nil {
					return fmt.Errorf("encode notification: %w", err)
				}
			}
		}
		if n.Group == nil {
			if joined, err := joinUnsent(ctx, tx, &n, clean(title), body, now); joined || err != nil {
				if err != nil {
					return err
				}
				continue
			}
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO outbox (id, sequence, incident_id, receiver, event, title, state, attempts, created_at, not_before,
				leased_by, leased_until, reference, error, incident, thread, group_id, mention, group_body)
			VALUES ($1, $2, $3, $4, $5, $6, 'pending', 0, $7, $8, '', 0, '', '', $9, $10, $11, $12, $13)
			ON CONFLICT (id) DO NOTHING`,
			n.ID, last-int64(len(told)-1-i), in.ID, key(n.Receiver), string(n.Event), clean(title), micros(now), micros(n.NotBefore), body,
			n.Thread, groupID, encodeList(n.Mention), grouping)
		if err != nil {
			return err
		}
	}
	return nil
}

// stored is an incident as a notification carries it.
type stored struct {
	News      plan.News        `json:"news,omitempty"`
	Facts     json.RawMessage  `json:"facts"`
	Chart     json.RawMessage  `json:"chart,omitempty"`
	Evidence  json.RawMessage  `json:"evidence,omitempty"`
	Timeline  []detector.Entry `json:"timeline,omitempty"`
	SeriesKey []byte           `json:"series_key,omitempty"`
}

func (b stored) incident() (detector.Incident, error) {
	var in detector.Incident
	if err := decode(&in, b.Facts); err != nil {
		return in, err
	}
	if err := decodeWide(&in, b.Chart, b.Evidence); err != nil {
		return in, err
	}
	in.Timeline, in.SeriesKey = b.Timeline, string(b.SeriesKey)
	return in, nil
}

// withdraw takes back what was not sent yet and is not being sent. What a group has written stays: it had waited for what may
// explain an incident, and its receivers are those that hear of the end.
func withdraw(ctx context.Context, tx *sql.Tx, incident string) error {
	_, err := tx.ExecContext(ctx, `UPDATE outbox SET state = 'withdrawn'
		WHERE incident_id = $1 AND group_id = '' AND state = 'pending' AND attempts = 0 AND leased_until = 0`, incident)
	return err
}
