package store

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"time"
)

// Mark says how far a shard is evaluated, and by which owner.
type Mark struct {
	Shard     int
	Epoch     uint64
	Evaluated time.Time // buckets that end at or before it are done; zero: none
}

// NextEpoch mints an owner's token: higher than every one that was minted before, on any replica.
func (s *Store) NextEpoch(ctx context.Context) (uint64, error) {
	n, err := next(ctx, s.write, "epoch", 1)
	if err != nil {
		return 0, fmt.Errorf("store: next epoch: %w", s.scrub(err))
	}
	return uint64(n), nil
}

// next moves a counter by n and returns its new value. Until the transaction ends nobody else moves it, so whoever
// reads rows in its order never sees one appear behind.
func next(ctx context.Context, q queryer, name string, n int) (int64, error) {
	var v int64
	err := q.QueryRowContext(ctx, `UPDATE counters SET value = value + $1 WHERE name = $2 RETURNING value`, n, name).Scan(&v)
	return v, err
}

// Claim makes epoch the owner of shards and returns how far each was evaluated, in the order of shards. ErrFenced where
// a higher epoch owns one of them: then none is claimed. The same claim again is no error.
func (s *Store) Claim(ctx context.Context, shards []int, epoch uint64) ([]Mark, error) {
	byShard := make(map[int]Mark, len(shards))
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		sorted := append([]int(nil), shards...)
		sort.Ints(sorted)
		for _, shard := range sorted {
			at, err := moveShard(ctx, tx, Mark{Shard: shard, Epoch: epoch})
			if err != nil {
				return err
			}
			byShard[shard] = Mark{Shard: shard, Epoch: epoch, Evaluated: at}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: claim shards: %w", err)
	}
	marks := make([]Mark, len(shards))
	for i, shard := range shards {
		marks[i] = byShard[shard]
	}
	return marks, nil
}

// moveShard takes the shard's row for m.Epoch and moves it forward to m.Evaluated; it never goes back.
func moveShard(ctx context.Context, tx *sql.Tx, m Mark) (time.Time, error) {
	var at int64
	err := tx.QueryRowContext(ctx, `
		INSERT INTO shards (shard, epoch, evaluated) VALUES ($1, $2, $3)
		ON CONFLICT (shard) DO UPDATE SET epoch = excluded.epoch,
			evaluated = CASE WHEN excluded.evaluated > shards.evaluated THEN excluded.evaluated ELSE shards.evaluated END
		WHERE shards.epoch <= excluded.epoch
		RETURNING evaluated`, m.Shard, int64(m.Epoch), micros(m.Evaluated)).Scan(&at)
	if err == sql.ErrNoRows {
		return time.Time{}, fmt.Errorf("shard %d, epoch %d: %w", m.Shard, m.Epoch, ErrFenced)
	}
	return fromMicros(at), err
}

// Marks returns the row of every shard that was ever claimed, in order.
func (s *Store) Marks(ctx context.Context) ([]Mark, error) {
	var marks []Mark
	err := each(ctx, s.read, func(row scanner) error {
		var m Mark
		var epoch, at int64
		if err := row.Scan(&m.Shard, &epoch, &at); err != nil {
			return err
		}
		m.Epoch, m.Evaluated = uint64(epoch), fromMicros(at)
		marks = append(marks, m)
		return nil
	}, `SELECT shard, epoch, evaluated FROM shards ORDER BY shard`)
	if err != nil {
		return nil, fmt.Errorf("store: shards: %w", s.scrub(err))
	}
	return marks, nil
}
