package anomaly

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestNobodyIsWokenForASwell: twice the lines of a template for three minutes page nobody, for ten minutes they do; ten times
// page within a minute.
func TestNobodyIsWokenForASwell(t *testing.T) {
	for _, c := range []struct {
		name    string
		times   float64
		buckets int
		within  int // buckets until it is called, 0: never
	}{
		{"twice for three minutes", 2, 18, 0},
		{"twice for ten minutes", 2, 60, 40},
		{"ten times for a minute", 10, 6, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(Options{}, shop()...)
			b.run(3 * 8640)
			b.lines[8].rate *= c.times
			called := 0
			for i := range c.buckets {
				for _, s := range b.run(1) {
					if s.Kind == detector.KindSurge && called == 0 {
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
