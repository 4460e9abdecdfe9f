package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

// Act is what a person does to an incident.
type Act struct {
	Kind  detector.EntryKind // acknowledged, unacknowledged, resolved, reopened, note, expected or noise
	Actor string             // who; required
	Text  string             // the note, or why; at most 4 KiB are kept
	At    time.Time          // zero: now
	// Mark says, for expected and noise, what later incidents are the same and when: its Match, Weekly and Ends. Nil: those
	// of the very same series where that can be told from the kind, else none. A Mark that matches nothing: none.
	Mark *mute.Mute
}

// Act does it: state, timeline, audit and notifications in one transaction. The same act again is no error, changes
// nothing and tells nobody. It returns the incident after it; a *RefusedError where the act does not fit the state,
// ErrNotFound where there is no such incident.
func (s *Store) Act(ctx context.Context, id string, a Act) (*detector.Incident, error) {
	if a.Actor == "" {
		return nil, invalid("an act needs an actor")
	}
	if a.At.IsZero() {
		a.At = s.now()
	}
	a.At = fromMicros(micros(a.At))
	a.Actor, a.Text = cut(a.Actor, maxKey), cut(a.Text, maxEntryText)
	id, err := s.resolveID(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("store: act: %w", err)
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error { return s.act(ctx, tx, id, a) })
	var refused *RefusedError
	if errors.As(err, &refused) {
		return nil, refused
	}
	if err != nil {
		return nil, fmt.Errorf("store: act on incident %s: %w", id, err)
	}
	return s.Incident(ctx, id)
}

func (s *Store) act(ctx context.Context, tx *sql.Tx, id string, a Act) error {
	switch a.Kind {
	case detector.EntryExpected, detector.EntryNoise, detector.EntryReopened: // reviews others, which comes before them
		if err := holds(ctx, tx, s.dialect.holdMutes); err != nil {
			return err
		}
		if _, err := next(ctx, tx, "settle", 1); err != nil {
			return err
		}
	}
	r, err := s.load(ctx, tx, `i.id = $1`, id)
	if err != nil {
		return err
	}
	resolved := r.Status == detector.StatusResolved
	out, err := act(r, a)
	if err != nil || out.event == "" {
		return err
	}
	if had, err := hasEntry(ctx, tx, id, out.entries[0]); err != nil || had {
		return err // the same act again, as a form that was sent twice
	}
	if resolved && r.Status != detector.StatusResolved {
		other, err := taken(ctx, tx, r)
		if err != nil {
			return err
		}
		if other {
			return &RefusedError{
				Incident: id, Act: a.Kind, Status: detector.StatusResolved,
				Reason: fmt.Sprintf("Incident %s cannot be reopened: a newer incident of the same series is open.", id),
			}
		}
	}
	if a.At.After(r.UpdatedAt) {
		r.UpdatedAt = a.At
	}
	touched, err := remember(ctx, tx, r, a)
	if err != nil {
		return err
	}
	told, err := s.save(ctx, tx, r, out, micros(a.At))
	if err != nil {
		return err
	}
	if err := appendAudit(ctx, tx, AuditEntry{At: a.At, Actor: a.Actor, Action: "incident." + string(a.Kind), Subject: id, Text: a.Text}); err != nil {
		return err
	}
	if err := s.enqueue(ctx, tx, told); err != nil {
		return err
	}
	for _, by := range touched {
		if err := s.review(ctx, tx, by); err != nil {
			return err
		}
	}
	return nil
}

func hasEntry(ctx context.Context, q queryer, incident string, e detector.Entry) (bool, error) {
	k := entryKey(e)
	var had bool
	err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM timeline WHERE incident_id = $1 AND entry_key = $2)`, incident, k[:]).Scan(&had)
	return had, err
}

// Acted is an act by which a person ended an incident or opened it again.
type Acted struct {
	Incident string
	Kind     detector.EntryKind // resolved, expected, noise or reopened
	At       time.Time
}

// ActsSince returns the acts at since or later that ended incidents or opened them again, in the order in which they
// were done. That an incident expired is one of them, for the engine may hold it open.
func (s *Store) ActsSince(ctx context.Context, since time.Time) ([]Acted, error) {
	var out []Acted
	err := each(ctx, s.read, func(row scanner) error {
		var a Acted
		var action string
		var at int64
		if err := row.Scan(&a.Incident, &action, &at); err != nil {
			return err
		}
		a.Kind, a.At = detector.EntryKind(strings.TrimPrefix(action, "incident.")), fromMicros(at)
		out = append(out, a)
		return nil
	}, `SELECT subject, action, at FROM audit
		WHERE at >= $1 AND action IN ('incident.resolved', 'incident.expected', 'incident.noise', 'incident.expired', 'incident.reopened') ORDER BY id`, micros(since))
	if err != nil {
		return nil, fmt.Errorf("store: acts: %w", s.scrub(err))
	}
	return out, nil
}
