package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/tocsin-io/tocsin/detector"
)

// Incident returns one with all its parts. An alias or a prefix of 6 characters or more finds it too; ErrNotFound or
// ErrAmbiguous where that fails.
func (s *Store) Incident(ctx context.Context, id string) (*detector.Incident, error) {
	id, err := s.resolveID(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	in, err := full(ctx, s.read, id)
	if err != nil {
		return nil, fmt.Errorf("store: incident %s: %w", id, s.scrub(err))
	}
	return in, nil
}

// full reads an incident with all its parts, and locks nothing.
func full(ctx context.Context, q queryer, id string) (*detector.Incident, error) {
	var chart, evidence []byte
	r, err := scanRecord(q.QueryRowContext(ctx, `
		SELECT `+columns+`, d.chart, d.evidence FROM incidents i JOIN incident_documents d ON d.incident_id = i.id
		WHERE i.id = $1`, id), &chart, &evidence)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err == nil {
		err = decodeWide(&r.Incident, chart, evidence)
	}
	if err == nil {
		r.Timeline, err = timeline(ctx, q, id)
	}
	if err != nil {
		return nil, err
	}
	return &r.Incident, nil
}

const minPrefix = 6

// resolveID finds the id that a person, a link or the engine may mean: an incident's own, an alias, or a prefix.
func (s *Store) resolveID(ctx context.Context, id string) (string, error) {
	if id == "" || len(id) > maxKey || clean(id) != id {
		return "", ErrNotFound
	}
	for _, look := range []struct {
		query string
		args  []any
	}{
		{`SELECT id FROM incidents WHERE id = $1`, []any{id}},
		{`SELECT incident_id FROM incident_aliases WHERE id = $1`, []any{id}},
		{`SELECT id FROM incidents WHERE id >= $1 AND id < $2 ORDER BY id LIMIT 2`, []any{id, id + "\U0010FFFF"}},
	} {
		if len(look.args) == 2 && len(id) < minPrefix {
			break
		}
		var found []string
		err := each(ctx, s.read, func(row scanner) error {
			var f string
			err := row.Scan(&f)
			found = append(found, f)
			return err
		}, look.query, look.args...)
		switch {
		case err != nil:
			return "", s.scrub(err)
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return "", ErrAmbiguous
		}
	}
	return "", ErrNotFound
}

// Unresolved returns every open and acknowledged incident without samples, chart and timeline, oldest first.
func (s *Store) Unresolved(ctx context.Context) ([]detector.Incident, error) {
	return s.light(ctx, s.read, `i.status <> 'resolved'`)
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
