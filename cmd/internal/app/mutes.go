package app

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/store"
)

// reviewEvery is how soon after the end of a silence what is still open pages.
const reviewEvery = 2 * time.Second

// reviewMutes lets go what silences and marks do not cover any more. Every replica does it; the store lets one at a time.
func (a *App) reviewMutes(ctx context.Context) error {
	return every(ctx, reviewEvery, func(ctx context.Context) {
		if err := a.store.ReviewMutes(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("silences that end are not looked at; trying again", "error", err)
		}
	})
}

// announceEvery is how often silences that are about to end are looked for, of which people are told minutes before.
const announceEvery = 30 * time.Second

func (a *App) announceMutes(ctx context.Context) error {
	return every(ctx, announceEvery, func(ctx context.Context) {
		if err := a.store.AnnounceMutes(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("silences that are about to end are not looked at; trying again", "error", err)
		}
	})
}

// mutes shows silences and marks to the dashboard, and takes them.
type mutes struct {
	store  *store.Store
	notes  *notes
	pushed func() // wakes the deliverer
}

func (m mutes) ListMutes(ctx context.Context, endingAfter time.Time) ([]mute.Mute, error) {
	list, err := m.store.Mutes(ctx, endingAfter)
	return list, translate(err)
}

func (m mutes) CountCovered(ctx context.Context) (map[string]int, error) {
	n, err := m.store.CountByMute(ctx)
	return n, translate(err)
}

func (m mutes) PutMute(ctx context.Context, x mute.Mute) error {
	x.Comment = m.notes.clean(x.Comment)
	return translate(m.store.PutMute(ctx, x))
}

func (m mutes) EndMute(ctx context.Context, id, actor string, at time.Time) error {
	err := m.store.EndMute(ctx, id, actor, at)
	m.pushed()
	return translate(err)
}
