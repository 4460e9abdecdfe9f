package metric

import (
	"math"
	"time"
)

// season compares the average of the last rows with those of the same time on earlier days, by the times of the rows:
// holes and irregular rows shift nothing.
type season struct {
	slack  time.Duration // that the time of day may differ
	times  []time.Time
	means  []float64
	cursor [mostDays]int // by days back: the first row that is compared, or later
	since  time.Time     // of the first row that had an earlier day
}

// Of the days that are looked back: how many, how many rows at most, and for how long there must have been some before
// what differs counts.
const (
	day        = 24 * time.Hour
	mostDays   = 7
	mostSeason = 20_000
	mostSame   = 100 // rows of one day that are compared
	learnTime  = 3 * day
)

func newSeason(gap time.Duration, block int) season {
	return season{slack: min(day/8, max(gap, time.Duration(block/2)*gap))}
}

// take gives the least difference to the average at the same time of an earlier day; false while too little is known.
func (s *season) take(t time.Time, mean float64) (float64, bool) {
	if s.slack <= 0 {
		return 0, false
	}
	n := len(s.times)
	if n > 0 && t.Before(s.times[n-1]) { // the clock was set back: what is known of the time of day is void
		*s, n = season{slack: s.slack, times: s.times[:0], means: s.means[:0]}, 0
	}
	if n >= 2*mostSeason {
		cut := n - mostSeason
		n = copy(s.times, s.times[cut:])
		copy(s.means, s.means[cut:])
		s.times, s.means = s.times[:n], s.means[:n]
		for k := range s.cursor {
			s.cursor[k] = max(0, s.cursor[k]-cut)
		}
	}
	s.times, s.means = append(s.times, t), append(s.means, mean)
	best := math.Inf(1)
	for k := range s.cursor {
		at := t.Add(-time.Duration(k+1) * day)
		from, to := at.Add(-s.slack), at.Add(s.slack)
		i := max(s.cursor[k], n-mostSeason)
		for i < n && s.times[i].Before(from) {
			i++
		}
		s.cursor[k] = i
		for last := min(n, i+mostSame); i < last && !s.times[i].After(to); i++ {
			best = min(best, math.Abs(s.means[i]-mean))
		}
	}
	if math.IsInf(best, 1) {
		return 0, false
	}
	if s.since.IsZero() {
		s.since = t
	}
	return best, true
}

// learned reports whether it is known how earlier days differ.
func (s *season) learned(t time.Time) bool { return !s.since.IsZero() && t.Sub(s.since) >= learnTime }
