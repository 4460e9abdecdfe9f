package engine

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// peekAtOnce is how many unfinished buckets are read at once: mostly there are two. The newest of them, which fill, are
// followed from look to look; those before are many where a partition stands still, and are read anew.
const peekAtOnce = 8

// peek tries the buckets that are not complete yet, so that what is plain already is not waited for: those that changed since
// they were tried, and all after something else changed what is made of them. After a clock was ahead a partition stands
// beyond now: what is told at once is counted there.
func (v *evaluator) peek(ctx context.Context, p reach) error {
	now, complete := v.e.clock(), p.complete
	again := !v.tried.Equal(complete)
	v.tried = time.Time{}
	for start := complete; start.Before(now); start = start.Add(peekAtOnce * rate.Fine) {
		n := min(peekAtOnce, int((now.Sub(start)+rate.Fine-1)/rate.Fine))
		look := v.filling.Look
		if start.Add(peekAtOnce * rate.Fine).Before(now) {
			look = v.readOlder
		}
		buckets, err := look(ctx, start, n, v.owned)
		if err != nil {
			return err
		}
		for i := range buckets {
			if err := v.peekAt(ctx, &buckets[i], again, complete, now); err != nil {
				return err
			}
		}
	}
	for _, start := range p.beyond {
		if err := v.urgentIn(ctx, start, 1); err != nil {
			return err
		}
	}
	v.tried = complete
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
