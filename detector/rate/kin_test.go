package rate

import (
	"fmt"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestRememberKin: each kin is looked up once, those too that come while cells are read, and each series gets what its own kin
// found.
func TestRememberKin(t *testing.T) {
	d := &dictionary{}
	grow := func(n int) {
		for i := range n {
			d.series = append(d.series, detector.Series{
				Class: detector.ClassLine, Service: fmt.Sprint(i % 3), Environment: fmt.Sprint(i % 2), Level: detector.Level(i % 5), Shape: detector.ShapeID(len(d.series)),
			})
		}
	}
	grow(90)
	asked := map[detector.Series]int{}
	find := rememberKin(scope{dict: d}, func(s *detector.Series) detector.Series { asked[kinOf(s)]++; return kinOf(s) })
	look := func() {
		for i := range d.series {
			if got, want := find(&d.series[i], uint32(i)), kinOf(&d.series[i]); got != want {
				t.Fatalf("series %d gets what was found for %v, want %v", i, got, want)
			}
		}
	}
	look()
	d.series = append(d.series, detector.Series{Class: detector.ClassLate, Service: "1"}, detector.Series{Class: detector.ClassLine, Service: "new"})
	grow(30)
	look()
	if len(asked) != 32 {
		t.Errorf("%d kin were looked up, want 30 and two that came later", len(asked))
	}
	for s, n := range asked {
		if n != 1 {
			t.Errorf("%v was looked up %d times", s, n)
		}
	}
}
