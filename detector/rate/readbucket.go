package rate

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Bucket adds up the fine bucket that starts at start over all partitions, for the shards of the set: at each shard's
// number stands its bucket, nil for shards outside the set. Rows come in no order. Late is filled in, Gap is left to
// the caller.
func (r *Reader) Bucket(ctx context.Context, start time.Time, shards ShardSet) ([Shards]*detector.Bucket, error) {
	out, err := r.Buckets(ctx, start, 1, shards)
	if err != nil {
		return [Shards]*detector.Bucket{}, err
	}
	return out[0], nil
}

// Buckets is Bucket for n buckets in a row, read at once.
func (r *Reader) Buckets(ctx context.Context, start time.Time, n int, shards ShardSet) ([][Shards]*detector.Bucket, error) {
	out, _, err := r.Counted(ctx, start, n, shards)
	return out, err
}

// Counted is Buckets, and how far each partition was counted in what was read of it, by its watermark.
func (r *Reader) Counted(ctx context.Context, start time.Time, n int, shards ShardSet) ([][Shards]*detector.Bucket, map[Partition]time.Time, error) {
	start = FloorFine(start)
	starts := make([]time.Time, n)
	for i := range starts {
		starts[i] = start.Add(time.Duration(i) * Fine)
	}
	var out [][Shards]*detector.Bucket
	var until map[Partition]time.Time
	err := r.known(ctx, func(v view) error {
		out, until = emptyBuckets(starts, shards), make(map[Partition]time.Time, len(v.statuses))
		rows := make([][Shards]map[detector.Series]int, n)
		add := func(at time.Time, shard int, s *detector.Series, c Cell) error {
			if s.Class == detector.ClassField {
				return nil // nothing judges it: it is read where an incident is told
			}
			i := int(at.Sub(start) / Fine)
			b := out[i][shard]
			if s.Class == detector.ClassLate {
				b.Late += c.Lines
			}
			known := rows[i][shard]
			if known == nil {
				known = make(map[detector.Series]int)
				rows[i][shard] = known
			}
			row, ok := known[*s]
			if !ok {
				row = len(b.Rows)
				known[*s] = row
				b.Rows = append(b.Rows, detector.Row{Series: *s})
			}
			return addCell(&b.Rows[row], c)
		}
		for i := range v.statuses {
			s := v.scope(i, shards)
			blocks, mark, err := r.backend.Counted(ctx, s.Partition, starts, shards)
			if err != nil {
				return fmt.Errorf("rate: buckets of %s: %w", s.Partition, err)
			}
			until[s.Partition] = mark
			if err := r.blocks(ctx, s, blocks, add); err != nil {
				return err
			}
		}
		return nil
	})
	return out, until, err
}

func emptyBuckets(starts []time.Time, shards ShardSet) [][Shards]*detector.Bucket {
	out := make([][Shards]*detector.Bucket, len(starts))
	all := make([]detector.Bucket, len(starts)*shards.Len())
	for i, start := range starts {
		for shard := range shards.All {
			b := &all[0]
			all = all[1:]
			b.Start, b.Width = start, Fine
			out[i][shard] = b
		}
	}
	return out
}

// addCell adds a cell to its row.
func addCell(row *detector.Row, c Cell) error {
	row.Lines += c.Lines
	row.Bytes += c.Bytes
	if len(c.Summary) == 0 {
		return nil
	}
	return addSummary(row, c.Summary)
}
