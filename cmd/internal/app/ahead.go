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
	overview  func(context.Context) error // reads what the first page shows
}

const (
	aheadEvery = 2 * time.Second
	talliesFor = 2 * time.Minute // how long after the last page that showed it a chart is kept up
)

// run goes on until ctx ends. What fails is told and tried again.
func (r ahead) run(ctx context.Context, failed func(error)) error {
	r.start(ctx, failed)
	return every(ctx, aheadEvery, func(ctx context.Context) { r.read(ctx, r.once, failed) })
}

// start reads what the overview shows and then what the page of noise does, whether or not anybody looks: who comes after a
// restart does not wait for it.
func (r ahead) start(ctx context.Context, failed func(error)) {
	r.traffic.want()
	r.failing.want()
	r.read(ctx, r.once, failed)
	r.read(ctx, r.overview, failed)
	templates, services := dashboards.LogsBy()
	r.counts.wantSum(sumKey{dashboards.LogsSpan, templates})
	r.counts.wantSum(sumKey{dashboards.LogsSpan, services})
	r.read(ctx, r.once, failed)
}

func (r ahead) read(ctx context.Context, f func(context.Context) error, failed func(error)) {
	if err := f(ctx); err != nil && ctx.Err() == nil {
		failed(err)
	}
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
