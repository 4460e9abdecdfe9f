package engine

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// peekAtOnce is how many unfinished buckets are read at once: mostly there are two.
const peekAtOnce = 8

// newFilling follows unfinished buckets in the form in which they are judged, without the series of rules that have to wait
// for complete ones.
func (v *evaluator) newFilling() *rate.Filling {
	late := func(s *detector.Series) bool {
		return s.Class == detector.ClassRule && v.rules != nil && !v.rules.Early(s.Name)
	}
	// A quantile may fall again with further lines: neither rules nor detectors look at one before a bucket is complete.
	return v.e.reader.NewFilling(rate.FillingOptions{As: v.e.judgedAs, Compare: compareSeries, Without: sketch.Quantiles, Skip: late})
}

// peek tries the buckets that are not complete yet, so that what is plain already is not waited for: the first after those
// that were judged, and those in which the partition that is furthest counts now. Where another partition is hours behind,
// the many between get lines no more, and were tried when they were the newest. Of the newest, which are followed from
// look to look, those are tried that changed since, and all after something else changed what is made of them. After a
// clock was ahead a partition stands beyond now: what is told at once is counted there.
func (v *evaluator) peek(ctx context.Context, p reach) error {
	now := v.e.clock()
	again := !v.tried.Equal(p.complete)
	v.tried = time.Time{}
	near := earlier(p.complete.Add(peekAtOnce*rate.Fine), now)
	newest := rate.FloorFine(p.newest)
	from, to := laterOf(newest.Add(-urgentReach), near), earlier(newest.Add(urgentReach), now)
	first := v.filling.Look
	if from.Before(to) {
		first = v.readOlder
	}
	if err := v.peekIn(ctx, first, p.complete, near, again, p.complete, now); err != nil {
		return err
	}
	if err := v.peekIn(ctx, v.filling.Look, from, to, again, p.complete, now); err != nil {
		return err
	}
	for _, start := range p.beyond {
		if err := v.urgentIn(ctx, start, 1); err != nil {
			return err
		}
	}
	v.tried = p.complete
	return nil
}

// look reads n unfinished buckets of which start is the first.
type look func(ctx context.Context, start time.Time, n int, shards rate.ShardSet) ([]rate.Filled, error)

// peekIn tries the buckets that begin in [from, to), of shards that are judged up to complete.
func (v *evaluator) peekIn(ctx context.Context, read look, from, to time.Time, again bool, complete, now time.Time) error {
	if !from.Before(to) {
		return nil
	}
	buckets, err := read(ctx, from, int((to.Sub(from)+rate.Fine-1)/rate.Fine), v.owned)
	if err != nil {
		return err
	}
	for i := range buckets {
		if err := v.peekAt(ctx, &buckets[i], again, complete, now); err != nil {
			return err
		}
	}
	return nil
}

// peekAt tries one bucket in the shards in which it changed; in all of them where that is asked for.
func (v *evaluator) peekAt(ctx context.Context, bucket *rate.Filled, again bool, complete, now time.Time) error {
	var changes []detector.Change
	for shard := range v.owned.All {
		b := bucket.Buckets[shard]
		if len(b.Rows) == 0 || !again && !bucket.Changed.Has(shard) || !v.shards[shard].Next().Equal(complete) {
			continue
		}
		v.mu.Lock()
		changes = append(changes, v.shards[shard].Peek(b, now)...)
		v.mu.Unlock()
	}
	return v.commit(ctx, changes, false)
}

// readOlder reads unfinished buckets of which none is followed: all count as changed.
func (v *evaluator) readOlder(ctx context.Context, start time.Time, n int, shards rate.ShardSet) ([]rate.Filled, error) {
	got, err := v.e.reader.Buckets(ctx, start, n, shards)
	if err != nil {
		return nil, err
	}
	out := make([]rate.Filled, n)
	for i := range got {
		for shard := range shards.All {
			v.e.canonical(got[i][shard])
		}
		out[i] = rate.Filled{Buckets: got[i], Changed: shards}
	}
	return out, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
