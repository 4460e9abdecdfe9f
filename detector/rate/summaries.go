package rate

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// Summaries adds up the summaries of the series of q in [From, To), under the names that key gives them; empty leaves one out. The
// range is widened as that of Sum. Summaries of other parts than the first of their name are left out. Match and step of q are
// not used.
func (r *Reader) Summaries(ctx context.Context, q Query, key func(*detector.Series) string) (map[string]*sketch.Summary, error) {
	var out map[string]*sketch.Summary
	from, to := r.widen(q.From, q.To)
	err := r.consistent(ctx, func(v view) error {
		out = make(map[string]*sketch.Summary)
		for i := range v.statuses {
			part, err := r.scope(ctx, v, i, &q)
			if err != nil {
				return err
			}
			names := remember(part, key)
			add := func(_ time.Time, _ int, s *detector.Series, c Cell) error {
				if len(c.Summary) == 0 {
					return nil
				}
				name := names(s, c.Index)
				if name == "" {
					return nil
				}
				row := detector.Row{Summary: out[name]}
				err := addSummary(&row, c.Summary)
				out[name] = row.Summary
				return err
			}
			if err := r.span(ctx, part, from, to, add); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}
