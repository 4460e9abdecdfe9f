package rate

import (
	"context"
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
	start = FloorFine(start)
	starts := make([]time.Time, n)
	for i := range starts {
		starts[i] = start.Add(time.Duration(i) * Fine)
	}
	var out [][Shards]*detector.Bucket
	err := r.known(ctx, func(v view) error {
		out = emptyBuckets(starts, shards)
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
			if err := r.each(ctx, v.scope(i, shards), Fine, starts, add); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
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
