package rate

import (
	"context"
	"time"
)

const (
	readChunk   = 64 // buckets of one partition that are read at once, of all shards
	fewerBlocks = 2  // many small blocks take more memory than as many bytes in a few

	guessedShards = 8    // of so few shards the blocks are asked for without asking first which buckets there are,
	guessedStarts = 5000 // up to so many buckets
)

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

// span calls fn with the cells of the scope in [from, to), which widen gave: of coarse buckets where the window lies
// within and is closed, as they are the exact sums of fine ones, and of fine buckets elsewhere.
func (r *Reader) span(ctx context.Context, s scope, from, to time.Time, fn cellFunc) error {
	closed := s.Checkpoint.Watermark
	first, last := FloorCoarse(from.Add(Coarse-1)), FloorCoarse(to)
	if c := FloorCoarse(closed); closed.IsZero() || c.Before(last) {
		last = c
	}
	if closed.IsZero() || !first.Before(last) {
		return r.buckets(ctx, s, Fine, from, to, fn)
	}
	if err := r.buckets(ctx, s, Fine, from, first, fn); err != nil {
		return err
	}
	if err := r.buckets(ctx, s, Coarse, first, last, fn); err != nil {
		return err
	}
	return r.buckets(ctx, s, Fine, last, to, fn)
}

func (r *Reader) buckets(ctx context.Context, s scope, width time.Duration, from, to time.Time, fn cellFunc) error {
	if !from.Before(to) || s.shards == 0 {
		return nil
	}
	starts, err := r.starts(ctx, s.Partition, width, from, to, s.shards)
	if err != nil {
		return err
	}
	chunk := max(readChunk, readChunk*Shards/max(1, s.shards.Len()*fewerBlocks))
	for len(starts) > 0 {
		n := min(len(starts), chunk)
		if err := r.each(ctx, s, width, starts[:n], fn); err != nil {
			return err
		}
		starts = starts[n:]
	}
	return nil
}

// starts are the buckets of a partition in [from, to) that may have something.
func (r *Reader) starts(ctx context.Context, p Partition, width time.Duration, from, to time.Time, shards ShardSet) ([]time.Time, error) {
	n := int(to.Sub(from) / width)
	if shards.Len() > guessedShards || n > guessedStarts {
		return r.backend.Starts(ctx, p, width, from, to)
	}
	out := make([]time.Time, 0, n)
	for at := from; at.Before(to); at = at.Add(width) {
		out = append(out, at)
	}
	return out, nil
}
