package engine

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// While many buckets are to be judged, as after a start or a stop of an hour, what was logged just now would wait for
// all of them. A secret needs no past and does not wait: the newest buckets are looked at for secrets alone.
const (
	urgentEvery = time.Second
	urgentReach = time.Minute // record times and the clock differ; older lines are those of the buckets that are judged
)

// urgent tells of secrets and losses in the newest buckets, at most once in urgentEvery.
func (v *evaluator) urgent(ctx context.Context) error {
	now := v.e.clock()
	if !passed(now, v.looked, urgentEvery) {
		return nil
	}
	v.looked = now
	from := rate.FloorFine(now.Add(-urgentReach))
	return v.urgentIn(ctx, from, int(now.Sub(from)/rate.Fine)+1)
}

// urgentIn tells of secrets and losses in n buckets.
func (v *evaluator) urgentIn(ctx context.Context, from time.Time, n int) error {
	now := v.e.clock()
	buckets, err := v.e.reader.Buckets(ctx, from, n, v.owned)
	if err != nil {
		return err
	}
	var changes []detector.Change
	for i := range buckets {
		for shard := range v.owned.All {
			v.mu.Lock()
			changes = append(changes, v.shards[shard].Urgent(buckets[i][shard], now)...)
			v.mu.Unlock()
		}
	}
	return v.commit(ctx, changes, false)
}
