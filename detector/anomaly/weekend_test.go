package anomaly

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// TestACronThatRestsUntilMonday: one that runs from Monday's first minutes to Friday's last is not silent at the end of the second weekend,
// nor in the first minutes of Monday. Where it does not come back that may be a holiday, and is a notice; where it stops at noon it pages.
func TestACronThatRestsUntilMonday(t *testing.T) {
	for _, c := range []struct {
		name   string
		period int64 // buckets
		phase  int64
	}{
		{"every five minutes", 30, 29},
		{"every hour", 360, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(Options{}, shop()...)
			run := func(until time.Time, runs bool) (silent []detector.Signal) {
				for {
					out := b.bucket()
					if !out.Start.Before(until) {
						return silent
					}
					if b.n%c.period == c.phase && runs && !weekend(out.Start) {
						out.Rows = append(out.Rows, detector.Row{Series: detector.Series{Class: detector.ClassLine, Service: "shop", Level: detector.LevelInfo, Shape: 300}, Lines: 1})
					}
					for _, s := range b.suite.Step(out) {
						if s.Series.Shape == 300 && s.Kind == detector.KindSilence {
							silent = append(silent, s)
						}
					}
					b.n++
				}
			}
			monday := start.Truncate(24 * time.Hour)
			for monday.Weekday() != time.Monday {
				monday = monday.Add(24 * time.Hour)
			}
			const week = 7 * 24 * time.Hour
			run(monday.Add(week), true) // the first weekend is not known
			noon := 12 * time.Hour
			if got := run(monday.Add(2*week+noon), true); len(got) > 0 {
				t.Fatalf("it is called silent at %s", got[0].At.Format("Mon 15:04:05"))
			}
			run(monday.Add(3*week-2*24*time.Hour), true)
			if got := run(monday.Add(3*week+noon), false); len(got) == 0 || got[0].Severity != detector.SeverityNotice {
				t.Errorf("it did not come back on Monday: %d signals, want a notice", len(got))
			}
			run(monday.Add(3*week+36*time.Hour), true)
			if got := run(monday.Add(3*week+2*24*time.Hour), false); len(got) == 0 || got[0].Severity != "" {
				t.Errorf("it stopped at noon on Tuesday: %d signals, want a page", len(got))
			}
		})
	}
}
