package anomaly

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// TestDeploysCountFromTheirTime: a template that falls silent within a quarter of an hour of a new version is a notice,
// whenever the version was told; one that was done long ago, or is still to come, changes nothing.
func TestDeploysCountFromTheirTime(t *testing.T) {
	b := newBench(Options{}, shop()...)
	b.run(2 * dayBuckets)
	saved, err := b.suite.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		at    time.Duration // of the deploy, from now on
		pages bool
	}{
		{"none", 0, true},
		{"just now", -time.Second, false},
		{"told late", -5 * time.Minute, false},
		{"long ago", -20 * time.Minute, true},
		{"still to come", time.Hour, true},
	} {
		f := *b
		f.suite = New(Options{})
		if err := f.suite.Restore(saved); err != nil {
			t.Fatal(err)
		}
		if c.at != 0 {
			f.suite.Deploy("shop", start.Add(time.Duration(f.n)*width).Add(c.at))
		}
		f.lines = nil
		for _, l := range shop() {
			if l.shape != 110 {
				f.lines = append(f.lines, l)
			}
		}
		var got []detector.Signal
		for _, sig := range f.run(30) { // five minutes
			if sig.Series.Shape == 110 {
				got = append(got, sig)
			}
		}
		if (len(got) > 0) != c.pages {
			t.Errorf("%s: %d pages of the template, want some: %v", c.name, len(got), c.pages)
		}
	}
}
