package anomaly

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestTheReturnAfterALongOutageIsNoSurge: a service that was silent, fallen or at thrice its traffic for hours comes back to what it
// was, and nobody is paged for that.
func TestTheReturnAfterALongOutageIsNoSurge(t *testing.T) {
	for _, c := range []struct {
		name  string
		times float64
		hours int
		kind  detector.Kind
	}{
		{"silent for four hours", 0, 4, detector.KindSilence},
		{"silent for twelve hours", 0, 12, detector.KindSilence},
		{"a third for four hours", .3, 4, detector.KindFall},
		{"a third for eight hours", .3, 8, detector.KindFall},
		{"thrice for four hours", 3, 4, detector.KindSurge},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(Options{}, shop()...)
			b.run(3 * 8640)
			usual := append([]line(nil), b.lines...)
			for i := range b.lines {
				b.lines[i].rate *= c.times
			}
			if got := b.run(360); len(got) == 0 || got[0].Kind != c.kind {
				t.Fatalf("in its first hour: %v, want a %s", got, c.kind)
			}
			b.run((c.hours - 1) * 360)
			b.lines = usual
			for _, s := range b.run(24 * 360) {
				t.Errorf("after the return, at %s: %s of %s, %.0f, expected %.0f", s.At, s.Kind, s.Series.Shape, s.Observed, s.Expected)
			}
		})
	}
}
