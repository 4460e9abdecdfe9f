package anomaly

import (
	"math"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// office is the traffic of people by their local time: little at night, a steep morning, a dip at noon, an evening.
func office(hour float64) float64 {
	up := 1 / (1 + math.Exp(-(hour-8)*3))
	down := 1 / (1 + math.Exp((hour-18)*2))
	return .15 + up*down*(1-.2*math.Exp(-(hour-12.5)*(hour-12.5)*4))
}

// pagesOf runs days of office traffic that begin at from, and gives what pages after the day given. The local clock is
// ahead of UTC by what offset says.
func pagesOf(from time.Time, days, after int, offset func(time.Time) time.Duration) []detector.Signal {
	b := newBench(Options{}, shop()...)
	usual := b.lines
	var out []detector.Signal
	for i := range days * dayBuckets {
		at := from.Add(time.Duration(i) * width)
		local := at.Add(offset(at))
		traffic := office(float64(local.Hour()) + float64(local.Minute())/60 + float64(local.Second())/3600)
		b.lines = b.lines[:0:0]
		for _, l := range usual {
			l.rate *= 2 * traffic
			b.lines = append(b.lines, l)
		}
		k := b.bucket()
		b.n++
		k.Start = at
		for _, s := range b.suite.Step(k) {
			page := s.Severity == detector.SeverityPage || s.Severity == "" && s.Kind.DefaultSeverity() == detector.SeverityPage
			if page && s.ExplainedBy == "" && i >= after*dayBuckets {
				out = append(out, s)
			}
		}
	}
	return out
}

// TestClocksThatChangeDoNotPage: the morning comes an hour earlier or later in UTC from one day to the next; days that
// only some years have, and years that end, are days as others.
func TestClocksThatChangeDoNotPage(t *testing.T) {
	date := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	tests := []struct {
		name    string
		change  time.Time
		before  time.Duration
		instead time.Duration
	}{
		{"clocks go forward", date(2026, 3, 29).Add(time.Hour), time.Hour, 2 * time.Hour},
		{"clocks go back", date(2026, 10, 25).Add(time.Hour), 2 * time.Hour, time.Hour},
		{"a leap day", date(2028, 2, 29), time.Hour, time.Hour},
		{"a year ends", date(2027, 1, 1), -5 * time.Hour, -5 * time.Hour},
	}
	if testkit.Race {
		tests = tests[:1]
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			from := c.change.Truncate(24*time.Hour).AddDate(0, 0, -4)
			got := pagesOf(from, 6, 4, func(at time.Time) time.Duration {
				if at.Before(c.change) {
					return c.before
				}
				return c.instead
			})
			for _, s := range got {
				t.Errorf("%s of %v at %s: observed %.1f, expected %.1f, score %.0f", s.Kind, s.Series, s.At, s.Observed, s.Expected, s.Score)
			}
		})
	}
}
