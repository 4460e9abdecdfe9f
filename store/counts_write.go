package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// Write implements rate.Backend.
func (c *Counts) Write(ctx context.Context, p rate.Partition, epoch uint64, f rate.Flush) error {
	if c.closed.Load() {
		return rate.ErrClosed
	}
	err := c.s.inTx(ctx, func(tx *sql.Tx) error {
		var owner, holder, sequence, writer int64
		var series int
		err := tx.QueryRowContext(ctx, `SELECT id, epoch, sequence, writer, series FROM count_partitions
			WHERE topic = $1 AND partition_id = $2`+c.s.dialect.forUpdate, p.Topic, p.ID).Scan(&owner, &holder, &sequence, &writer, &series)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return rate.ErrSequence // the claim itself is lost
		case err != nil:
			return err
		case uint64(holder) > epoch:
			return rate.ErrFenced
		case uint64(holder) < epoch:
			return rate.ErrSequence
		case uint64(sequence) == f.Sequence && uint64(writer) == epoch:
			return nil
		case uint64(sequence)+1 != f.Sequence || series != f.First:
			return rate.ErrSequence
		}
		if err := c.rows(ctx, tx, owner, f); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE count_partitions SET sequence = $2, writer = $3, checkpoint = $4, series = $5 WHERE id = $1`,
			owner, int64(f.Sequence), int64(epoch), rate.AppendCheckpoint(nil, f.Checkpoint), series+len(f.NewSeries))
		return err
	})
	if err != nil {
		return c.fail("write", p, err)
	}
	return nil
}

// rows writes what a flush holds beside its checkpoint.
func (c *Counts) rows(ctx context.Context, tx *sql.Tx, owner int64, f rate.Flush) error {
	n := c.s.dialect.bulkRows
	series := bulk{head: `INSERT INTO count_series (owner, number, series) VALUES `, columns: 3, rows: n}
	for i, s := range f.NewSeries {
		if err := series.add(ctx, tx, owner, f.First+i, rate.AppendSeries(nil, s)); err != nil {
			return err
		}
	}
	if err := series.close(ctx, tx); err != nil {
		return err
	}

	type cell struct {
		width, start int64
		shard        int
	}
	blocks := bulk{
		head: `INSERT INTO count_blocks (owner, width, start, shard, data) VALUES `,
		tail: ` ON CONFLICT (owner, width, start, shard) DO UPDATE SET data = excluded.data`, columns: 5, rows: n,
	}
	// One statement may not write a row twice, so of a block that stands twice the last is taken.
	last := make(map[cell]int, len(f.Blocks))
	at := func(b rate.Block) cell { return cell{b.Width.Microseconds(), micros(b.Start), b.Shard} }
	for i, b := range f.Blocks {
		last[at(b)] = i
	}
	for i, b := range f.Blocks {
		k := at(b)
		if last[k] != i {
			continue
		}
		if err := blocks.add(ctx, tx, owner, k.width, k.start, k.shard, orEmpty(b.Data)); err != nil {
			return err
		}
	}
	if err := blocks.close(ctx, tx); err != nil {
		return err
	}

	samples := bulk{
		head: `INSERT INTO count_samples (owner, number, data, written_at) VALUES `,
		tail: ` ON CONFLICT (owner, number) DO UPDATE SET data = excluded.data, written_at = excluded.written_at`, columns: 4, rows: n,
	}
	now := micros(c.s.now())
	newest := make(map[int]int, len(f.Samples))
	for i, s := range f.Samples {
		newest[s.Series] = i
	}
	for i, s := range f.Samples {
		if newest[s.Series] != i {
			continue
		}
		if err := samples.add(ctx, tx, owner, s.Series, orEmpty(s.Data), now); err != nil {
			return err
		}
	}
	return samples.close(ctx, tx)
}

// expireStep is how much is removed in one transaction: the writer must not be held for long.
const expireStep = 6 * time.Hour

// Expire implements rate.Backend.
func (c *Counts) Expire(ctx context.Context, fine, coarse time.Time) error {
	if c.closed.Load() {
		return rate.ErrClosed
	}
	owners, err := c.owners(ctx)
	if err != nil {
		return err
	}
	for _, o := range owners {
		for _, w := range []struct {
			width  time.Duration
			before time.Time
		}{{rate.Fine, fine}, {rate.Coarse, coarse}} {
			if err := c.expire(ctx, o.id, w.width, w.before); err != nil {
				return c.fail("expiry", o.status.Partition, err)
			}
		}
	}
	_, err = c.s.removeBefore(ctx, `DELETE FROM count_samples WHERE (owner, number) IN (
		SELECT owner, number FROM count_samples WHERE written_at < $1 LIMIT $2)`, c.s.now().Add(-rate.SamplesStay))
	if err != nil {
		return fmt.Errorf("store: counts: expiry of samples: %w", c.s.scrub(err))
	}
	return nil
}

func (c *Counts) expire(ctx context.Context, owner int64, width time.Duration, before time.Time) error {
	for {
		var oldest sql.NullInt64
		err := c.s.read.QueryRowContext(ctx, `SELECT MIN(start) FROM count_blocks WHERE owner = $1 AND width = $2`,
			owner, width.Microseconds()).Scan(&oldest)
		if err != nil || !oldest.Valid || oldest.Int64 >= micros(before) {
			return err
		}
		to := min(micros(before), oldest.Int64+expireStep.Microseconds())
		_, err = c.s.write.ExecContext(ctx, `DELETE FROM count_blocks WHERE owner = $1 AND width = $2 AND start < $3`,
			owner, width.Microseconds(), to)
		if err != nil {
			return err
		}
	}
}
