package rate

import (
	"context"
	"time"
)

// readChunk is how many buckets of one partition are read at once.
const readChunk = 64

// widen gives the range whole buckets: fine ones, or coarse ones at an end where the fine ones may have expired.
func (r *Reader) widen(from, to time.Time) (time.Time, time.Time) {
	if !from.Before(to) {
		return FloorFine(from), FloorFine(from)
	}
	kept := r.opts.Now().Add(-r.opts.FineRetention + Coarse)
	if from.Before(kept) {
		from = FloorCoarse(from)
	} else {
		from = FloorFine(from)
	}
	if to.Before(kept) {
		return from, FloorCoarse(to.Add(Coarse - 1))
	}
	return from, FloorFine(to.Add(Fine - 1))
}

// span calls fn with the cells of the i-th partition in [from, to), which widen gave: of coarse buckets where the
// window lies within and is closed, as they are the exact sums of fine ones, and of fine buckets elsewhere.
func (r *Reader) span(ctx context.Context, v view, i int, from, to time.Time, shards ShardSet, fn cellFunc) error {
	closed := v.statuses[i].Checkpoint.Watermark
	first, last := FloorCoarse(from.Add(Coarse-1)), FloorCoarse(to)
	if c := FloorCoarse(closed); closed.IsZero() || c.Before(last) {
		last = c
	}
	if closed.IsZero() || !first.Before(last) {
		return r.buckets(ctx, v, i, Fine, from, to, shards, fn)
	}
	if err := r.buckets(ctx, v, i, Fine, from, first, shards, fn); err != nil {
		return err
	}
	if err := r.buckets(ctx, v, i, Coarse, first, last, shards, fn); err != nil {
		return err
	}
	return r.buckets(ctx, v, i, Fine, last, to, shards, fn)
}

func (r *Reader) buckets(ctx context.Context, v view, i int, width time.Duration, from, to time.Time, shards ShardSet, fn cellFunc) error {
	if !from.Before(to) {
		return nil
	}
	starts, err := r.backend.Starts(ctx, v.statuses[i].Partition, width, from, to)
	if err != nil {
		return err
	}
	for len(starts) > 0 {
		n := min(len(starts), readChunk)
		if err := r.each(ctx, v, i, width, starts[:n], shards, fn); err != nil {
			return err
		}
		starts = starts[n:]
	}
	return nil
}
