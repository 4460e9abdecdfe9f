package engine

import (
	"context"

	"github.com/tocsin-io/tocsin/detector"
)

// nearMisses keeps what was too weak to be called. They help people to tune and are not waited for.
func (e *Engine) nearMisses(ctx context.Context, list []detector.NearMiss) {
	if len(list) == 0 {
		return
	}
	for i := range list {
		if id, err := detector.ParseShapeID(list[i].TemplateID); err == nil {
			list[i].Template = e.Templates.Text(id)
		}
	}
	if err := e.ledger.PutNearMisses(ctx, list); err != nil && ctx.Err() == nil {
		e.log.Warn("near misses were not kept", "count", len(list), "error", err)
	}
}
