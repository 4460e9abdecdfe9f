package app

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
)

// ahead reads beside the pages what would make one of them wait.
type ahead struct {
	catalogue *catalogue
	counts    counts
	traffic   *kept[*dashboards.Traffic]
	failing   *kept[[]dashboards.Receiver]
}

const (
	aheadEvery = 2 * time.Second
	talliesFor = 2 * time.Minute // how long after the last page that showed it a chart is kept up
)

// run goes on until ctx ends. What fails is told and tried again.
func (r ahead) run(ctx context.Context, failed func(error)) error {
	read := func(ctx context.Context) {
		if err := r.once(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
	}
	read(ctx)
	return every(ctx, aheadEvery, read)
}

func (r ahead) once(ctx context.Context) error {
	if err := r.catalogue.listing.refresh(ctx); err != nil {
		return err
	}
	expected, err := r.counts.expected(ctx)
	if err != nil {
		return err
	}
	if err := r.counts.tallies.Refresh(ctx, expected, talliesFor); err != nil {
		return err
	}
	if r.traffic.used(trafficFor) {
		if err := r.traffic.refresh(ctx); err != nil {
			return err
		}
	}
	if r.failing.used(failingFor) {
		if err := r.failing.refresh(ctx); err != nil {
			return err
		}
	}
	if err := r.counts.whole.kept.refresh(ctx); err != nil {
		return err
	}
	return r.counts.sums.refresh(ctx)
}
