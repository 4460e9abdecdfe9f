package store

import (
	"context"
	"fmt"
	"time"
)

// APIKey is a request that carried an Idempotency-Key.
type APIKey struct {
	ID     [32]byte // of caller and key
	Digest [32]byte // of the request
	At     time.Time
	Status int // of the answer; 0: not answered yet
	Answer []byte
}

// ClaimAPIKey remembers k, and returns what is remembered under its id: k itself, or who came first.
func (s *Store) ClaimAPIKey(ctx context.Context, k APIKey) (APIKey, error) {
	_, err := s.write.ExecContext(ctx, `INSERT INTO api_keys (id, digest, at, status) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING`,
		k.ID[:], k.Digest[:], micros(k.At))
	if err != nil {
		return k, fmt.Errorf("store: idempotency key: %w", s.scrub(err))
	}
	var digest []byte
	var at int64
	err = s.write.QueryRowContext(ctx, `SELECT digest, at, status, answer FROM api_keys WHERE id = $1`, k.ID[:]).Scan(&digest, &at, &k.Status, &k.Answer)
	if err != nil {
		return k, fmt.Errorf("store: idempotency key: %w", s.scrub(err))
	}
	copy(k.Digest[:], digest)
	k.At = fromMicros(at)
	return k, nil
}

// AnswerAPIKey remembers the answer to a request; the first one stays.
func (s *Store) AnswerAPIKey(ctx context.Context, id [32]byte, status int, answer []byte) error {
	_, err := s.write.ExecContext(ctx, `UPDATE api_keys SET status = $2, answer = $3 WHERE id = $1 AND status = 0`, id[:], status, orEmpty(answer))
	if err != nil {
		return fmt.Errorf("store: idempotency key: %w", s.scrub(err))
	}
	return nil
}
