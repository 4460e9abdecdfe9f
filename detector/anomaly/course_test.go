package anomaly

import (
	"math"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestWhatGrewAndComesDownHasNotFallen: a service that grows to thrice its traffic within two hours and is back at once has not fallen,
// though what is expected followed it. One that falls to a third of what it had before it grew has.
func TestWhatGrewAndComesDownHasNotFallen(t *testing.T) {
	for _, c := range []struct {
		name  string
		after float64 // of the traffic before
		fall  bool
	}{
		{"back where it was", 1, false},
		{"a third of that", .33, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(Options{}, shop()...)
			b.run(3 * 8640)
			usual := append([]line(nil), b.lines...)
			times := func(by float64) {
				for i := range b.lines {
					b.lines[i].rate = usual[i].rate * by
				}
			}
			for minute := range 150 {
				times(math.Pow(3, min(1, float64(minute)/120)))
				b.run(6)
			}
			times(c.after)
			fell := false
			for _, s := range b.run(90) {
				fell = fell || s.Kind == detector.KindFall && s.Series.Shape == 0
			}
			if fell != c.fall {
				t.Errorf("a fall was called: %v, want %v", fell, c.fall)
			}
		})
	}
}
