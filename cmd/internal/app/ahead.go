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
	started := r.catalogue.listing.now()
	return every(ctx, aheadEvery, func(ctx context.Context) { r.again(ctx, started, failed) })
}

// start reads what the overview shows and then what the page of noise does, whether or not anybody looks: who comes after a
// restart does not wait for it.
func (r ahead) start(ctx context.Context, failed func(error)) {
	var ever time.Time
	r.traffic.want()
	r.failing.want()
	r.again(ctx, ever, failed)
	r.read(ctx, r.overview, failed)
	templates, services := dashboards.LogsBy()
	r.counts.wantSum(sumKey{dashboards.LogsSpan, templates})
	r.counts.wantSum(sumKey{dashboards.LogsSpan, services})
	r.again(ctx, ever, failed)
}

func (r ahead) read(ctx context.Context, f func(context.Context) error, failed func(error)) {
	if err := f(ctx); err != nil && ctx.Err() == nil {
		failed(err)
	}
}

// again reads anew what pages asked for lately and after a time: the start asks for much, and nobody may come.
func (r ahead) again(ctx context.Context, after time.Time, failed func(error)) {
	lately := r.catalogue.listing.now().Sub(after)
	r.read(ctx, func(ctx context.Context) error { return r.once(ctx, lately) }, failed)
}

// once reads anew what pages asked for lately, but not longer than so long ago.
func (r ahead) once(ctx context.Context, lately time.Duration) error {
	if err := r.catalogue.listing.refresh(ctx); err != nil {
		return err
	}
	expected, err := r.counts.expected(ctx)
	if err != nil {
		return err
	}
	if err := r.counts.tallies.Refresh(ctx, expected, min(talliesFor, lately)); err != nil {
		return err
	}
	if r.traffic.used(min(trafficFor, lately)) {
		if err := r.traffic.refresh(ctx); err != nil {
			return err
		}
	}
	if r.failing.used(min(failingFor, lately)) {
		if err := r.failing.refresh(ctx); err != nil {
			return err
		}
	}
	if err := r.counts.whole.kept.refresh(ctx, min(keptByFor, lately)); err != nil {
		return err
	}
	return r.counts.sums.refresh(ctx, min(keptByFor, lately))
}
