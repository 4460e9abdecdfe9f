package rate

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Sides are the lines of a series before a moment and since then.
type Sides struct{ Before, Since uint64 }

// Sides adds up the lines of each series that q matches, before and since a moment, in [From, To) widened to fine buckets.
// At belongs to the bucket in which it lies. Query.Step is not used.
func (r *Reader) Sides(ctx context.Context, q Query, at time.Time) (map[detector.Series]Sides, error) {
	at = FloorFine(at)
	out := make(map[detector.Series]Sides)
	err := r.consistent(ctx, func(v view) error {
		clear(out)
		add := func(start time.Time, _ int, s *detector.Series, c Cell) error {
			if !q.Match(*s) {
				return nil
			}
			sides := out[*s]
			if start.Before(at) {
				sides.Before += c.Lines
			} else {
				sides.Since += c.Lines
			}
			out[*s] = sides
			return nil
		}
		for i := range v.statuses {
			part, err := r.scope(ctx, v, i, &q)
			if err != nil {
				return err
			}
			if err := r.buckets(ctx, part, Fine, FloorFine(q.From), FloorFine(q.To.Add(Fine-1)), add); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}
