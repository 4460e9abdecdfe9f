package store

import (
	"context"
	"fmt"
	"math"
	"sort"
	"strconv"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Tally is how many incidents a filter selects, in all and by what they are.
type Tally struct {
	Total      int
	More       bool // there may be more than were counted
	Pages      int  // those with Page set
	ByStatus   map[detector.Status]int
	BySeverity map[detector.Severity]int
	ByKind     map[detector.Kind]int
}

// Count counts what f selects, up to its CountTo; its Limit and Cursor are ignored.
func (s *Store) Count(ctx context.Context, f Filter) (Tally, error) {
	t := Tally{ByStatus: map[detector.Status]int{}, BySeverity: map[detector.Severity]int{}, ByKind: map[detector.Kind]int{}}
	w := f.tallied()
	from := `incidents i` + w.sql()
	if f.CountTo > 0 {
		from = `(SELECT i.status, i.severity, i.kind, i.page FROM incidents i` + w.sql() + ` ORDER BY i.opened_at DESC LIMIT ` + strconv.Itoa(f.CountTo) + `) AS i`
	}
	err := each(ctx, s.read, func(row scanner) error {
		var status, severity, kind string
		var page bool
		var n int
		if err := row.Scan(&status, &severity, &kind, &page, &n); err != nil {
			return err
		}
		t.Total += n
		if page {
			t.Pages += n
		}
		t.ByStatus[detector.Status(status)] += n
		t.BySeverity[detector.Severity(severity)] += n
		t.ByKind[detector.Kind(kind)] += n
		return nil
	}, `SELECT i.status, i.severity, i.kind, i.page, COUNT(*) FROM `+from+` GROUP BY i.status, i.severity, i.kind, i.page`, w.args...)
	if err != nil {
		return t, fmt.Errorf("store: count incidents: %w", s.scrub(err))
	}
	t.More = f.CountTo > 0 && t.Total == f.CountTo
	return t, nil
}

// CountByMute counts what each silence or mark covers, or covered to the end, by its id.
func (s *Store) CountByMute(ctx context.Context) (map[string]int, error) {
	out := map[string]int{}
	err := each(ctx, s.read, func(row scanner) error {
		var id string
		var n int
		err := row.Scan(&id, &n)
		out[id] = n
		return err
	}, `SELECT muted_by, COUNT(*) FROM incidents WHERE muted_by <> '' GROUP BY muted_by`)
	if err != nil {
		return nil, fmt.Errorf("store: count what silences cover: %w", s.scrub(err))
	}
	return out, nil
}

// tallied is where with a bound on the time of opening in any case, which leads SQLite to the index that holds all the
// columns that are counted by.
func (f Filter) tallied() *where {
	w := f.where()
	if f.From.IsZero() {
		w.add(`i.opened_at >= ?`, int64(math.MinInt64))
	}
	return w
}

// DayCount is how many incidents of a kind and service were opened on a day (UTC), and how many of them paged.
type DayCount struct {
	Day       time.Time // its midnight
	Kind      detector.Kind
	Service   string
	Rule      string // of rules' incidents: the rule
	Incidents int
	Pages     int
}

const dayMicros = int64(24 * time.Hour / time.Microsecond)

// Daily counts incidents opened in [from, to) by day, kind, service and rule, in the order of days: what pages most.
func (s *Store) Daily(ctx context.Context, from, to time.Time) ([]DayCount, error) {
	var out []DayCount
	err := each(ctx, s.read, func(row scanner) error {
		var c DayCount
		var day int64
		var kind string
		if err := row.Scan(&day, &kind, &c.Service, &c.Rule, &c.Incidents, &c.Pages); err != nil {
			return err
		}
		c.Day, c.Kind = time.UnixMicro(day*dayMicros).UTC(), detector.Kind(kind)
		out = append(out, c)
		return nil
	}, `SELECT opened_at / $3, kind, service, rule, COUNT(*), SUM(CASE WHEN page THEN 1 ELSE 0 END)
		FROM incidents WHERE opened_at >= $1 AND opened_at < $2 GROUP BY 1, 2, 3, 4`, micros(from), micros(to), dayMicros)
	if err != nil {
		return nil, fmt.Errorf("store: incidents by day: %w", s.scrub(err))
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		switch {
		case !a.Day.Equal(b.Day):
			return a.Day.Before(b.Day)
		case a.Kind != b.Kind:
			return a.Kind < b.Kind
		case a.Service != b.Service:
			return a.Service < b.Service
		}
		return a.Rule < b.Rule
	})
	return out, nil
}
