package anomaly

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// A burst of errors began with its first, or with one of the minute before, whatever single ones came in the half hour before
// it.
func TestARiseBeganWhenItsRateDid(t *testing.T) {
	base := newBench(Options{}, append(shop()[:12], line{"shop", detector.LevelError, 201, .08})...)
	base.run(2 * dayBuckets)
	saved, err := base.suite.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(20) {
		b := *base
		b.rng, b.suite = rand.New(rand.NewPCG(seed, 1)), New(Options{})
		if err := b.suite.Restore(saved); err != nil {
			t.Fatal(err)
		}
		b.run(120)
		began := start.Add(time.Duration(b.n) * width)
		got := b.run(4, line{"shop", detector.LevelError, 201, 8})
		if len(got) == 0 {
			t.Errorf("%d: nothing was called", seed)
			continue
		}
		if off := got[0].Onset.Sub(began); off <= -time.Minute || off > width {
			t.Errorf("%d: it began %v from its first line", seed, off)
		}
	}
}
