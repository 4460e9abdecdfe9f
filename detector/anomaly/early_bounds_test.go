package anomaly

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestTrafficDoublesWithinABucketAtMost: what all templates do together is known to within a factor of two before a bucket is complete.
func TestTrafficDoublesWithinABucketAtMost(t *testing.T) {
	f := newFactor()
	f.n, f.median = 5, 8
	if got := f.high(); got != mostGrowth {
		t.Errorf("after a bucket of 1 rises are held against %.1f times what is expected, want %d", got, mostGrowth)
	}
	if f.most = f.next(); f.high() != 8 {
		t.Errorf("in the bucket after that against %.1f times, want 8", f.high())
	}
}

// TestAStartIsUnknownUntilItCannotCome: the rise of a template beside others that come rarely may be a start until the bucket is complete; a
// flood is none, and beside templates that often log there is no start.
func TestAStartIsUnknownUntilItCannotCome(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines float64 // of the three others in ten days
		x     float64
		early bool
		want  bool
	}{
		{"may start", 5, 50, true, true},
		{"is complete", 5, 50, false, false},
		{"floods", 5, 90, true, false},
		{"others log often", 5000, 50, true, false},
	} {
		v := newService(serviceKey{name: "shop"}, 0)
		env := &moment{n: 86_400, hour: 360, day: 8640, early: c.early}
		for i := range detector.ShapeID(3) {
			o := v.template(templateKey{detector.LevelInfo, i}, &moment{})
			o.lines, o.filled = c.lines, float32(min(c.lines, 100))
		}
		s := v.template(templateKey{detector.LevelInfo, 9}, &moment{})
		s.x, s.lines, s.filled = c.x, 80_000, 40_000
		if got := s.ofAStart(1, env); got != c.want {
			t.Errorf("%s: it is taken for a start: %v, want %v", c.name, got, c.want)
		}
	}
}
