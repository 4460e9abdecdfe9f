package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// Settle decides across shards and replicas what explains what. decide gets every unresolved incident, light and oldest
// first, and returns for those that it judges the id of the incident that explains them, or "" for one that stands for
// itself. It may be called more than once. Only one replica settles at a time. A page that was not sent yet is withdrawn
// where its incident is explained, and sent where it no longer is.
func (s *Store) Settle(ctx context.Context, decide func(unresolved []detector.Incident) map[string]string) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := next(ctx, tx, "settle", 1); err != nil {
			return err
		}
		open, err := s.light(ctx, tx, `i.status <> 'resolved'`)
		if err != nil {
			return err
		}
		by := decide(open)
		var told []detector.Notification
		for _, id := range slices.Sorted(maps.Keys(by)) {
			more, err := s.explain(ctx, tx, id, by[id])
			if err != nil {
				return fmt.Errorf("incident %s: %w", id, err)
			}
			told = append(told, more...)
		}
		return s.enqueue(ctx, tx, told)
	})
	if err != nil {
		return fmt.Errorf("store: settle: %w", err)
	}
	return nil
}

func (s *Store) explain(ctx context.Context, tx *sql.Tx, id, by string) ([]detector.Notification, error) {
	r, err := s.load(ctx, tx, `i.id = $1`, id)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // expired meanwhile
	}
	if err != nil || r.Status == detector.StatusResolved || r.ExplainedBy == by || by == id {
		return nil, err
	}
	now := fromMicros(micros(s.now()))
	if by == "" {
		r.ExplainedBy, r.settled = "", false
		r.Page = r.Severity == detector.SeverityPage && !r.Silenced
		heard, err := told(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		return s.save(ctx, tx, r, outcome{event: detector.ChangeOpened, quiet: heard || r.Muted != nil}, micros(now))
	}
	r.ExplainedBy, r.settled, r.Page = by, true, false
	if err := withdraw(ctx, tx, id); err != nil {
		return nil, err
	}
	entry := detector.Entry{At: now, Kind: detector.EntryRelated, Text: "explained by " + by}
	there := false
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM incidents WHERE id = $1)`, by).Scan(&there); err != nil {
		return nil, err
	}
	if there {
		err := addEntries(ctx, tx, by, []detector.Entry{{At: now, Kind: detector.EntryRelated, Text: "explains " + id + ": " + r.Title}})
		if err != nil {
			return nil, err
		}
	}
	return s.save(ctx, tx, r, outcome{event: detector.ChangeUpdated, quiet: true, entries: []detector.Entry{entry}}, micros(now))
}
