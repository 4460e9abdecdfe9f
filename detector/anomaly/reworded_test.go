package anomaly

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestANewWordingIsNoFall: a version that words the busiest lines differently has all its traffic; one that brings a new warning
// while half of the lines are missing has not.
func TestANewWordingIsNoFall(t *testing.T) {
	for _, c := range []struct {
		name  string
		level detector.Level
		fall  bool
	}{
		{"the same lines, worded anew", detector.LevelInfo, false},
		{"warnings in their place", detector.LevelWarn, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(Options{}, shop()...)
			b.run(3 * 8640)
			var anew []line
			for i := range b.lines {
				if l := &b.lines[i]; l.level == detector.LevelInfo && i%4 != 0 {
					anew = append(anew, line{l.service, c.level, l.shape + 1000, l.rate})
					l.rate = 0
				}
			}
			b.lines = append(b.lines, anew...)
			fell := false
			for _, s := range b.run(60) {
				fell = fell || s.Kind == detector.KindFall && s.Series.Shape == 0
			}
			if fell != c.fall {
				t.Errorf("a fall was called: %v, want %v", fell, c.fall)
			}
		})
	}
}
