package rate

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Fields adds up the lines by value of fields, in [From, To) of q, which is widened as that of Sum; wanted says of which fields. Where
// a series has many lines these are an estimate from a sample of them; Other stands for the values that are not followed.
// Match and step of q are not used.
func (r *Reader) Fields(ctx context.Context, q Query, wanted func(field string) bool) (map[detector.Series]uint64, error) {
	out := make(map[detector.Series]uint64)
	from, to := r.widen(q.From, q.To)
	err := r.consistent(ctx, func(v view) error {
		clear(out)
		for i := range v.statuses {
			part, err := r.scope(ctx, v, i, &q)
			if err != nil {
				return err
			}
			counts := remember(part, func(s *detector.Series) bool { return s.Class == detector.ClassField && wanted(s.Name) })
			add := func(_ time.Time, _ int, s *detector.Series, c Cell) error {
				if counts(s, c.Index) {
					out[*s] += c.Lines
				}
				return nil
			}
			if err := r.span(ctx, part, from, to, add); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}
