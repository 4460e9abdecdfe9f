package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// Counts keeps counts in the store: the rate.Backend where there is no Redis. Blocks are rows, as they come; a flush is
// one transaction with the comparison of epoch and sequence.
type Counts struct {
	s      *Store
	closed atomic.Bool
}

var _ rate.Backend = (*Counts)(nil)

// Counts returns the counts of this store. To close them leaves the store open.
func (s *Store) Counts() *Counts { return &Counts{s: s} }

// Ping implements rate.Backend.
func (c *Counts) Ping(ctx context.Context) error {
	if c.closed.Load() {
		return rate.ErrClosed
	}
	return c.s.Ping(ctx)
}

// Close implements rate.Backend.
func (c *Counts) Close() error {
	c.closed.Store(true)
	return nil
}

// fail says what was being done; the errors of rate's contract stay as they are.
func (c *Counts) fail(what string, p rate.Partition, err error) error {
	return fmt.Errorf("store: counts: %s of %s/%d: %w", what, p.Topic, p.ID, c.s.scrub(err))
}

// Claim implements rate.Backend.
func (c *Counts) Claim(ctx context.Context, p rate.Partition, epoch uint64) (rate.Claim, error) {
	if c.closed.Load() {
		return rate.Claim{}, rate.ErrClosed
	}
	var claim rate.Claim
	err := c.s.inTx(ctx, func(tx *sql.Tx) error {
		claim = rate.Claim{}
		var owner, sequence, writer int64
		var checkpoint []byte
		err := tx.QueryRowContext(ctx, `
			INSERT INTO count_partitions (topic, partition_id, epoch, sequence, writer, checkpoint, series) VALUES ($1, $2, $3, 0, 0, $4, 0)
			ON CONFLICT (topic, partition_id) DO UPDATE SET epoch = excluded.epoch WHERE count_partitions.epoch < excluded.epoch
			RETURNING id, sequence, writer, checkpoint`,
			p.Topic, p.ID, int64(epoch), rate.AppendCheckpoint(nil, rate.Checkpoint{})).Scan(&owner, &sequence, &writer, &checkpoint)
		if errors.Is(err, sql.ErrNoRows) {
			return rate.ErrFenced
		}
		if err != nil {
			return err
		}
		claim.Found, claim.Sequence = writer != 0, uint64(sequence)
		if claim.Checkpoint, err = rate.DecodeCheckpoint(checkpoint); err != nil {
			return err
		}
		claim.Dictionary, err = dictionary(ctx, tx, owner, 0)
		return err
	})
	if err != nil {
		return rate.Claim{}, c.fail("claim", p, err)
	}
	return claim, nil
}

func dictionary(ctx context.Context, q queryer, owner int64, first int) ([]detector.Series, error) {
	var out []detector.Series
	err := each(ctx, q, func(row scanner) error {
		var b []byte
		if err := row.Scan(&b); err != nil {
			return err
		}
		s, err := rate.DecodeSeries(b)
		out = append(out, s)
		return err
	}, `SELECT series FROM count_series WHERE owner = $1 AND number >= $2 ORDER BY number`, owner, first)
	return out, err
}

// SaveState implements rate.Backend.
func (c *Counts) SaveState(ctx context.Context, shard int, data []byte) error {
	if c.closed.Load() {
		return rate.ErrClosed
	}
	_, err := c.s.write.ExecContext(ctx, `
		INSERT INTO count_states (shard, data) VALUES ($1, $2) ON CONFLICT (shard) DO UPDATE SET data = excluded.data`, shard, orEmpty(data))
	if err != nil {
		return fmt.Errorf("store: counts: state of shard %d: %w", shard, c.s.scrub(err))
	}
	return nil
}

// LoadState implements rate.Backend.
func (c *Counts) LoadState(ctx context.Context, shard int) ([]byte, error) {
	if c.closed.Load() {
		return nil, rate.ErrClosed
	}
	var data []byte
	err := c.s.read.QueryRowContext(ctx, `SELECT data FROM count_states WHERE shard = $1`, shard).Scan(&data)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("store: counts: state of shard %d: %w", shard, c.s.scrub(err))
	}
	return data, nil
}
