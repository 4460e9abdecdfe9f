package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/tocsin-io/tocsin/detector"
)

// find returns the record that a change of the engine is about, locked: the one with its id; the one that the id is an
// alias of; or the unresolved one of the same series and kind, of which the id then becomes an alias. Nil where there is
// none.
func (s *Store) find(ctx context.Context, tx *sql.Tx, in *detector.Incident) (*record, error) {
	r, err := s.load(ctx, tx, `i.id = $1`, in.ID)
	if !errors.Is(err, ErrNotFound) {
		return r, err
	}
	r, err = s.load(ctx, tx, `i.id = (SELECT incident_id FROM incident_aliases WHERE id = $1)`, in.ID)
	if !errors.Is(err, ErrNotFound) {
		return r, err
	}
	r, err = s.load(ctx, tx, `i.identity = $1 AND i.status <> 'resolved'`, identity(in))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO incident_aliases (id, incident_id) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, in.ID, r.ID)
	return r, err
}

// load reads one record with all its documents and locks it; ErrNotFound where there is none.
func (s *Store) load(ctx context.Context, tx *sql.Tx, where string, arg any) (*record, error) {
	var chart, evidence []byte
	lock := s.dialect.forUpdate
	if lock != "" {
		lock += " OF i"
	}
	r, err := scanRecord(tx.QueryRowContext(ctx, `
		SELECT `+columns+`, d.chart, d.evidence FROM incidents i JOIN incident_documents d ON d.incident_id = i.id
		WHERE `+where+lock, arg), &chart, &evidence)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return r, decodeWide(&r.Incident, chart, evidence)
}

// taken reports whether another incident is unresolved under the identity of r.
func taken(ctx context.Context, tx *sql.Tx, r *record) (bool, error) {
	var is bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM incidents WHERE identity = $1 AND status <> 'resolved' AND id <> $2)`,
		identity(&r.Incident), r.ID).Scan(&is)
	return is, err
}

// keepIdentity lets an incident change its kind, as a surge becomes a masked error, unless an incident of that kind
// stands beside it: then it keeps the kind that it had.
func keepIdentity(ctx context.Context, tx *sql.Tx, r *record, was *detector.Incident) error {
	if r.Kind == was.Kind {
		return nil
	}
	other, err := taken(ctx, tx, r)
	if other {
		r.Kind = was.Kind
	}
	return err
}
