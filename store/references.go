package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/tocsin-io/tocsin/notifier/plan"
)

// KeepPayload keeps what was sent for a notification, so that the dashboard can show it.
func (s *Store) KeepPayload(ctx context.Context, id string, payload []byte) error {
	if _, err := s.write.ExecContext(ctx, `UPDATE outbox SET payload = $2 WHERE id = $1`, id, payload); err != nil {
		return fmt.Errorf("store: payload of %s: %w", id, s.scrub(err))
	}
	return nil
}

// Reference returns what a receiver calls its message of a thread; false where it has none.
func (s *Store) Reference(ctx context.Context, thread, receiver string) (string, bool, error) {
	var ref string
	err := s.read.QueryRowContext(ctx, `SELECT reference FROM thread_references WHERE thread = $1 AND receiver = $2`,
		thread, key(receiver)).Scan(&ref)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("store: reference: %w", s.scrub(err))
	}
	return ref, true, nil
}

// LastReference returns what a receiver calls the newest message that it took, of whatever thread; empty where it has no name
// for it, or took none.
func (s *Store) LastReference(ctx context.Context, receiver string) (string, error) {
	var ref string
	err := s.read.QueryRowContext(ctx, `SELECT reference FROM outbox WHERE receiver = $1 AND state = 'sent' ORDER BY sequence DESC LIMIT 1`, key(receiver)).Scan(&ref)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("store: reference: %w", s.scrub(err))
	}
	return ref, nil
}

// Standing returns the newest message of each thread that a receiver took, where its incident or group is not over: the oldest
// first, at most limit. Lists are left out, and ends.
func (s *Store) Standing(ctx context.Context, receiver string, limit int) ([]plan.Notification, error) {
	var out []plan.Notification
	err := each(ctx, s.read, func(row scanner) error {
		n, err := scanNotification(row)
		out = append(out, n)
		return err
	}, `SELECT `+notificationColumns+` FROM (
			SELECT id AS open FROM incidents WHERE status <> 'resolved' UNION ALL SELECT id FROM page_groups WHERE ended_at = 0
		) t JOIN outbox ON thread = open AND receiver = $1 AND state = 'sent'
		WHERE sequence = (SELECT MAX(l.sequence) FROM outbox l WHERE l.thread = open AND l.receiver = $1 AND l.state = 'sent')
			AND event NOT IN ('resolved', 'digest', 'expiring') ORDER BY sequence LIMIT $2`, key(receiver), limit)
	if err != nil {
		return nil, fmt.Errorf("store: what %s was told of: %w", key(receiver), s.scrub(err))
	}
	return out, nil
}

// SetReference keeps what a receiver calls its message of a thread.
func (s *Store) SetReference(ctx context.Context, thread, receiver, ref string) error {
	if err := setReference(ctx, s.write, thread, receiver, ref); err != nil {
		return fmt.Errorf("store: reference: %w", s.scrub(err))
	}
	return nil
}

func setReference(ctx context.Context, q queryer, thread, receiver, ref string) error {
	_, err := q.ExecContext(ctx, `
		INSERT INTO thread_references (thread, receiver, reference) VALUES ($1, $2, $3)
		ON CONFLICT (thread, receiver) DO UPDATE SET reference = excluded.reference`, thread, key(receiver), clean(ref))
	return err
}
