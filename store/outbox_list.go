package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// OutboxState is what became of a notification.
type OutboxState string

// The states of a notification. A failed one is pending in the database: it is tried again.
const (
	OutboxPending   OutboxState = "pending"
	OutboxFailed    OutboxState = "failed"
	OutboxSent      OutboxState = "sent"
	OutboxDead      OutboxState = "dead"
	OutboxWithdrawn OutboxState = "withdrawn" // its incident was explained or silenced before it was sent
)

// OutboxFilter selects notifications. Empty fields select all, without those that were withdrawn.
type OutboxFilter struct {
	State    []OutboxState
	Receiver string
	Incident string
	Cursor   string
	Limit    int // 1 to 500; 0: 100
}

// OutboxItem is a notification as the dashboard lists it.
type OutboxItem struct {
	ID         string
	Sequence   int64
	IncidentID string
	Receiver   string
	Event      detector.ChangeEvent
	Title      string
	State      OutboxState
	Attempts   int
	CreatedAt  time.Time
	SentAt     time.Time // zero while it is not sent
	NextAt     time.Time // of the next try; zero where there is none
	Error      string    // of the last try
	Reference  string
	Payload    []byte // what was sent, where it was kept
}

const stateColumn = `CASE WHEN state = 'pending' AND error <> '' THEN 'failed' ELSE state END`

// states adds that a notification is in one of states, in words that an index of the column state serves.
func (w *where) states(states []OutboxState) {
	if len(states) == 0 {
		w.add(`state <> 'withdrawn'`)
		return
	}
	var parts []string
	for _, st := range states {
		switch st {
		case OutboxPending:
			parts = append(parts, `(state = 'pending' AND error = '')`)
		case OutboxFailed:
			parts = append(parts, `(state = 'pending' AND error <> '')`)
		case OutboxSent, OutboxDead, OutboxWithdrawn:
			parts = append(parts, `state = '`+string(st)+`'`)
		default:
			parts = append(parts, `1 = 0`)
		}
	}
	w.add(`(` + strings.Join(parts, ` OR `) + `)`)
}

// Outbox returns notifications newest first, and the cursor of the next part, empty at the end.
func (s *Store) Outbox(ctx context.Context, f OutboxFilter) ([]OutboxItem, string, error) {
	w := &where{}
	w.states(f.State)
	if f.Receiver != "" {
		w.add(`receiver = ?`, key(f.Receiver))
	}
	if f.Incident != "" {
		w.add(`incident_id = ?`, clean(f.Incident))
	}
	if err := w.after("outbox", "sequence < ?", f.Cursor, 1); err != nil {
		return nil, "", err
	}
	limit := limitOf(f.Limit)
	out, err := s.outbox(ctx, w.sql()+` ORDER BY sequence DESC LIMIT `+strconv.Itoa(limit+1), w.args...)
	if err != nil {
		return nil, "", err
	}
	if len(out) <= limit {
		return out, "", nil
	}
	out = out[:limit]
	return out, cursor("outbox", strconv.FormatInt(out[limit-1].Sequence, 10)), nil
}

// Pages returns the pages (opened, reopened) that were sent in [from, to), oldest first, at most 10,000.
func (s *Store) Pages(ctx context.Context, from, to time.Time) ([]OutboxItem, error) {
	return s.outbox(ctx, ` WHERE state = 'sent' AND event IN ('opened', 'reopened') AND created_at >= $1 AND created_at < $2
		ORDER BY created_at, sequence LIMIT 10000`, micros(from), micros(to))
}

func (s *Store) outbox(ctx context.Context, tail string, args ...any) ([]OutboxItem, error) {
	var out []OutboxItem
	err := each(ctx, s.read, func(row scanner) error {
		var i OutboxItem
		var event, state string
		var created, notBefore, leased int64
		var sent sql.NullInt64
		if err := row.Scan(&i.ID, &i.Sequence, &i.IncidentID, &i.Receiver, &event, &i.Title, &state, &i.Attempts,
			&created, &sent, &notBefore, &leased, &i.Error, &i.Reference, &i.Payload); err != nil {
			return err
		}
		i.Event, i.State, i.CreatedAt = detector.ChangeEvent(event), OutboxState(state), fromMicros(created)
		if sent.Valid {
			i.SentAt = fromMicros(sent.Int64)
		}
		if i.State == OutboxPending || i.State == OutboxFailed {
			i.NextAt = fromMicros(max(notBefore, leased))
		}
		out = append(out, i)
		return nil
	}, `SELECT id, sequence, incident_id, receiver, event, title, `+stateColumn+`, attempts, created_at, sent_at, not_before,
		leased_until, error, reference, payload FROM outbox`+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("store: outbox: %w", s.scrub(err))
	}
	return out, nil
}
