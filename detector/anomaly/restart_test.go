package anomaly

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestARestartIsNoFall: hosts that restart one after the other log a fifth for forty seconds. A service that stays there has fallen,
// and that is told within a minute.
func TestARestartIsNoFall(t *testing.T) {
	b := newBench(Options{}, shop()...)
	b.run(3 * dayBuckets)
	usual := append([]line(nil), b.lines...)
	times := func(by float64) {
		for i := range b.lines {
			b.lines[i].rate = usual[i].rate * by
		}
	}
	fell := func(buckets int) (fell bool) {
		for _, s := range b.run(buckets) {
			fell = fell || s.Kind == detector.KindFall && s.Series.Shape == 0
		}
		return fell
	}
	for range 5 {
		times(.2)
		if fell(4) {
			t.Fatal("a restart of 40 s is called a fall")
		}
		times(1)
		if fell(360) {
			t.Fatal("what comes after a restart is called a fall")
		}
	}
	times(.2)
	if !fell(6) {
		t.Error("a fall to a fifth is not called within a minute")
	}
}
