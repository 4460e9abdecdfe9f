//go:build linux

package chaos

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// row is what is said of one fault over all its laps. A lap of two faults counts for both.
type row struct {
	name           string
	times          int
	counted, paged []time.Duration
	lost, doubled  uint64
	pages          pageCount
}

func rowsOf(w *world, laps []*lap) []*row {
	var rows []*row
	for _, l := range laps {
		pages := w.pagesOf(l)
		for _, f := range l.faults {
			i := slices.IndexFunc(rows, func(r *row) bool { return r.name == f.name })
			if i < 0 {
				i = len(rows)
				rows = append(rows, &row{name: f.name})
			}
			r := rows[i]
			r.times++
			if l.counted >= 0 {
				r.counted = append(r.counted, l.counted)
			}
			r.paged = append(r.paged, l.paged)
			r.lost += l.lost
			r.doubled += l.doubled
			r.pages.lost += pages.lost
			r.pages.doubled += pages.doubled
			r.pages.again += pages.again
		}
	}
	return rows
}

// seconds is a quantile in seconds; "never" where there is none.
func seconds(d []time.Duration, q float64) string {
	if len(d) == 0 {
		return "never"
	}
	return fmt.Sprintf("%.1f s", quantile(d, q).Seconds())
}

// quantile is the smallest value that a share q of the values does not exceed.
func quantile(d []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}
