package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// How a silence or mark acts on an incident. A mark is about what happens, so its hours are held against event time: a
// batch that is counted late is still the batch. A silence is about people, so it is held against the clock. Marks come
// first: what is expected does not page when a silence ends.

// covering is what covers r; nil where nothing does. happened is the event time, now the clock.
func covering(all []mute.Mute, r *record, happened, now time.Time) *mute.Mute {
	var silence *mute.Mute
	for i := range all {
		m := &all[i]
		switch {
		case m.Sort.Marked() && m.Holds(happened) && m.Matches(&r.Incident):
			return m
		case m.Sort == mute.Silence && silence == nil && m.Holds(now) && m.Matches(&r.Incident):
			silence = m
		}
	}
	return silence
}

// cover makes r what it is under m, or free where m is nil.
func cover(r *record, m *mute.Mute) {
	own := detector.Muted{Severity: r.Severity, Page: r.Page}
	if r.ExplainedBy != "" { // which holds the page back, and may end before the silence does
		own.Page = r.Severity == detector.SeverityPage
	}
	if r.Muted != nil {
		own.Severity, own.Page = r.Muted.Severity, r.Muted.Page
	}
	if m == nil {
		r.Severity, r.Page, r.Silenced, r.Muted = own.Severity, own.Page && r.ExplainedBy == "", false, nil
		return
	}
	own.By, own.As, own.Why = m.ID, string(m.Sort), m.Why()
	r.Severity, r.Page, r.Silenced, r.Muted = own.Severity, false, m.Sort == mute.Silence, &own
	if m.Sort.Marked() {
		r.Severity = detector.SeverityRecord
	}
}

// remute finds what covers a record of which the engine has just said how it is, and reports whether that is new, or
// whether it is free of what covered it. What is resolved keeps what covered it last.
func remute(r *record, was *detector.Incident, all []mute.Mute, now time.Time, out *outcome) (newly, freed bool) {
	r.Muted, r.Silenced = nil, false
	if r.Status == detector.StatusResolved {
		keepMuted(r, was)
		return false, false
	}
	m, before := covering(all, r, r.UpdatedAt, now), was.Muted
	cover(r, m)
	switch {
	case m != nil && (before == nil || before.By != m.ID):
		out.entries = append(out.entries, mutedEntry(r.UpdatedAt, m))
		return true, false
	case m == nil && before != nil:
		out.entries = append(out.entries, unmutedEntry(r.UpdatedAt, before))
		return false, true
	}
	return false, false
}

// keepMuted leaves a record as silences and marks had made it.
func keepMuted(r *record, was *detector.Incident) {
	cover(r, nil)
	if r.Muted, r.Silenced = was.Muted, was.Silenced; was.Muted != nil {
		r.Severity, r.Page = was.Severity, was.Page
	}
}

// tellAgain makes an outcome that tells of an incident which nothing covers any more: as opened where nobody was told of
// it before, else as a change, and not at all to whoever has taken it.
func tellAgain(ctx context.Context, tx *sql.Tx, r *record, out *outcome) error {
	heard, err := told(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	out.event, out.quiet, out.news = detector.ChangeOpened, false, plan.Apart
	if heard {
		out.event, out.quiet = detector.ChangeUpdated, r.Status == detector.StatusAcknowledged
	}
	return nil
}

func mutedEntry(at time.Time, m *mute.Mute) detector.Entry {
	return detector.Entry{At: at, Kind: detector.EntryMuted, Actor: m.Author, Text: m.Why()}
}

func unmutedEntry(at time.Time, was *detector.Muted) detector.Entry {
	return detector.Entry{At: at, Kind: detector.EntryUnmuted, Text: "no longer " + was.Why + "; still going on"}
}

// ReviewMutes lets go what no silence or mark covers any more: what is still open and was never paged, pages; what was
// paged before and nobody has taken is told again. It is called every few seconds, on every replica.
func (s *Store) ReviewMutes(ctx context.Context) error {
	due, err := s.reviewDue(ctx)
	if err == nil && due {
		err = s.inTx(ctx, func(tx *sql.Tx) error { return s.review(ctx, tx, "*") })
	}
	if err != nil {
		return fmt.Errorf("store: review silences: %w", s.scrub(err))
	}
	return nil
}

// reviewDue reports whether anything unresolved is covered by what holds no longer. It writes nothing, as it is asked every
// few seconds. Marks are held against event time, so the engine's next word ends them.
func (s *Store) reviewDue(ctx context.Context) (bool, error) {
	covered, err := s.coverers(ctx, s.read, `muted_by <> '' AND status <> 'resolved'`)
	if err != nil || len(covered) == 0 {
		return false, err
	}
	now := s.now()
	all, err := s.mutes(ctx, s.read, oldestEvent(now))
	if err != nil {
		return false, err
	}
	for i := range all {
		if m := &all[i]; m.Sort.Marked() && m.EndedBy == "" || m.Holds(now) {
			delete(covered, m.ID)
		}
	}
	return len(covered) > 0, nil
}

// coverers are the silences and marks that cover incidents of which a condition holds.
func (s *Store) coverers(ctx context.Context, q queryer, where string) (map[string]bool, error) {
	covered := map[string]bool{}
	err := each(ctx, q, func(row scanner) error {
		var by string
		err := row.Scan(&by)
		covered[by] = true
		return err
	}, `SELECT DISTINCT muted_by FROM incidents WHERE `+where)
	return covered, err
}

// review holds the silences and marks against what is unresolved: against all of it where by is empty, else against what
// that one covers, or any one at all for "*".
func (s *Store) review(ctx context.Context, tx *sql.Tx, by string) error {
	if _, err := next(ctx, tx, "settle", 1); err != nil { // one replica at a time
		return err
	}
	now := fromMicros(micros(s.now()))
	all, err := s.mutes(ctx, tx, oldestEvent(now))
	if err != nil {
		return err
	}
	where, args := `status <> 'resolved'`, []any{}
	switch by {
	case "":
	case "*":
		where += ` AND muted_by <> ''`
	default:
		where, args = where+` AND muted_by = $1`, append(args, by)
	}
	var ids []string
	err = each(ctx, tx, func(row scanner) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM incidents WHERE `+where+` ORDER BY id`, args...)
	if err != nil {
		return err
	}
	var told []plan.Notification
	for _, id := range ids {
		more, err := s.reviewOne(ctx, tx, id, all, now)
		if err != nil {
			return fmt.Errorf("incident %s: %w", id, err)
		}
		told = append(told, more...)
	}
	return s.enqueue(ctx, tx, told)
}

func (s *Store) reviewOne(ctx context.Context, tx *sql.Tx, id string, all []mute.Mute, now time.Time) ([]plan.Notification, error) {
	r, err := s.load(ctx, tx, `i.id = $1`, id)
	if err != nil {
		return nil, err
	}
	m, was := covering(all, r, r.engineAt, now), r.Muted
	switch {
	case m == nil && was == nil, m != nil && was != nil && was.By == m.ID:
		return nil, nil
	}
	cover(r, m)
	if m != nil {
		if err := withdraw(ctx, tx, id); err != nil {
			return nil, err
		}
		heard, err := told(ctx, tx, id) // they are told who silenced it; others hear of nothing
		if err != nil {
			return nil, err
		}
		return s.save(ctx, tx, r, outcome{event: detector.ChangeUpdated, quiet: !heard, entries: []detector.Entry{mutedEntry(now, m)}}, micros(now))
	}
	out := outcome{entries: []detector.Entry{unmutedEntry(now, was)}}
	if err := tellAgain(ctx, tx, r, &out); err != nil {
		return nil, err
	}
	if r.ExplainedBy != "" {
		out.quiet = true
	}
	return s.save(ctx, tx, r, out, micros(now))
}

// oldestEvent is how far back event time may lie behind the clock where marks are held against it.
func oldestEvent(now time.Time) time.Time { return now.Add(-7 * 24 * time.Hour) }

// told reports whether anybody was told of an incident.
func told(ctx context.Context, tx *sql.Tx, id string) (bool, error) {
	var is bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM outbox WHERE incident_id = $1 AND state <> 'withdrawn'
		AND event <> 'expiring')`, id).Scan(&is)
	return is, err
}
