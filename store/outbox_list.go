package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
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

// Outbox returns notifications newest first, and the cursor of the next part, empty at the end.
func (s *Store) Outbox(ctx context.Context, f OutboxFilter) ([]OutboxItem, string, error) {
	w := &where{}
	if len(f.State) > 0 {
		in(w, stateColumn, f.State)
	} else {
		w.add(`state <> 'withdrawn'`)
	}
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
		ORDER BY sequence LIMIT 10000`, micros(from), micros(to))
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

// ReceiverStats is what became of a receiver's notifications.
type ReceiverStats struct {
	Receiver    string
	Sent        int // created since the time that was asked for
	Waiting     int
	Failed      int // tried without success, will be tried again
	Dead        int // given up since that time
	LastError   string
	FailingFrom time.Time // since when it fails; zero where it does not
}

// Receivers returns the statistics of every receiver that has notifications.
func (s *Store) Receivers(ctx context.Context, since time.Time) ([]ReceiverStats, error) {
	var out []ReceiverStats
	err := each(ctx, s.read, func(row scanner) error {
		var r ReceiverStats
		var from sql.NullInt64
		if err := row.Scan(&r.Receiver, &r.Sent, &r.Waiting, &r.Failed, &r.Dead, &r.LastError, &from); err != nil {
			return err
		}
		if from.Valid {
			r.FailingFrom = fromMicros(from.Int64)
		}
		out = append(out, r)
		return nil
	}, `SELECT receiver, SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END),
			SUM(CASE WHEN state = 'pending' AND error = '' THEN 1 ELSE 0 END),
			SUM(CASE WHEN state = 'pending' AND error <> '' THEN 1 ELSE 0 END),
			SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), COALESCE(MAX(NULLIF(error, '')), ''), MIN(failing_from)
		FROM outbox WHERE state <> 'withdrawn' AND (state = 'pending' OR created_at >= $1) GROUP BY receiver ORDER BY receiver`, micros(since))
	if err != nil {
		return nil, fmt.Errorf("store: receivers: %w", s.scrub(err))
	}
	return out, nil
}

// KeepPayload keeps what was sent for a notification, so that the dashboard can show it.
func (s *Store) KeepPayload(ctx context.Context, id string, payload []byte) error {
	if _, err := s.write.ExecContext(ctx, `UPDATE outbox SET payload = $2 WHERE id = $1`, id, payload); err != nil {
		return fmt.Errorf("store: payload of %s: %w", id, s.scrub(err))
	}
	return nil
}

// Reference returns what a receiver calls its message about an incident; false where it has none.
func (s *Store) Reference(ctx context.Context, incident, receiver string) (string, bool, error) {
	var ref string
	err := s.read.QueryRowContext(ctx, `SELECT reference FROM message_references WHERE incident_id = $1 AND receiver = $2`,
		incident, key(receiver)).Scan(&ref)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("store: reference: %w", s.scrub(err))
	}
	return ref, true, nil
}

// SetReference keeps what a receiver calls its message about an incident.
func (s *Store) SetReference(ctx context.Context, incident, receiver, ref string) error {
	if err := setReference(ctx, s.write, incident, receiver, ref); err != nil {
		return fmt.Errorf("store: reference: %w", s.scrub(err))
	}
	return nil
}

func setReference(ctx context.Context, q queryer, incident, receiver, ref string) error {
	_, err := q.ExecContext(ctx, `
		INSERT INTO message_references (incident_id, receiver, reference) VALUES ($1, $2, $3)
		ON CONFLICT (incident_id, receiver) DO UPDATE SET reference = excluded.reference`, incident, key(receiver), clean(ref))
	return err
}
