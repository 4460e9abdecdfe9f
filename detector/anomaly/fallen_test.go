package anomaly

import (
	"math"
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

// TestAServiceOfOneTemplateHasHabitsToo: of a service that is nearly all one template a fall at the same hour each day is a habit
// after two, and one at another hour is none.
func TestAServiceOfOneTemplateHasHabitsToo(t *testing.T) {
	rates := []line{{"one", detector.LevelInfo, 100, 40}}
	for i := range 9 {
		rates = append(rates, line{"one", detector.LevelInfo, detector.ShapeID(101 + i), .47})
	}
	b := newBench(Options{}, rates...)
	falls := func(buckets int, part float64) (n int) {
		for i := range b.lines {
			b.lines[i].rate = rates[i].rate * part
		}
		for _, s := range b.run(buckets) {
			if s.Kind == detector.KindFall {
				n++
			}
		}
		return n
	}
	b.lines = append([]line(nil), rates...)
	for day := range 8 {
		n := falls(5000, 1) + falls(180, .2) + falls(3460, 1)
		if day > 4 && n > 0 {
			t.Errorf("on day %d its usual fall was called %d times", day, n)
		}
	}
	falls(1000, 1)
	if falls(90, .2) == 0 {
		t.Error("a fall at another hour was not called")
	}
}

// TestWholeFollowsTheRest: where one template is nearly all of a service the others decide whether the service moves, in every bucket:
// by their share alone it would be nothing in one bucket and half an hour's fall in the next.
func TestWholeFollowsTheRest(t *testing.T) {
	f := newFactor()
	f.n, f.up, f.down, f.rest = 2, .3, 1, .4
	if e := f.whole(); math.Abs(e-math.Log(.4)) > 1e-9 {
		t.Errorf("the service is at %.2f, want ln .4", e)
	}
}
