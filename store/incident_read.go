package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Incident returns one with all its parts. An alias or a prefix of 6 characters or more finds it too; ErrNotFound or
// ErrAmbiguous where that fails.
func (s *Store) Incident(ctx context.Context, id string) (*detector.Incident, error) {
	id, err := s.resolveID(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	var chart, evidence []byte
	r, err := scanRecord(s.read.QueryRowContext(ctx, `
		SELECT `+columns+`, d.chart, d.evidence FROM incidents i JOIN incident_documents d ON d.incident_id = i.id
		WHERE i.id = $1`, id), &chart, &evidence)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err == nil {
		err = decodeWide(&r.Incident, chart, evidence)
	}
	if err == nil {
		r.Timeline, err = timeline(ctx, s.read, id)
	}
	if err != nil {
		return nil, fmt.Errorf("store: incident %s: %w", id, s.scrub(err))
	}
	return &r.Incident, nil
}

const minPrefix = 6

// resolveID finds the id that a person, a link or the engine may mean.
func (s *Store) resolveID(ctx context.Context, id string) (string, error) {
	if id == "" || len(id) > maxKey || clean(id) != id {
		return "", ErrNotFound
	}
	var found []string
	err := each(ctx, s.read, func(row scanner) error {
		var f string
		if err := row.Scan(&f); err != nil {
			return err
		}
		found = append(found, f)
		return nil
	}, `SELECT id FROM incidents WHERE id = $1 UNION ALL SELECT incident_id FROM incident_aliases WHERE id = $1`, id)
	if err != nil {
		return "", s.scrub(err)
	}
	if len(found) == 0 && len(id) >= minPrefix {
		err = each(ctx, s.read, func(row scanner) error {
			var f string
			if err := row.Scan(&f); err != nil {
				return err
			}
			found = append(found, f)
			return nil
		}, `SELECT id FROM incidents WHERE id >= $1 AND id < $2 ORDER BY id LIMIT 2`, id, id+"\U0010FFFF")
		if err != nil {
			return "", s.scrub(err)
		}
	}
	switch len(found) {
	case 0:
		return "", ErrNotFound
	case 1:
		return found[0], nil
	}
	return "", ErrAmbiguous
}

// Unresolved returns every open and acknowledged incident without samples, chart and timeline, oldest first.
func (s *Store) Unresolved(ctx context.Context) ([]detector.Incident, error) {
	return s.light(ctx, s.read, `i.status <> 'resolved'`)
}

// Recent returns what Unresolved does and what was resolved at since or later, oldest first: what a new owner of shards
// has to know.
func (s *Store) Recent(ctx context.Context, since time.Time) ([]detector.Incident, error) {
	return s.light(ctx, s.read, `(i.status <> 'resolved' OR i.resolved_at >= $1)`, micros(since))
}

func (s *Store) light(ctx context.Context, q queryer, where string, args ...any) ([]detector.Incident, error) {
	var out []detector.Incident
	err := each(ctx, q, func(row scanner) error {
		r, err := scanRecord(row)
		if err == nil {
			out = append(out, r.Incident)
		}
		return err
	}, `SELECT `+columns+` FROM incidents i JOIN incident_documents d ON d.incident_id = i.id
		WHERE `+where+` ORDER BY i.opened_at, i.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: incidents: %w", s.scrub(err))
	}
	return out, nil
}
