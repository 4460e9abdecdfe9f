package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// Outlined is what was expected of the series of a shard when its judge's state was kept last.
type Outlined struct {
	Outlines []detector.Outline
	Next     time.Time // when its judge keeps the next state, about: zero where none was kept
}

// Outlined reads what is expected of the services and levels of a shard, and with templates of these too, whoever judges it: from the
// state that is kept for the next owner. Nothing is written for it.
func (e *Engine) Outlined(ctx context.Context, shard int, templates bool) (Outlined, error) {
	data, err := e.backend.LoadState(ctx, shard)
	if err != nil {
		return Outlined{}, fmt.Errorf("what is expected in shard %d: %w", shard, err)
	}
	if data == nil {
		return Outlined{}, nil
	}
	next, parts, err := stateParts(data)
	suite := e.o.Suite(e.Templates)
	if err == nil {
		err = suite.Restore(parts[0])
	}
	if err != nil { // as one is that a newer version wrote
		e.log.Warn("the saved state of a shard is not understood; pages show nothing expected of its services", "shard", shard, "error", err)
		return Outlined{}, nil
	}
	out := Outlined{Next: next.Add(saveEvery * rate.Fine)}
	suite.Outlines(templates, func(o detector.Outline) { out.Outlines = append(out.Outlines, o) })
	return out, nil
}
