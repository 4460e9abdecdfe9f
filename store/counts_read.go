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
	var out []rate.Block
	err := c.blocks(ctx, p, width, starts, shards, "", func(b rate.Block) error {
		out = append(out, b)
		return nil
	})
	return out, err
}

// Counted implements rate.Backend: one statement reads blocks and checkpoint. Where buckets lie far apart, which takes several, it
// says what held at each.
func (c *Counts) Counted(ctx context.Context, p rate.Partition, starts []time.Time, shards rate.ShardSet) (out []rate.Block, until time.Time, err error) {
	var marks []time.Time
	err = c.blocks(ctx, p, rate.Fine, starts, shards, andCheckpoint, func(b rate.Block) error {
		if b.Shard >= 0 {
			out = append(out, b)
			return nil
		}
		cp, err := rate.DecodeCheckpoint(b.Data)
		marks = append(marks, cp.Watermark)
		return err
	})
	if err != nil || len(marks) == 0 {
		return nil, time.Time{}, err
	}
	return out, slices.MinFunc(marks, time.Time.Compare), nil
}

// andCheckpoint is what a statement that reads the blocks of an owner reads too, as if it were of a shard -1.
const andCheckpoint = ` UNION ALL SELECT 0, -1, checkpoint FROM count_partitions WHERE id = $1`

// blocks hands each block out as it is read, and the row that and adds.
func (c *Counts) blocks(ctx context.Context, p rate.Partition, width time.Duration, starts []time.Time, shards rate.ShardSet, and string, take func(rate.Block) error) error {
	owner, ok, err := c.owner(ctx, p)
	if err != nil {
		return c.fail("blocks", p, err)
	}
	if !ok || len(starts) == 0 || shards == 0 {
		return nil
	}
	asked := make([]int64, len(starts))
	for i, t := range starts {
		asked[i] = micros(t)
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	read := stretch(c.walked)
	if shards.Len() <= fewShards {
		read = c.sought
	}
	for len(asked) > 0 {
		n := 1 // buckets that follow one another are read at once
		for n < len(asked) && asked[n]-asked[n-1] <= 4*width.Microseconds() {
			n++
		}
		err := read(ctx, owner, width.Microseconds(), asked[0], asked[n-1], shards, and, func(row scanner) error {
			b := rate.Block{Width: width}
			var start int64
			if err := row.Scan(&start, &b.Shard, &b.Data); err != nil {
				return err
			}
			if _, is := slices.BinarySearch(asked[:n], start); !is && b.Shard >= 0 {
				return nil
			}
			b.Start = fromMicros(start)
			return take(b)
		})
		if err != nil {
			return c.fail("blocks", p, err)
		}
		asked = asked[n:]
	}
	return nil
}

// fewShards: blocks of so few shards are sought one by one in the key; walking over those of all others costs more.
const fewShards = rate.Shards / 8

// stretch reads the blocks of the buckets from first to last, and perhaps some of other shards, and what and adds to its statement.
type stretch func(ctx context.Context, owner int64, width, first, last int64, shards rate.ShardSet, and string, take func(scanner) error) error

// sought reads the blocks of few shards.
func (c *Counts) sought(ctx context.Context, owner int64, width, first, last int64, shards rate.ShardSet, and string, take func(scanner) error) error {
	args := []any{owner, width, first, last}
	for shard := range shards.All {
		args = append(args, shard)
	}
	return each(ctx, c.s.read, take, `WITH RECURSIVE starts (at) AS (
			SELECT CAST($3 AS BIGINT) UNION ALL SELECT at + CAST($2 AS BIGINT) FROM starts WHERE at < CAST($4 AS BIGINT)
		) SELECT b.start, b.shard, b.data FROM starts CROSS JOIN count_blocks b
		WHERE b.owner = $1 AND b.width = $2 AND b.start = starts.at AND b.shard IN (`+parameters(5, shards.Len())+`)`+and, args...)
}

// walked reads the blocks of many shards, which is one walk of the key.
func (c *Counts) walked(ctx context.Context, owner int64, width, first, last int64, shards rate.ShardSet, and string, take func(scanner) error) error {
	return each(ctx, c.s.read, take, `SELECT start, shard, data FROM count_blocks WHERE owner = $1 AND width = $2 AND start >= $3 AND start <= $4
		AND (CAST($5 AS BIGINT) >> CAST(shard AS INTEGER)) & 1 = 1`+and, owner, width, first, last, int64(shards))
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
	// From each start the next is sought in the key: DISTINCT would walk over the blocks of all shards.
	err = each(ctx, c.s.read, func(row scanner) error {
		var start int64
		err := row.Scan(&start)
		out = append(out, fromMicros(start))
		return err
	}, `WITH RECURSIVE starts (start) AS (
			SELECT MIN(start) FROM count_blocks WHERE owner = $1 AND width = $2 AND start >= $3 AND start < $4
			UNION ALL
			SELECT (SELECT MIN(start) FROM count_blocks WHERE owner = $1 AND width = $2 AND start > starts.start AND start < $4)
			FROM starts WHERE start IS NOT NULL
		) SELECT start FROM starts WHERE start IS NOT NULL ORDER BY start`, owner, width.Microseconds(), micros(from), micros(to))
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

// listAtOnce bounds the parameters of one list in a statement.
const listAtOnce = 100

// parameters are n marks of a list, from the number first on.
func parameters(first, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = "$" + strconv.Itoa(first+i)
	}
	return strings.Join(out, ", ")
}

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
	for part := range slices.Chunk(series, listAtOnce) {
		args := []any{owner}
		for _, n := range part {
			args = append(args, n)
		}
		err := each(ctx, c.s.read, func(row scanner) error {
			var set rate.SampleSet
			err := row.Scan(&set.Series, &set.Data)
			out = append(out, set)
			return err
		}, `SELECT number, data FROM count_samples WHERE owner = $1 AND number IN (`+parameters(2, len(part))+`)`, args...)
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
