package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// Forget implements rate.Backend.
func (c *Counts) Forget(ctx context.Context, p rate.Partition, epoch uint64) (bool, error) {
	if c.closed.Load() {
		return false, rate.ErrClosed
	}
	var gone bool
	err := c.s.inTx(ctx, func(tx *sql.Tx) error {
		gone = false
		var owner int64
		err := tx.QueryRowContext(ctx, `SELECT id FROM count_partitions WHERE topic = $1 AND partition_id = $2 AND epoch = $3`+c.s.dialect.forUpdate,
			p.Topic, p.ID, int64(epoch)).Scan(&owner)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		// Asked once the row is locked: what its owner wrote just now is seen.
		var kept bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM count_blocks WHERE owner = $1)`, owner).Scan(&kept); err != nil || kept {
			return err
		}
		gone = true
		for _, query := range []string{
			`DELETE FROM count_series WHERE owner = $1`, `DELETE FROM count_samples WHERE owner = $1`, `DELETE FROM count_partitions WHERE id = $1`,
		} {
			if _, err := tx.ExecContext(ctx, query, owner); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, c.fail("forget", p, err)
	}
	return gone, nil
}
