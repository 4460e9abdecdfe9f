package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// owner returns the number of a partition's rows; false where it was never claimed.
func (c *Counts) owner(ctx context.Context, p rate.Partition) (int64, bool, error) {
	if c.closed.Load() {
		return 0, false, rate.ErrClosed
	}
	var id int64
	err := c.s.read.QueryRowContext(ctx, `SELECT id FROM count_partitions WHERE topic = $1 AND partition_id = $2`, p.Topic, p.ID).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return id, err == nil, err
}

// Blocks implements rate.Backend.
func (c *Counts) Blocks(ctx context.Context, p rate.Partition, width time.Duration, starts []time.Time, shards rate.ShardSet) ([]rate.Block, error) {
	owner, ok, err := c.owner(ctx, p)
	if err != nil {
		return nil, c.fail("blocks", p, err)
	}
	if !ok || len(starts) == 0 {
		return nil, nil
	}
	asked := make([]int64, len(starts))
	for i, t := range starts {
		asked[i] = micros(t)
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	var out []rate.Block
	for len(asked) > 0 {
		// Buckets that follow one another are read as a range, which is one walk of the key.
		n := 1
		for n < len(asked) && asked[n]-asked[n-1] <= 4*width.Microseconds() {
			n++
		}
		err := each(ctx, c.s.read, func(row scanner) error {
			b := rate.Block{Width: width}
			var start int64
			if err := row.Scan(&start, &b.Shard, &b.Data); err != nil {
				return err
			}
			if _, is := slices.BinarySearch(asked[:n], start); is {
				b.Start = fromMicros(start)
				out = append(out, b)
			}
			return nil
		}, `SELECT start, shard, data FROM count_blocks WHERE owner = $1 AND width = $2 AND start >= $3 AND start <= $4
			AND (CAST($5 AS BIGINT) >> CAST(shard AS INTEGER)) & 1 = 1`, owner, width.Microseconds(), asked[0], asked[n-1], int64(shards))
		if err != nil {
			return nil, c.fail("blocks", p, err)
		}
		asked = asked[n:]
	}
	return out, nil
}

// Load implements rate.Backend. The comparison is made before and after the blocks are read.
func (c *Counts) Load(ctx context.Context, p rate.Partition, epoch, sequence uint64, width time.Duration, starts []time.Time) ([]rate.Block, error) {
	if err := c.stands(ctx, p, epoch, sequence); err != nil {
		return nil, err
	}
	out, err := c.Blocks(ctx, p, width, starts, rate.AllShards)
	if err != nil {
		return nil, err
	}
	if err := c.stands(ctx, p, epoch, sequence); err != nil {
		return nil, err
	}
	return out, nil
}

// stands compares where the counts of a partition are with where their owner left them.
func (c *Counts) stands(ctx context.Context, p rate.Partition, mine, last uint64) error {
	if c.closed.Load() {
		return rate.ErrClosed
	}
	var epoch, sequence int64
	err := c.s.read.QueryRowContext(ctx, `SELECT epoch, sequence FROM count_partitions WHERE topic = $1 AND partition_id = $2`, p.Topic, p.ID).Scan(&epoch, &sequence)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return c.fail("owner", p, err)
	case uint64(epoch) > mine:
		return rate.ErrFenced
	case uint64(epoch) < mine || uint64(sequence) != last:
		return rate.ErrSequence
	}
	return nil
}

// Starts implements rate.Backend.
func (c *Counts) Starts(ctx context.Context, p rate.Partition, width time.Duration, from, to time.Time) ([]time.Time, error) {
	owner, ok, err := c.owner(ctx, p)
	if err != nil {
		return nil, c.fail("starts", p, err)
	}
	if !ok {
		return nil, nil
	}
	var out []time.Time
	err = each(ctx, c.s.read, func(row scanner) error {
		var start int64
		if err := row.Scan(&start); err != nil {
			return err
		}
		out = append(out, fromMicros(start))
		return nil
	}, `SELECT DISTINCT start FROM count_blocks WHERE owner = $1 AND width = $2 AND start >= $3 AND start < $4 ORDER BY start`,
		owner, width.Microseconds(), micros(from), micros(to))
	if err != nil {
		return nil, c.fail("starts", p, err)
	}
	return out, nil
}

// Dictionary implements rate.Backend.
func (c *Counts) Dictionary(ctx context.Context, p rate.Partition, first int) ([]detector.Series, error) {
	owner, ok, err := c.owner(ctx, p)
	if err != nil {
		return nil, c.fail("dictionary", p, err)
	}
	if !ok {
		return nil, nil
	}
	out, err := dictionary(ctx, c.s.read, owner, first)
	if err != nil {
		return nil, c.fail("dictionary", p, err)
	}
	return out, nil
}

// samplesAtOnce bounds the parameters of one statement.
const samplesAtOnce = 100

// Samples implements rate.Backend.
func (c *Counts) Samples(ctx context.Context, p rate.Partition, series []int) ([]rate.SampleSet, error) {
	owner, ok, err := c.owner(ctx, p)
	if err != nil {
		return nil, c.fail("samples", p, err)
	}
	if !ok {
		return nil, nil
	}
	var out []rate.SampleSet
	for part := range slices.Chunk(series, samplesAtOnce) {
		args, marks := []any{owner}, make([]string, len(part))
		for i, n := range part {
			args = append(args, n)
			marks[i] = "$" + strconv.Itoa(i+2)
		}
		err := each(ctx, c.s.read, func(row scanner) error {
			var set rate.SampleSet
			err := row.Scan(&set.Series, &set.Data)
			out = append(out, set)
			return err
		}, `SELECT number, data FROM count_samples WHERE owner = $1 AND number IN (`+strings.Join(marks, ", ")+`)`, args...)
		if err != nil {
			return nil, c.fail("samples", p, err)
		}
	}
	return out, nil
}

type owned struct {
	id     int64
	status rate.Status
}

func (c *Counts) owners(ctx context.Context) ([]owned, error) {
	if c.closed.Load() {
		return nil, rate.ErrClosed
	}
	var out []owned
	err := each(ctx, c.s.read, func(row scanner) error {
		var o owned
		var epoch, sequence int64
		var checkpoint []byte
		if err := row.Scan(&o.id, &o.status.Partition.Topic, &o.status.Partition.ID, &epoch, &sequence, &checkpoint, &o.status.Series); err != nil {
			return err
		}
		o.status.Epoch, o.status.Sequence = uint64(epoch), uint64(sequence)
		var err error
		o.status.Checkpoint, err = rate.DecodeCheckpoint(checkpoint)
		out = append(out, o)
		return err
	}, `SELECT id, topic, partition_id, epoch, sequence, checkpoint, series FROM count_partitions ORDER BY topic, partition_id`)
	if err != nil {
		return nil, fmt.Errorf("store: counts: partitions: %w", c.s.scrub(err))
	}
	return out, nil
}

// Partitions implements rate.Backend.
func (c *Counts) Partitions(ctx context.Context) ([]rate.Status, error) {
	owners, err := c.owners(ctx)
	out := make([]rate.Status, len(owners))
	for i, o := range owners {
		out[i] = o.status
	}
	return out, err
}
