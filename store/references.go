package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

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
