package rate

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// Bucket adds up the fine bucket that starts at start over all partitions, for the shards of the set: at each shard's
// number stands its bucket, nil for shards outside the set. Rows come in no order. Late is filled in, Gap is left to
// the caller.
func (r *Reader) Bucket(ctx context.Context, start time.Time, shards ShardSet) ([Shards]*detector.Bucket, error) {
	var out [Shards]*detector.Bucket
	start = FloorFine(start)
	err := r.consistent(ctx, func(v view) error {
		var rows [Shards]map[detector.Series]int
		for shard := range shards.All {
			out[shard] = &detector.Bucket{Start: start, Width: Fine}
			rows[shard] = make(map[detector.Series]int)
		}
		add := func(_ time.Time, shard int, s detector.Series, c Cell) error {
			b := out[shard]
			if s.Class == detector.ClassLate {
				b.Late += c.Lines
				return nil
			}
			at, ok := rows[shard][s]
			if !ok {
				at = len(b.Rows)
				rows[shard][s] = at
				b.Rows = append(b.Rows, detector.Row{Series: s})
			}
			return addCell(&b.Rows[at], c)
		}
		for i := range v.statuses {
			if err := r.each(ctx, v, i, Fine, []time.Time{start}, shards, add); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// addCell adds a cell to its row. A summary whose parts differ, as the rule was changed between two owners' writes, is
// left out: the counts are whole still.
func addCell(row *detector.Row, c Cell) error {
	row.Lines += c.Lines
	row.Bytes += c.Bytes
	if len(c.Summary) == 0 {
		return nil
	}
	s, _, err := sketch.Decode(c.Summary)
	if err != nil {
		return err
	}
	switch {
	case row.Summary == nil:
		row.Summary = s
	case row.Summary.Parts == s.Parts:
		return row.Summary.Merge(s)
	}
	return nil
}
