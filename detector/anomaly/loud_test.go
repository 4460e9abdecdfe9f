package anomaly

import (
	"math"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestAServiceOfOneLoudTemplateFalls: where one template is nearly all lines, the others tell by their median whether the service falls
// or that template alone.
func TestAServiceOfOneLoudTemplateFalls(t *testing.T) {
	lines := []line{{"shop", detector.LevelInfo, 100, 900}}
	for i := range 12 {
		lines = append(lines, line{"shop", detector.LevelInfo, detector.ShapeID(101 + i), 4})
	}
	b := newBench(Options{}, lines...)
	b.run(2 * dayBuckets)
	saved, err := b.suite.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		falls func(i int) bool
		want  bool
	}{
		{"all of them", func(int) bool { return true }, true},
		{"the loud one", func(i int) bool { return i == 0 }, false},
	} {
		f := *b
		f.suite, f.lines = New(Options{}), nil
		if err := f.suite.Restore(saved); err != nil {
			t.Fatal(err)
		}
		for i, l := range lines {
			if c.falls(i) {
				l.rate *= .3
			}
			f.lines = append(f.lines, l)
		}
		whole := false
		for _, s := range f.run(12) {
			whole = whole || (s.Kind == detector.KindFall && s.Series.Shape == 0)
		}
		if whole != c.want {
			t.Errorf("%s: a fall of the service is called: %v, want %v", c.name, whole, c.want)
		}
	}
}

// TestTheNoonIsNoBurst: what a template logs at noon is no bar for the night, what it once logged in a burst is.
func TestTheNoonIsNoBurst(t *testing.T) {
	const noon, night = 3., .03
	env := New(Options{}).moment(start, 4*dayBuckets)
	for _, c := range []struct {
		name  string
		burst float32
		bars  bool
	}{
		{"none", 0, false},
		{"the noon's", 30 * noon, false},
		{"a busy noon's", 60 * noon, false},
		{"a burst", 300 * noon, true},
	} {
		day := &daily{seen: 2 * slots}
		for i := range day.rate {
			day.rate[i] = pack(night)
		}
		day.rate[48] = pack(noon)
		day.average()
		v := newService(serviceKey{"s", ""}, 1)
		s := newSeries(templateKey{level: detector.LevelError, shape: 1}, roleTemplate, 1, v)
		s.day, s.mu, s.shift, s.r, s.lines, s.burst = day, night, night/day.mean(), 2, 5000, c.burst
		s.x, s.fast, s.mid, s.up.hot = 2, .5, .3, 4
		if got := s.noon(); math.Abs(got-noon) > .01*noon {
			t.Fatalf("at noon %v is expected, want %v", got, noon)
		}
		if got := s.called(env.n, 30, 10, night, familyBar, false, false, 1, env) == 0; got != c.bars {
			t.Errorf("%s: an error spike at night is barred: %v, want %v", c.name, got, c.bars)
		}
	}
}

// TestNearbyIsAQuarterOfAnHour: a sum is held against what its day has a quarter of an hour before and after, in the middle of a slot as at
// its end.
func TestNearbyIsAQuarterOfAnHour(t *testing.T) {
	s0 := New(Options{})
	day := &daily{seen: 2 * slots}
	for i := range day.rate {
		day.rate[i] = pack(10 + float64(i))
	}
	day.average()
	v := newService(serviceKey{"s", ""}, 1)
	v.total.day = day
	for _, into := range []int64{0, 20, 45, 80} {
		n := 20_000*int64(slots)*90 + 40*90 + into
		env := s0.moment(start, n)
		v.total.shift, _ = v.total.factor(n, env)
		low, high := v.total.nearby(env)
		rate := 10 + 39.5 + float64(into)/90
		if math.Abs(low-(rate-1)/rate) > .002 || math.Abs(high-(rate+1)/rate) > .002 {
			t.Errorf("%d buckets into a slot: %.3f to %.3f, want %.3f to %.3f", into, low, high, (rate-1)/rate, (rate+1)/rate)
		}
	}
}
