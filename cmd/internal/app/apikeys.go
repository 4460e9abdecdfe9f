package app

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/store"
)

// apiKeys lets the dashboard remember what it answered.
type apiKeys struct{ store *store.Store }

func (k apiKeys) ClaimKey(ctx context.Context, r dashboards.KeyedRequest) (dashboards.KeyedRequest, error) {
	first, err := k.store.ClaimAPIKey(ctx, store.APIKey(r))
	return dashboards.KeyedRequest(first), translate(err)
}

func (k apiKeys) AnswerKey(ctx context.Context, id [32]byte, status int, answer []byte) error {
	return translate(k.store.AnswerAPIKey(ctx, id, status, answer))
}

// apiKeysKept is for how long the same request is known again.
const apiKeysKept = 48 * time.Hour
