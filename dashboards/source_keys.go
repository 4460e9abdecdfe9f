package dashboards

import (
	"context"
	"time"
)

// Keys remembers, on all replicas together, requests of the API that carried an Idempotency-Key, for a day at least.
type Keys interface {
	// ClaimKey remembers k, and returns what is remembered under its id: k itself, or the request that came first.
	ClaimKey(ctx context.Context, k KeyedRequest) (KeyedRequest, error)
	// AnswerKey remembers the answer; the first one stays.
	AnswerKey(ctx context.Context, id [32]byte, status int, answer []byte) error
}

// KeyedRequest is a request that carried an Idempotency-Key.
type KeyedRequest struct {
	ID     [32]byte // of caller and key
	Digest [32]byte // of method, path and body
	At     time.Time
	Status int // of the answer; 0: not answered yet
	Answer []byte
}
