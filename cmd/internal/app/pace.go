package app

import (
	"context"
	"time"
)

// paceEvery is how exactly waits of groups, reminders, escalations and digests are kept.
const paceEvery = time.Second

// pace writes the messages for which the time has come. Every replica does it; the store writes each once.
func (a *App) pace(ctx context.Context) error {
	return every(ctx, paceEvery, func(ctx context.Context) {
		wrote, err := a.store.Pace(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.Warn("groups, reminders and escalations are not looked at; nothing is lost, it is tried again", "error", err)
		}
		if wrote {
			a.deliverer.Poke()
		}
	})
}
