package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// PartitionMark remembers how far a partition was counted. An empty Redis is loss then, not a first start.
type PartitionMark struct {
	Partition rate.Partition
	Next      int64 // the next offset to read
	At        time.Time
}

// MarkPartition moves a partition's mark, as the owner of the partition since epoch says. It goes back where the log did: the
// last word of the newest owner counts, whatever the clocks of owners say.
func (s *Store) MarkPartition(ctx context.Context, topic string, partition int, epoch uint64, nextOffset int64, at time.Time) error {
	_, err := s.write.ExecContext(ctx, `
		INSERT INTO partitions (topic, id, next_offset, seen_at, epoch) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (topic, id) DO UPDATE SET next_offset = excluded.next_offset, seen_at = excluded.seen_at, epoch = excluded.epoch
		WHERE partitions.epoch <= excluded.epoch`, key(topic), partition, nextOffset, micros(at), int64(epoch))
	if err != nil {
		return fmt.Errorf("store: partition %s/%d: %w", topic, partition, s.scrub(err))
	}
	return nil
}

// Partitions returns the marks of all partitions, by topic and number.
func (s *Store) Partitions(ctx context.Context) ([]PartitionMark, error) {
	var out []PartitionMark
	err := each(ctx, s.read, func(row scanner) error {
		var m PartitionMark
		var at int64
		if err := row.Scan(&m.Partition.Topic, &m.Partition.ID, &m.Next, &at); err != nil {
			return err
		}
		m.At = fromMicros(at)
		out = append(out, m)
		return nil
	}, `SELECT topic, id, next_offset, seen_at FROM partitions ORDER BY topic, id`)
	if err != nil {
		return nil, fmt.Errorf("store: partitions: %w", s.scrub(err))
	}
	return out, nil
}

// ForgetPartition removes a partition's mark if it is from before a time, and reports whether it did: the partition is then
// taken up as one that was never counted.
func (s *Store) ForgetPartition(ctx context.Context, p rate.Partition, before time.Time) (bool, error) {
	n, err := changed(s.write.ExecContext(ctx, `DELETE FROM partitions WHERE topic = $1 AND id = $2 AND seen_at < $3`,
		key(p.Topic), p.ID, micros(before)))
	if err != nil {
		return false, fmt.Errorf("store: forget partition %s: %w", p, s.scrub(err))
	}
	return n > 0, nil
}

// Meta returns a value that SetMeta kept; nil where there is none.
func (s *Store) Meta(ctx context.Context, name string) ([]byte, error) {
	var v []byte
	err := s.read.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = $1`, key(name)).Scan(&v)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("store: meta %s: %w", name, s.scrub(err))
	}
	return v, nil
}

// SetMeta keeps a value under a name.
func (s *Store) SetMeta(ctx context.Context, name string, value []byte) error {
	_, err := s.write.ExecContext(ctx, `
		INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, key(name), orEmpty(value))
	if err != nil {
		return fmt.Errorf("store: meta %s: %w", name, s.scrub(err))
	}
	return nil
}

// MetaOnce keeps a value under a name unless there is one already, and returns the one that stands: what replicas that
// start at once must agree on.
func (s *Store) MetaOnce(ctx context.Context, name string, value []byte) ([]byte, error) {
	var v []byte
	err := s.write.QueryRowContext(ctx, `
		INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = meta.value RETURNING value`,
		key(name), orEmpty(value)).Scan(&v)
	if err != nil {
		return nil, fmt.Errorf("store: meta %s: %w", name, s.scrub(err))
	}
	return v, nil
}
