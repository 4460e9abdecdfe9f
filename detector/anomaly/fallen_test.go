package anomaly

import (
	"math/rand/v2"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// few is a service of 8.4 lines a bucket in six templates: at a quarter of it one bucket in eight is empty by chance.
func few() []line {
	var out []line
	for i := range 6 {
		out = append(out, line{"few", detector.LevelInfo, detector.ShapeID(100 + i), 1.4})
	}
	return out
}

// TestAFallToAFewLinesIsNoSilence: the empty buckets of a service that has fallen are no reason to wait with the fall.
func TestAFallToAFewLinesIsNoSilence(t *testing.T) {
	const services = 8
	found := 0
	for seed := range uint64(services) {
		b := newBench(Options{}, few()...)
		b.rng = rand.New(rand.NewPCG(seed, 1))
		b.run(3 * 8640)
		for i := range b.lines {
			b.lines[i].rate /= 4
		}
		for _, s := range b.run(60) {
			if s.Kind == detector.KindFall && s.Series.Shape == 0 {
				found++
				break
			}
		}
	}
	if found < services-1 {
		t.Errorf("%d of %d falls to a quarter were called within ten minutes", found, services)
	}
}

// TestAFallTellsOfWhatFell: a job that runs while the service falls is neither in what was observed nor in what was expected.
func TestAFallTellsOfWhatFell(t *testing.T) {
	b := newBench(Options{}, shop()...)
	job := line{"shop", detector.LevelInfo, 999, 400}
	for range 3 * 24 {
		b.run(348)
		b.run(12, job)
	}
	for i := range b.lines {
		b.lines[i].rate /= 4
	}
	for _, s := range b.run(12, job) {
		if s.Kind == detector.KindFall && s.Series.Shape == 0 {
			if s.Observed > .5*s.Expected {
				t.Fatalf("a fall of %.0f lines to %.0f", s.Expected, s.Observed)
			}
			return
		}
	}
	t.Fatal("the fall was not called")
}
