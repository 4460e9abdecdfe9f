package dashtest

import (
	"context"

	"github.com/tocsin-io/tocsin/dashboards"
)

// ClaimKey remembers a request.
func (w *World) ClaimKey(_ context.Context, k dashboards.KeyedRequest) (dashboards.KeyedRequest, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.keys == nil {
		w.keys = map[[32]byte]dashboards.KeyedRequest{}
	}
	if first, ok := w.keys[k.ID]; ok {
		return first, w.Fail
	}
	if w.Fail == nil {
		w.keys[k.ID] = k
	}
	return k, w.Fail
}

// AnswerKey remembers an answer.
func (w *World) AnswerKey(ctx context.Context, id [32]byte, status int, answer []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if k, ok := w.keys[id]; ok && k.Status == 0 {
		k.Status, k.Answer = status, answer
		w.keys[id] = k
	}
	return w.Fail
}
