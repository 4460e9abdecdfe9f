package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Lease hands out at most limit notifications that are due, in the order of Sequence, to owner alone until now+ttl. A
// notification is not handed out while an earlier one of the same thread and receiver is unsent, nor while another
// sender has one of them. A lease that ends unanswered is handed out again, with its attempt counted. Where receivers are
// named, only theirs are handed out.
func (s *Store) Lease(ctx context.Context, owner string, now time.Time, limit int, ttl time.Duration, receivers ...string) ([]plan.Notification, error) {
	if owner == "" || limit <= 0 || ttl <= 0 {
		return nil, invalid("a lease needs an owner, a limit and a time")
	}
	w := &where{args: []any{micros(now)}}
	w.conditions = append(w.conditions, dueCondition)
	in(w, "o.receiver", receivers)
	// Senders ask often and mostly in vain: that must not take the writer's lock.
	var found bool
	if err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM outbox o`+w.sql()+`)`, w.args...).Scan(&found); err != nil {
		return nil, fmt.Errorf("store: lease: %w", s.scrub(err))
	}
	if !found {
		return nil, nil
	}
	due := w.sql()
	args := append(w.args, key(owner), micros(now.Add(ttl)), limit)
	n := len(args)
	var out []plan.Notification
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		out = nil
		return each(ctx, tx, func(row scanner) error {
			n, err := scanNotification(row)
			if err == nil {
				out = append(out, n)
			}
			return err
		}, fmt.Sprintf(`WITH due AS MATERIALIZED (SELECT o.id FROM outbox o%s ORDER BY o.sequence LIMIT $%d%s)
			UPDATE outbox SET leased_by = $%d, leased_until = $%d, attempts = attempts + 1
			WHERE id IN (SELECT id FROM due) RETURNING %s`, due, n, s.dialect.skipLocked, n-2, n-1, notificationColumns), args...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: lease: %w", err)
	}
	slices.SortFunc(out, func(a, b plan.Notification) int { return cmp.Compare(a.Sequence, b.Sequence) })
	return out, nil
}

// dueCondition selects, for the time $1, what may be sent: nobody has it, and nothing of the same thread and receiver
// is before it or being sent.
const dueCondition = `o.state = 'pending' AND o.not_before <= $1 AND o.leased_until <= $1 AND NOT EXISTS (
	SELECT 1 FROM outbox e WHERE e.thread = o.thread AND e.receiver = o.receiver AND e.state = 'pending'
		AND e.id <> o.id AND (e.sequence < o.sequence OR e.leased_until > $1))`

const notificationColumns = `id, sequence, receiver, event, incident, created_at, not_before, attempts, thread, mention, group_body,
	failing_from, error`

func scanNotification(row scanner) (plan.Notification, error) {
	var n plan.Notification
	var event, mention string
	var body, grouping []byte
	var created, notBefore int64
	var failing sql.NullInt64
	if err := row.Scan(&n.ID, &n.Sequence, &n.Receiver, &event, &body, &created, &notBefore, &n.Attempts,
		&n.Thread, &mention, &grouping, &failing, &n.Failure); err != nil {
		return n, err
	}
	n.Event, n.CreatedAt, n.NotBefore = detector.ChangeEvent(event), fromMicros(created), fromMicros(notBefore)
	if failing.Valid {
		n.FailingFrom = fromMicros(failing.Int64)
	}
	var b stored
	if err := json.Unmarshal(body, &b); err != nil {
		return n, fmt.Errorf("decode notification %s: %w", n.ID, err)
	}
	if grouping != nil {
		n.Group = &plan.Group{}
		if err := json.Unmarshal(grouping, n.Group); err != nil {
			return n, fmt.Errorf("decode group of notification %s: %w", n.ID, err)
		}
	}
	var err error
	if n.Mention, err = decodeList(mention); err != nil {
		return n, fmt.Errorf("decode mentions of notification %s: %w", n.ID, err)
	}
	n.Incident, err = b.incident()
	return n, err
}

// Done writes down that a notification was delivered. ref is what the receiver calls the message; where it is not empty
// it is kept for what follows in the same thread (Reference). The page stands in the timeline, with the address of the message,
// link, where it has one. What waits because the receiver has failed since it took its last message is due: it takes
// messages again. Done twice is fine.
func (s *Store) Done(ctx context.Context, id, ref, link string, at time.Time) error {
	return s.answer(ctx, id, func(tx *sql.Tx, m sending) error {
		n, err := changed(tx.ExecContext(ctx, `
			UPDATE outbox SET state = 'sent', sent_at = $2, reference = $3, error = '', failing_from = NULL, leased_by = '', leased_until = 0
			WHERE id = $1 AND state <> 'sent'`, id, micros(at), clean(ref)))
		if err != nil || n == 0 {
			return err
		}
		// A message that began to fail before the last success is refused for what it is, and keeps its wait.
		if _, err := tx.ExecContext(ctx, `
			UPDATE outbox SET not_before = $2 WHERE receiver = $1 AND state = 'pending' AND not_before > $2 AND leased_until <= $2
			AND failing_from > COALESCE((SELECT MAX(sent_at) FROM outbox WHERE receiver = $1 AND state = 'sent' AND id <> $3), 0)`,
			m.receiver, micros(at), id); err != nil {
			return err
		}
		if ref != "" {
			if err := setReference(ctx, tx, m.thread, m.receiver, ref); err != nil {
				return err
			}
		}
		return m.note(ctx, tx, detector.Entry{At: at, Kind: detector.EntryPaged, Actor: m.receiver, Text: link})
	})
}

// Retry writes down that a delivery by owner failed and is to be tried again at a time. errText is shown to people: it
// must hold no secret. Where another has the lease by now, nothing changes: the answer came after the lease's end, and
// the notification is on its way from there.
func (s *Store) Retry(ctx context.Context, owner, id string, at time.Time, errText string) error {
	return s.answer(ctx, id, func(tx *sql.Tx, _ sending) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE outbox SET not_before = $2, error = $3, failing_from = COALESCE(failing_from, $4), leased_by = '', leased_until = 0
			WHERE id = $1 AND state = 'pending' AND leased_by = $5`, id, micros(at), cut(errText, maxEntryText), micros(s.now()), key(owner))
		return err
	})
}

// Dead gives a notification up that owner has. What comes after it for the same incident and receiver is sent. Where nobody has
// heard of what it pages about, the next step of escalation does not wait. Where
// another has the lease by now, nothing changes, as with Retry.
func (s *Store) Dead(ctx context.Context, owner, id, errText string) error {
	return s.answer(ctx, id, func(tx *sql.Tx, m sending) error {
		text, now := cut(errText, maxEntryText), s.now()
		n, err := changed(tx.ExecContext(ctx, `
			UPDATE outbox SET state = 'dead', error = $2, failing_from = COALESCE(failing_from, $3), leased_by = '', leased_until = 0
			WHERE id = $1 AND state = 'pending' AND leased_by = $4`, id, text, micros(now), key(owner)))
		if err != nil || n == 0 {
			return err
		}
		if plan.Pages(m.event) {
			if err := hurry(ctx, tx, id, now); err != nil {
				return err
			}
		}
		return m.note(ctx, tx, detector.Entry{At: now, Kind: detector.EntryPageFailed, Actor: m.receiver, Text: text})
	})
}

// Resend puts a notification at the end of its queue, to be sent at once.
func (s *Store) Resend(ctx context.Context, id string) error {
	return s.answer(ctx, id, func(tx *sql.Tx, _ sending) error {
		sequence, err := next(ctx, tx, "outbox", 1)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE outbox SET state = 'pending', sequence = $2, attempts = 0, not_before = $3, leased_by = '', leased_until = 0
			WHERE id = $1 AND NOT (state = 'pending' AND leased_until > $3)`, id, sequence, micros(s.now()))
		return err
	})
}

// answer runs fn over the notification's row; ErrNotFound where there is none.
func (s *Store) answer(ctx context.Context, id string, fn func(tx *sql.Tx, m sending) error) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		var m sending
		err := tx.QueryRowContext(ctx, `SELECT incident_id, thread, receiver, event, group_body FROM outbox WHERE id = $1`+s.dialect.forUpdate, id).
			Scan(&m.incident, &m.thread, &m.receiver, &m.event, &m.grouping)
		if err == sql.ErrNoRows {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		return fn(tx, m)
	})
	if err != nil {
		return fmt.Errorf("store: notification %s: %w", strings.ToValidUTF8(id, "?"), err)
	}
	return nil
}

// sending is what the answers to a notification have to know of it.
type sending struct {
	incident, thread, receiver string
	event                      detector.ChangeEvent
	grouping                   []byte
}

// note writes into the timelines of what a page told of, and was open then, what became of it.
func (m sending) note(ctx context.Context, tx *sql.Tx, e detector.Entry) error {
	if !plan.Pages(m.event) {
		return nil
	}
	if m.grouping == nil {
		return addEntries(ctx, tx, m.incident, []detector.Entry{e})
	}
	var g plan.Group
	if err := json.Unmarshal(m.grouping, &g); err != nil {
		return fmt.Errorf("decode group: %w", err)
	}
	for _, i := range g.Items {
		if i.Status != detector.StatusOpen {
			continue
		}
		if there, err := exists(ctx, tx, i.ID); err != nil {
			return err
		} else if there {
			if err := addEntries(ctx, tx, i.ID, []detector.Entry{e}); err != nil {
				return err
			}
		}
	}
	return nil
}

// exists reports whether there is such an incident: those of a group may be gone.
func exists(ctx context.Context, q queryer, incident string) (bool, error) {
	var is bool
	err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM incidents WHERE id = $1)`, incident).Scan(&is)
	return is, err
}
