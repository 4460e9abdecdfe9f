package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Settle decides across shards and replicas what explains what. decide gets every unresolved incident, light and oldest
// first, and returns how those that it judges relate to another; it may be called more than once. Only one replica settles
// at a time. A page that was not sent yet is withdrawn where its incident is explained, and sent where it no longer is.
// One that waits goes once all shards have judged the bucket that decided it, and what they found is decided about; those of the incidents in
// early, which were called before their bucket was complete, go now.
func (s *Store) Settle(ctx context.Context, early []string, decide func(unresolved []detector.Incident) map[string]detector.Relation) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := next(ctx, tx, "settle", 1); err != nil {
			return err
		}
		until, err := evaluated(ctx, tx) // before what was found is read: that is all there is up to it
		if err != nil {
			return err
		}
		open, err := s.light(ctx, tx, `i.status <> 'resolved'`)
		if err != nil {
			return err
		}
		by := decide(open)
		var told []plan.Notification
		for _, id := range slices.Sorted(maps.Keys(by)) {
			more, err := s.relate(ctx, tx, id, by[id])
			if err != nil {
				return fmt.Errorf("incident %s: %w", id, err)
			}
			told = append(told, more...)
		}
		if err := release(ctx, tx, until, early, s.now()); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, told)
	})
	if err != nil {
		return fmt.Errorf("store: settle: %w", err)
	}
	return nil
}

func (s *Store) relate(ctx context.Context, tx *sql.Tx, id string, rel detector.Relation) ([]plan.Notification, error) {
	r, err := s.load(ctx, tx, `i.id = $1`, id)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // expired meanwhile
	}
	by := rel.To
	if err != nil || r.Status == detector.StatusResolved || r.ExplainedBy == by && !rel.Link || by == id {
		return nil, err
	}
	now := fromMicros(micros(s.now()))
	if by == "" {
		if done, err := s.dealtWith(ctx, tx, r); done || err != nil {
			return nil, err
		}
		r.ExplainedBy, r.settled = "", false
		r.Page = r.Severity == detector.SeverityPage && !r.Silenced
		heard, err := told(ctx, tx, id)
		if err == nil {
			err = lookAtGroups(ctx, tx, id, now)
		}
		if err != nil {
			return nil, err
		}
		return s.save(ctx, tx, r, outcome{event: detector.ChangeOpened, quiet: heard || r.Muted != nil}, micros(now))
	}
	told, fresh, err := s.spread(ctx, tx, by, r, rel, now)
	if err != nil || !fresh && rel.Link {
		return nil, err
	}
	entry := detector.Entry{At: now, Kind: detector.EntryRelated, Text: join("linked to "+by, rel.Why)}
	if !rel.Link {
		entry.Text = join("explained by "+by, rel.Why)
		r.ExplainedBy, r.settled, r.Page = by, true, false
		if err := withdraw(ctx, tx, id); err != nil {
			return nil, err
		}
	}
	more, err := s.save(ctx, tx, r, outcome{event: detector.ChangeUpdated, quiet: true, entries: []detector.Entry{entry}}, micros(now))
	return append(told, more...), err
}

// dealtWith reports whether a person has resolved what explains r, in the same service, after r had begun: their word is of all of
// it, and stays.
func (s *Store) dealtWith(ctx context.Context, tx *sql.Tx, r *record) (bool, error) {
	cause, err := s.load(ctx, tx, `i.id = $1`, r.ExplainedBy)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return cause.Service == r.Service && cause.Status == detector.StatusResolved && cause.resolvedBy != "" && !r.Onset.After(*cause.ResolvedAt), nil
}

// spread writes into the incident id that r has the same cause, and tells those who were told of it. fresh is false
// where it says so already, or is not there.
func (s *Store) spread(ctx context.Context, tx *sql.Tx, id string, r *record, rel detector.Relation, now time.Time) (told []plan.Notification, fresh bool, err error) {
	cause, err := s.load(ctx, tx, `i.id = $1`, id)
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	if err != nil || slices.ContainsFunc(cause.Related, func(x detector.Related) bool { return x.ID == r.ID }) ||
		len(cause.Related) >= detector.MaxRelated {
		return nil, false, err
	}
	cause.Related = append(cause.Related, detector.Related{ID: r.ID, Kind: r.Kind, Service: r.Service, Onset: r.Onset, Why: rel.Why})
	cause.Detail = wording.Detail(&cause.Incident)
	entry := detector.Entry{At: now, Kind: detector.EntryRelated, Text: join("also "+r.ID+" in "+r.Service, rel.Why)}
	out := outcome{event: detector.ChangeUpdated, news: plan.More, quiet: cause.ExplainedBy != "" || cause.Muted != nil, entries: []detector.Entry{entry}}
	told, err = s.save(ctx, tx, cause, out, micros(now)+int64(len(cause.Related)))
	return told, true, err
}

func join(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}
