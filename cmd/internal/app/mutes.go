package app

import (
	"context"
	"time"
)

// reviewEvery is how soon after the end of a silence what is still open pages.
const reviewEvery = 2 * time.Second

// reviewMutes lets go what silences and marks do not cover any more. Every replica does it; the store lets one at a time.
func (a *App) reviewMutes(ctx context.Context) error {
	t := time.NewTicker(reviewEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		if err := a.store.ReviewMutes(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("silences that end are not looked at; trying again", "error", err)
		}
	}
}
