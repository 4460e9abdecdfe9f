package app

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// TemplateDurations implements dashboards.Templates. What counts as a duration, and under which key, says the engine: #N is the
// N-th variable, from 0, anything else a field.
func (c *catalogue) TemplateDurations(ctx context.Context, id detector.ShapeID, from, to time.Time) ([]dashboards.Durations, error) {
	id = c.templates.Canonical(id)
	l, err := c.listing.get(ctx)
	if err != nil {
		return nil, translate(err)
	}
	t := l.byID[id]
	if t == nil {
		return nil, nil
	}
	sums, err := c.reader.Summaries(ctx, rate.Query{From: from, To: to, Services: []string{t.Service}}, func(s *detector.Series) string {
		if s.Class != detector.ClassSlot || c.templates.Canonical(s.Shape) != id {
			return ""
		}
		if s.Shape != id && strings.HasPrefix(s.Key, "#") {
			return "" // variables of what it was merged with stand in other places
		}
		return s.Key
	})
	if err != nil {
		return nil, err
	}
	var out []dashboards.Durations
	for key, sum := range sums {
		d := dashboards.Durations{Field: key, Values: sum.Count}
		if n, err := strconv.Atoi(strings.TrimPrefix(key, "#")); err == nil && strings.HasPrefix(key, "#") {
			d.Slot, d.Field = n+1, ""
		}
		for _, q := range []struct {
			of float64
			to *time.Duration
		}{{.5, &d.P50}, {.95, &d.P95}, {.99, &d.P99}} {
			ms, ok := sum.Quantile(q.of)
			if !ok {
				d.Values = 0
			}
			*q.to = time.Duration(ms * float64(time.Millisecond))
		}
		if d.Values > 0 {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b dashboards.Durations) int {
		return cmp.Or(cmp.Compare(b.Values, a.Values), cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Field, b.Field))
	})
	return out, nil
}
