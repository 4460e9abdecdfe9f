package engine

import (
	"context"
	"errors"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// due is the earliest bucket that some shard has not judged although it is complete, and the shards for which it is
// the next one.
func (v *evaluator) due(ctx context.Context, complete time.Time) (time.Time, rate.ShardSet, error) {
	var start time.Time
	var due rate.ShardSet
	for shard := range v.owned.All {
		next := v.shards[shard].Next()
		if next.IsZero() {
			first, err := v.first(ctx, complete)
			if err != nil {
				return start, 0, err
			}
			if err := v.still(ctx, complete); err != nil {
				return start, 0, err
			}
			if first.Equal(complete) {
				// Unfinished buckets are tried after a judged one: an empty one is, so that a secret in the very
				// first lines is told at once.
				first = first.Add(-rate.Fine)
			}
			v.shards[shard].Begin(first)
			next = first
		}
		if !next.Before(complete) {
			continue
		}
		switch {
		case due == 0 || next.Before(start):
			start, due = next, rate.ShardsOf(shard)
		case next.Equal(start):
			due |= rate.ShardsOf(shard)
		}
	}
	return start, due, nil
}

// first is the start of the oldest bucket that is kept, within the retention of fine buckets.
func (v *evaluator) first(ctx context.Context, complete time.Time) (time.Time, error) {
	statuses, err := v.e.backend.Partitions(ctx)
	if err != nil {
		return complete, err
	}
	first := complete
	for _, s := range statuses {
		starts, err := v.e.backend.Starts(ctx, s.Partition, rate.Fine, complete.Add(-v.e.retention), complete)
		if err != nil {
			return complete, err
		}
		if len(starts) > 0 && starts[0].Before(first) {
			first = starts[0]
		}
	}
	return first, nil
}

// errRewound: the buckets are counted again, and judged then.
var errRewound = errors.New("the counts went back while they were judged")

// still makes sure that what was read was complete up to until: a backend that lost writes after it was asked how far
// it is does not hold it any more.
func (v *evaluator) still(ctx context.Context, until time.Time) error {
	p, err := v.reach(ctx, v.expected)
	if err != nil {
		return err
	}
	if p.complete.Before(until) {
		return errRewound
	}
	return nil
}

// readAhead is how many buckets are read at once while many are due, as after a start.
const readAhead = 64

// read returns the buckets that start at start. Complete ones do not change, so what was read ahead is used. A backend that lost
// writes after it was asked how far it is holds less, and may hold all again a moment later: what was read of a partition says
// itself how far that was counted.
func (v *evaluator) read(ctx context.Context, start, complete time.Time, shards rate.ShardSet) ([rate.Shards]*detector.Bucket, error) {
	if at := int(start.Sub(v.aheadFrom) / rate.Fine); shards == v.aheadOf && at >= 0 && at < len(v.ahead) {
		return v.ahead[at], nil
	}
	n := min(readAhead, int(complete.Sub(start)/rate.Fine))
	got, counted, err := v.e.reader.Counted(ctx, start, n, shards)
	if err != nil {
		return [rate.Shards]*detector.Bucket{}, err
	}
	until := start.Add(time.Duration(n) * rate.Fine)
	for _, id := range v.expected { // without those that were passed over
		if !v.standstill[id].mark.Before(until) && counted[id].Before(until) {
			return [rate.Shards]*detector.Bucket{}, errRewound
		}
	}
	v.ahead, v.aheadFrom, v.aheadOf = got, start, shards
	return got[0], nil
}

// lossy reports whether a bucket says that offsets were lost in it.
func lossy(b *detector.Bucket) bool {
	for i := range b.Rows {
		if b.Rows[i].Series.Class == detector.ClassLoss {
			return true
		}
	}
	return false
}
