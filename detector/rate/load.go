package rate

import (
	"context"
	"fmt"
	"time"
)

// endless is after every bucket that can be.
var endless = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// load adds to the buckets that are not loaded what the backend holds of them: only the sum may replace it.
func (c *Counter) load(ctx context.Context, width time.Duration, buckets map[int64]*bucket) error {
	var starts []time.Time
	for start, b := range buckets {
		if !b.loaded {
			starts = append(starts, utc(start))
		}
	}
	if len(starts) == 0 {
		return nil
	}
	blocks, err := c.blocks(ctx, width, starts)
	if err != nil {
		return err
	}
	// blocks has checked them all, so none is merged without the others: it could be merged twice then.
	for _, block := range blocks {
		if b, ok := buckets[block.Start.Unix()]; ok && !b.loaded {
			if err := b.merge(block.Shard, block.Data); err != nil {
				return c.unreadable(block, err)
			}
		}
	}
	for _, start := range starts {
		buckets[start.Unix()].loaded = true
	}
	return nil
}

func (c *Counter) blocks(ctx context.Context, width time.Duration, starts []time.Time) ([]Block, error) {
	blocks, err := c.backend.Load(ctx, c.partition, c.epoch, c.sequence, width, starts)
	if err != nil {
		return nil, fmt.Errorf("rate: read of %d buckets of %s/%d: %w", len(starts), c.partition.Topic, c.partition.ID, err)
	}
	for i := range blocks {
		if err := c.check(&blocks[i]); err != nil {
			return nil, c.unreadable(blocks[i], err)
		}
	}
	return blocks, nil
}

// check reads a stored block without using it. Its series must be those of this owner's dictionary: another one's were
// written by a newer owner, after the backend lost what this one wrote.
func (c *Counter) check(b *Block) error {
	foreign := b.Shard < 0 || b.Shard >= Shards
	err := newBucket(0, 0, true).merge(b.Shard, b.Data)
	if err == nil {
		err = Cells(b.Data, func(stored Cell) bool {
			foreign = foreign || int(stored.Index) >= c.known || int(c.entries[stored.Index].shard) != b.Shard
			return !foreign
		})
	}
	if err == nil && foreign {
		return ErrSequence
	}
	return err
}

func (c *Counter) unreadable(b Block, err error) error {
	return fmt.Errorf("rate: bucket %s of %s/%d, shard %d: %w",
		b.Start.Format(time.RFC3339), c.partition.Topic, c.partition.ID, b.Shard, err)
}

// closing makes the coarse buckets that are complete at watermark and were not before, each the sum of its fine ones:
// those in memory where they are there, else what the backend holds. They are written with the watermark that closes
// them, so a window is closed exactly if it ends at or before the watermark that is kept.
func (c *Counter) closing(ctx context.Context, watermark int64) (map[int64]*bucket, error) {
	if watermark <= c.watermark {
		return nil, nil
	}
	if err := c.inherit(ctx); err != nil {
		return nil, err
	}
	out := make(map[int64]*bucket)
	for window := range c.windows {
		if window+coarseSeconds > watermark {
			continue
		}
		b, err := c.closeWindow(ctx, window)
		if err != nil {
			return nil, err
		}
		out[window] = b
	}
	return out, nil
}

func (c *Counter) closeWindow(ctx context.Context, window int64) (*bucket, error) {
	c.lastID++
	sum := newBucket(c.lastID, window, true)
	var stored []time.Time
	for start := window; start < window+coarseSeconds; start += fineSeconds {
		b, ok := c.buckets[start]
		if !ok {
			stored = append(stored, utc(start))
			continue
		}
		for shard := range b.shards {
			if err := sum.add(shard, &b.shards[shard]); err != nil {
				return nil, err
			}
		}
	}
	if len(stored) == 0 || !c.claimed.Found && c.sequence == 0 {
		return sum, nil
	}
	blocks, err := c.blocks(ctx, Fine, stored)
	if err != nil {
		return nil, err
	}
	for _, block := range blocks {
		if err := sum.merge(block.Shard, block.Data); err != nil {
			return nil, c.unreadable(block, err)
		}
		sum.dirty |= 1 << block.Shard
	}
	return sum, nil
}

// inherit finds, once, the windows that earlier owners left open.
func (c *Counter) inherit(ctx context.Context) error {
	if c.inherited {
		return nil
	}
	var from time.Time
	if w := c.claimed.Checkpoint.Watermark; !w.IsZero() {
		from = utc(floor(w.Unix(), coarseSeconds))
	}
	starts, err := c.backend.Starts(ctx, c.partition, Fine, from, endless)
	if err != nil {
		return fmt.Errorf("rate: buckets of %s/%d: %w", c.partition.Topic, c.partition.ID, err)
	}
	for _, start := range starts {
		if window := floor(start.Unix(), coarseSeconds); window+coarseSeconds > c.watermark {
			c.windows[window] = struct{}{}
		}
	}
	c.inherited = true
	return nil
}
