package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Message is what a receiver saw, kept for the built-in inbox.
type Message struct {
	ID         string // the notification's
	Sequence   int64  // given by PutInbox
	IncidentID string
	Event      detector.ChangeEvent
	Receiver   string
	At         time.Time
	Text       string // as a phone's notification would show it
	Payload    []byte // Slack blocks as JSON
}

// PutInbox adds a message. The same id again replaces what stood there and keeps its place.
func (s *Store) PutInbox(ctx context.Context, m Message) error {
	if m.ID == "" {
		return invalid("a message of the inbox needs an id")
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		n, err := next(ctx, tx, "inbox", 1)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO inbox (id, sequence, incident_id, event, receiver, at, text, payload) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (id) DO UPDATE SET at = excluded.at, text = excluded.text, payload = excluded.payload`,
			key(m.ID), n, key(m.IncidentID), string(m.Event), key(m.Receiver), micros(m.At), cut(m.Text, maxEntryText), m.Payload)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: inbox: %w", err)
	}
	return nil
}

// Inbox returns messages newest first, and the cursor of the next part, empty at the end.
func (s *Store) Inbox(ctx context.Context, after string, limit int) ([]Message, string, error) {
	w := &where{}
	if err := w.after("inbox", "sequence < ?", after, 1); err != nil {
		return nil, "", err
	}
	limit = limitOf(limit)
	var out []Message
	err := each(ctx, s.read, func(row scanner) error {
		var m Message
		var event string
		var at int64
		if err := row.Scan(&m.ID, &m.Sequence, &m.IncidentID, &event, &m.Receiver, &at, &m.Text, &m.Payload); err != nil {
			return err
		}
		m.Event, m.At = detector.ChangeEvent(event), fromMicros(at)
		out = append(out, m)
		return nil
	}, `SELECT id, sequence, incident_id, event, receiver, at, text, payload FROM inbox`+w.sql()+
		` ORDER BY sequence DESC LIMIT `+strconv.Itoa(limit+1), w.args...)
	if err != nil {
		return nil, "", fmt.Errorf("store: inbox: %w", s.scrub(err))
	}
	if len(out) <= limit {
		return out, "", nil
	}
	out = out[:limit]
	return out, cursor("inbox", strconv.FormatInt(out[limit-1].Sequence, 10)), nil
}
