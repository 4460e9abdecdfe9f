package anomaly

import (
	"math"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestNobodyIsWokenForASwell: twice the lines of a template for twenty minutes page nobody, for fifty they do; three times page in
// minutes, ten times within one.
func TestNobodyIsWokenForASwell(t *testing.T) {
	for _, c := range []struct {
		name    string
		times   float64
		buckets int
		within  int // buckets until it is called, 0: never
	}{
		{"twice for three minutes", 2, 18, 0},
		{"twice for twenty minutes", 2, 120, 0},
		{"twice for fifty minutes", 2, 300, 240},
		{"three times for twenty minutes", 3, 120, 50},
		{"ten times for a minute", 10, 6, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(Options{}, shop()...)
			b.run(3 * 8640)
			b.lines[8].rate *= c.times
			called := 0
			for i := range c.buckets {
				for _, s := range b.run(1) {
					if (s.Kind == detector.KindSurge || s.Kind == detector.KindRamp) && called == 0 {
						called = i + 1
					}
				}
			}
			if called > c.within || (c.within > 0 && called == 0) {
				t.Errorf("called after %d buckets, want within %d", called, c.within)
			}
		})
	}
}

// TestNobodyIsWokenForALittleOfTheDay: at night some lines a minute of what logs many at noon page nobody; what never logs more does, and
// so does what rises to ten times.
func TestNobodyIsWokenForALittleOfTheDay(t *testing.T) {
	for _, c := range []struct {
		name  string
		swing float64 // of the template in the course of a day
		times float64
		pages bool
	}{
		{"four times at night", .95, 4, false},
		{"twenty times at night", .95, 20, true},
		{"four times of what knows no night", 0, 4, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(Options{})
			rate := .1 / (1.001 - c.swing) // a tenth of a line a bucket at night
			run := func(buckets int, times float64) (pages bool) {
				for range buckets / 30 {
					sun := math.Sin(2 * math.Pi * float64(b.n) / 8640)
					b.lines = b.lines[:0]
					for i := range 8 {
						b.lines = append(b.lines, line{"shop", detector.LevelInfo, detector.ShapeID(100 + i), (1 + float64(i)) * (1.001 + .95*sun)})
					}
					b.lines = append(b.lines, line{"shop", detector.LevelInfo, 300, times * rate * (1.001 + c.swing*sun)})
					for _, s := range b.run(30) {
						pages = pages || s.Kind == detector.KindSurge
					}
				}
				return pages
			}
			run(4*8640+6420, 1) // until just before the least of the fifth day
			if got := run(120, c.times); got != c.pages {
				t.Errorf("paged: %v", got)
			}
		})
	}
}
