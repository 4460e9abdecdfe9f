package anomaly

import (
	"slices"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestAllServicesAreSilentForAMinute: what brings the lines of all services held them back for a minute, and brings them in the next one;
// nobody is paged. One service that is silent as long is, and so are all of them after that minute.
func TestAllServicesAreSilentForAMinute(t *testing.T) {
	var lines []line
	for _, service := range []string{"cart", "login", "search", "shop"} {
		for _, l := range shop() {
			l.service = service
			lines = append(lines, l)
		}
	}
	learned := newBench(Options{}, lines...)
	learned.run(26 * 360)
	state, err := learned.suite.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		silent  []string
		buckets int
		within  int // buckets in which what was held back comes
		pages   bool
	}{
		{"most for a minute", []string{"cart", "login", "shop"}, 6, 6, false},
		{"all for a minute, and then at once", []string{"cart", "login", "search", "shop"}, 6, 2, false},
		{"all for longer", []string{"cart", "login", "search", "shop"}, 8, 8, true},
		{"half for a minute", []string{"search", "shop"}, 6, 6, true},
		{"one for a minute", []string{"shop"}, 6, 6, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(Options{}, lines...)
			b.n = learned.n
			if err := b.suite.Restore(state); err != nil {
				t.Fatal(err)
			}
			var told []detector.Signal
			step := func(rows []detector.Row) {
				k := b.bucket()
				k.Rows = append(k.Rows, rows...)
				kept := k.Rows[:0]
				for _, r := range k.Rows {
					if rows != nil || !slices.Contains(c.silent, r.Series.Service) {
						kept = append(kept, r)
					}
				}
				k.Rows = kept
				b.n++
				for _, s := range b.suite.Step(k) {
					if s.ExplainedBy == "" && s.Severity != detector.SeverityNotice {
						told = append(told, s)
					}
				}
			}
			for range c.buckets {
				step(nil)
			}
			for range c.within {
				held := []detector.Row{}
				for range c.buckets / c.within {
					for _, r := range b.bucket().Rows {
						if slices.Contains(c.silent, r.Series.Service) {
							held = append(held, r)
						}
					}
				}
				step(held)
			}
			for range 60 {
				step([]detector.Row{})
			}
			if c.pages != (len(told) > 0) {
				t.Errorf("signals: %v", told)
			}
		})
	}
}

// TestTwoServicesAreNotMost: where there are two, both silent are two that are silent.
func TestTwoServicesAreNotMost(t *testing.T) {
	s := New(Options{})
	for _, name := range []string{"cart", "shop"} {
		v := newService(serviceKey{name, ""}, 1)
		v.total.mu = 5
		s.order = append(s.order, v)
	}
	env := s.moment(start, 100_000)
	if s.hush(env) {
		t.Error("two of two services are most of them")
	}
	third := newService(serviceKey{"login", ""}, 1)
	third.total.mu = 5
	s.order = append(s.order, third)
	if !s.hush(env) {
		t.Error("three of three services are not most of them")
	}
}
