package anomaly

import (
	"math"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// A rare template is known by the day, and after a weekend that is half of what Monday has. A frequent one is known by the hour, and of what
// never logged nothing is known: neither is expected more.
func TestARareTemplateIsBroughtToToday(t *testing.T) {
	env := New(Options{}).moment(start, 1)
	for _, c := range []struct {
		name        string
		role        role
		level, day  float64
		today       float64
		least, most float64
	}{
		{"rare", roleTemplate, .01, .01, 2, 1.8, 2},
		{"rare errors", roleLevel, .01, .01, 2, 1.8, 2},
		{"frequent", roleTemplate, 10, 5, 2, 1, 1.01},
		{"silent", roleTemplate, 0, 0, 3, 1, 1},
		{"of an hour that had none", roleTemplate, 0, .01, 2, 2, 2},
		{"total", roleTotal, .01, .01, 2, 1, 1},
		{"quieter than the day before", roleTemplate, .01, .01, .5, .5, .6},
	} {
		s := &series{role: c.role, level: c.level, dayLevel: c.day, svc: &service{today: c.today}}
		if got := s.otherLevel(env); !(got >= c.least-1e-9 && got <= c.most+1e-9) {
			t.Errorf("%s: %v times what is expected, want %v to %v", c.name, got, c.least, c.most)
		}
	}
}

// The band that a signal states of a service is that of its chart.
func TestASurgeIsHeldAgainstTheBandOfTheChart(t *testing.T) {
	s := New(Options{})
	of := detector.Series{Service: "s"}
	step := func(n, times int) (found *detector.Signal, at time.Time) {
		at = start.Add(time.Duration(n) * width)
		b := &detector.Bucket{Start: at, Width: width}
		for i := range 8 {
			lines := uint64(times * (17 + (n+3*i)%7))
			b.Rows = append(b.Rows, detector.Row{
				Series: detector.Series{Service: "s", Level: detector.LevelInfo, Shape: detector.ShapeID(10 + i)}, Lines: lines, Bytes: 100 * lines,
			})
		}
		for _, sig := range s.Step(b) {
			if sig.Kind == detector.KindSurge && sig.Series.Shape == 0 {
				found = &sig
			}
		}
		return found, at
	}
	for n := range 1000 {
		step(n, 1)
	}
	for n := 1000; n < 1030; n++ {
		sig, at := step(n, 4)
		if sig == nil {
			continue
		}
		expected, low, high, ok := s.BandAt(of, at)
		if !ok || math.Abs(sig.Expected-expected) > .1*expected || math.Abs(sig.Low-low) > .1*expected || math.Abs(sig.High-high) > .1*expected {
			t.Errorf("the signal expects %.1f (%.1f to %.1f), the chart %.1f (%.1f to %.1f)", sig.Expected, sig.Low, sig.High, expected, low, high)
		}
		return
	}
	t.Error("the surge was not told")
}
