package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Session is somebody who is signed in to the dashboard.
type Session struct {
	ID         [32]byte // SHA-256 of the secret that the browser holds
	Name       string
	Role       string
	Source     string   // password or oidc
	Credential [32]byte // hash of what the person signed in with
	CreatedAt  time.Time
	SeenAt     time.Time
	EndsAt     time.Time // where it is not used until then
	LastAt     time.Time // however much it is used
}

// PutSession begins a session, and ends the one with the id before, if it is not zero. The audit says so, with text.
func (s *Store) PutSession(ctx context.Context, x Session, before [32]byte, text string) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if before != ([32]byte{}) {
			if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE id = $1`, before[:]); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO sessions (id, name, role, source, credential, created_at, seen_at, ends_at, last_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, x.ID[:], key(x.Name), key(x.Role), key(x.Source), x.Credential[:],
			micros(x.CreatedAt), micros(x.SeenAt), micros(x.EndsAt), micros(x.LastAt))
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: x.CreatedAt, Actor: key(x.Name), Action: "session.started", Subject: x.Name, Text: text})
	})
	if err != nil {
		return fmt.Errorf("store: session: %w", err)
	}
	return nil
}

// Session returns a session, also one that is over; ErrNotFound where there is none.
func (s *Store) Session(ctx context.Context, id [32]byte) (Session, error) {
	x := Session{ID: id}
	var credential []byte
	var created, seen, ends, last int64
	err := s.read.QueryRowContext(ctx, `SELECT name, role, source, credential, created_at, seen_at, ends_at, last_at FROM sessions WHERE id = $1`, id[:]).
		Scan(&x.Name, &x.Role, &x.Source, &credential, &created, &seen, &ends, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, fmt.Errorf("store: session: %w", ErrNotFound)
	}
	if err != nil {
		return Session{}, fmt.Errorf("store: session: %w", s.scrub(err))
	}
	copy(x.Credential[:], credential)
	x.CreatedAt, x.SeenAt, x.EndsAt, x.LastAt = fromMicros(created), fromMicros(seen), fromMicros(ends), fromMicros(last)
	return x, nil
}

// TouchSession says that a session was used, which moves its end. It never moves it back, and does not bring back a
// session that was ended meanwhile.
func (s *Store) TouchSession(ctx context.Context, id [32]byte, seen, ends time.Time) error {
	_, err := s.write.ExecContext(ctx, `UPDATE sessions SET seen_at = $2, ends_at = $3 WHERE id = $1 AND seen_at < $2`, id[:], micros(seen), micros(ends))
	if err != nil {
		return fmt.Errorf("store: session: %w", s.scrub(err))
	}
	return nil
}

// EndSession removes a session, and the audit says so. One that is not there is no error.
func (s *Store) EndSession(ctx context.Context, id [32]byte, at time.Time) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		var name string
		err := tx.QueryRowContext(ctx, `DELETE FROM sessions WHERE id = $1 RETURNING name`, id[:]).Scan(&name)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: at, Actor: name, Action: "session.ended", Subject: name})
	})
	if err != nil {
		return fmt.Errorf("store: session: %w", err)
	}
	return nil
}

// UseOnce reports whether id is used for the first time, on all replicas together. It is remembered until then.
func (s *Store) UseOnce(ctx context.Context, id [32]byte, until time.Time) (bool, error) {
	n, err := changed(s.write.ExecContext(ctx, `INSERT INTO used_once (id, ends_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
		id[:], micros(until)))
	if err != nil {
		return false, fmt.Errorf("store: used once: %w", s.scrub(err))
	}
	return n == 1, nil
}
