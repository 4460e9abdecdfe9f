package rate

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Flush writes what changed, with the checkpoint that it reaches; when it returns nil everything counted so far and cp
// are kept. A watermark before the last one is raised to it. ErrFenced and ErrSequence say that the counter is of no
// use any more: claim again. After any other error nothing is lost and Flush is called again; the write whose outcome
// is not known is then repeated first, as it was.
func (c *Counter) Flush(ctx context.Context, cp Checkpoint) error {
	if err := c.settle(ctx); err != nil {
		return err
	}
	f, err := c.build(ctx, cp)
	if err != nil {
		return err
	}
	c.pending = f
	return c.settle(ctx)
}

// settle writes the pending flush, if there is one.
func (c *Counter) settle(ctx context.Context) error {
	if c.pending == nil {
		return nil
	}
	f := c.pending
	if err := c.backend.Write(ctx, c.partition, c.epoch, *f); err != nil {
		if errors.Is(err, ErrFenced) || errors.Is(err, ErrSequence) {
			return err
		}
		return fmt.Errorf("rate: write of %s/%d: %w", c.partition.Topic, c.partition.ID, err)
	}
	c.pending, c.written = nil, cloneCheckpoint(f.Checkpoint)
	c.stats.Flushes++
	c.stats.Blocks += uint64(len(f.Blocks))
	for i := range f.Blocks {
		c.stats.Written += uint64(len(f.Blocks[i].Data))
	}
	return nil
}

// build reads what absolute values need and makes the next flush. Until it returns without an error the counter is as
// it was, but for values that were loaded and tallies that were given to their series.
func (c *Counter) build(ctx context.Context, cp Checkpoint) (*Flush, error) {
	if len(cp.Pending) > MaxPending {
		return nil, fmt.Errorf("rate: %d pending records in a checkpoint, at most %d", len(cp.Pending), MaxPending)
	}
	c.spreadTallies()
	cp = cloneCheckpoint(cp)
	if unixOrMin(cp.Watermark) < c.watermark {
		cp.Watermark = c.written.Watermark
	}
	if err := c.load(ctx, Fine, c.buckets); err != nil {
		return nil, err
	}
	if err := c.load(ctx, Coarse, c.coarse); err != nil {
		return nil, err
	}
	closing, err := c.closing(ctx, unixOrMin(cp.Watermark))
	if err != nil {
		return nil, err
	}
	f := &Flush{Sequence: c.sequence + 1, Checkpoint: cp, First: c.known}
	for _, set := range []struct {
		width   time.Duration
		buckets map[int64]*bucket
	}{{Fine, c.buckets}, {Coarse, c.coarse}, {Coarse, closing}} {
		for _, b := range set.buckets {
			if f.Blocks, err = appendBlocks(f.Blocks, b, set.width); err != nil {
				return nil, err
			}
		}
	}
	if f.Samples, err = c.sampleSets(ctx); err != nil {
		return nil, err
	}
	f.NewSeries = append(f.NewSeries, c.series[c.known:]...)
	c.built(f, closing)
	return f, nil
}

// built takes f as written: from here on only f itself, unchanged, may be sent with its sequence.
func (c *Counter) built(f *Flush, closing map[int64]*bucket) {
	c.sequence, c.known = f.Sequence, len(c.entries)
	c.watermark = unixOrMin(f.Checkpoint.Watermark)
	for start := range closing {
		delete(c.windows, start)
	}
	for window := range c.windows {
		if window+coarseSeconds <= c.watermark {
			delete(c.windows, window)
		}
	}
	clear(c.samples)
	c.sampled = 0
	clear(c.coarse)
	for start, b := range c.buckets {
		b.dirty = 0
		// The backend has a complete bucket now; a late line loads it again.
		if start+fineSeconds <= c.watermark {
			delete(c.buckets, start)
			if c.current == b {
				c.current = nil
			}
		}
	}
	c.shrink()
}

// shrink drops the oldest open buckets where more than half of the room is taken: all of them are in the flush.
func (c *Counter) shrink() {
	if len(c.buckets) <= c.opts.MaxBuckets/2 {
		return
	}
	starts := make([]int64, 0, len(c.buckets))
	for start := range c.buckets {
		starts = append(starts, start)
	}
	slices.Sort(starts)
	for _, start := range starts[:len(starts)-c.opts.MaxBuckets/4] {
		delete(c.buckets, start)
	}
	c.current = nil
}

func appendBlocks(dst []Block, b *bucket, width time.Duration) ([]Block, error) {
	for dirty := b.dirty; dirty != 0; dirty &= dirty - 1 {
		shard := bits.TrailingZeros64(dirty)
		data, err := b.encode(shard)
		if err != nil {
			return nil, err
		}
		dst = append(dst, Block{Width: width, Start: utc(b.start), Shard: shard, Data: data})
	}
	return dst, nil
}

// sampleSets merges the new samples with those that are kept.
func (c *Counter) sampleSets(ctx context.Context) ([]SampleSet, error) {
	if len(c.samples) == 0 {
		return nil, nil
	}
	var old []int
	for ref := range c.samples {
		if int(ref) < c.known {
			old = append(old, int(ref))
		}
	}
	slices.Sort(old)
	stored := make(map[Ref][]detector.Sample, len(old))
	if len(old) > 0 {
		sets, err := c.backend.Samples(ctx, c.partition, old)
		if err != nil {
			return nil, fmt.Errorf("rate: samples of %s/%d: %w", c.partition.Topic, c.partition.ID, err)
		}
		for _, set := range sets {
			// Samples are an aid: those that cannot be read are replaced.
			if got, err := DecodeSamples(set.Data); err == nil {
				stored[Ref(set.Series)] = got
			}
		}
	}
	out := make([]SampleSet, 0, len(c.samples))
	for ref, add := range c.samples {
		out = append(out, SampleSet{Series: int(ref), Data: AppendSamples(nil, append(stored[ref], add...))})
	}
	slices.SortFunc(out, func(a, b SampleSet) int { return a.Series - b.Series })
	return out, nil
}
