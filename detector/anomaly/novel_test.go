package anomaly

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// The very first error of a service is news in its first day already, as a notice; from then on each new one pages.
func TestFirstErrorOfAServiceIsANoticeInItsFirstDay(t *testing.T) {
	const hour = 360
	info := line{"cart", detector.LevelInfo, 1, 3}
	first, second := line{"cart", detector.LevelError, 2, 1}, line{"cart", detector.LevelError, 3, 1}
	severity := func(after int, extra ...line) (out []detector.Severity) {
		b := newBench(Options{}, info)
		b.run(after)
		for range 30 {
			sigs := b.suite.Step(b.bucket(extra...))
			b.n++
			for _, s := range sigs {
				if s.Kind == detector.KindNewError && s.ExplainedBy == "" {
					out = append(out, s.Severity)
				}
			}
		}
		return out
	}
	for _, c := range []struct {
		name  string
		after int
		extra []line
		want  []detector.Severity // of the signals, each once
	}{
		{"in its first hour nothing is new", hour / 2, []line{first}, nil},
		{"in its first day", 5 * hour, []line{first}, []detector.Severity{detector.SeverityNotice}},
		{"after a day", 25 * hour, []line{first}, []detector.Severity{""}},
		{"two at once after a day are one page", 25 * hour, []line{first, second}, []detector.Severity{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := severity(c.after, c.extra...)
			var kinds []detector.Severity
			for _, s := range got {
				if len(kinds) == 0 || kinds[len(kinds)-1] != s {
					kinds = append(kinds, s)
				}
			}
			if len(kinds) != len(c.want) || len(kinds) > 0 && kinds[0] != c.want[0] {
				t.Errorf("%q, want %q", kinds, c.want)
			}
		})
	}
}

// Six lines of a new error among twenty-five of one that is known are hidden by it; as many of both are one flood.
func TestAnErrorIsHiddenByAFewTimesAsMany(t *testing.T) {
	for _, c := range []struct {
		name   string
		rate   float64
		hidden bool
	}{{"six of thirty", 1, true}, {"half of them", 5, false}} {
		b := newBench(Options{}, shop()...)
		b.run(25 * 360)
		hidden := false
		flood, fresh := line{"shop", detector.LevelError, 200, 5}, line{"shop", detector.LevelError, 900, c.rate}
		for i := range 60 {
			extra := []line{flood}
			if i > 6 {
				extra = append(extra, fresh)
			}
			for _, s := range b.suite.Step(b.bucket(extra...)) {
				hidden = hidden || s.Hidden != nil && s.Hidden.TemplateID == 900
			}
			b.n++
		}
		if hidden != c.hidden {
			t.Errorf("%s: the new error is called hidden: %v, want %v", c.name, hidden, c.hidden)
		}
	}
}

// TestAFloodHidesWhatIsNewInIt: the second flood of a cause hides the error that is new in it, not the one that the first hid, which is over.
func TestAFloodHidesWhatIsNewInIt(t *testing.T) {
	b := newBench(Options{}, shop()...)
	b.run(25 * 360)
	flood := line{"shop", detector.LevelError, 200, 300}
	named := func(buckets int, extra ...line) (ids []detector.ShapeID) {
		for range buckets {
			for _, s := range b.suite.Step(b.bucket(extra...)) {
				if s.Hidden != nil && (len(ids) == 0 || ids[len(ids)-1] != s.Hidden.TemplateID) {
					ids = append(ids, s.Hidden.TemplateID)
				}
			}
			b.n++
		}
		return ids
	}
	if ids := named(12, flood, line{"shop", detector.LevelError, 900, 1}); len(ids) != 1 || ids[0] != 900 {
		t.Fatalf("the first flood is said to hide %v, want 900", ids)
	}
	named(90)
	ids := named(3, flood)
	ids = append(ids, named(12, flood, line{"shop", detector.LevelError, 901, 1})...)
	if len(ids) != 1 || ids[0] != 901 {
		t.Errorf("the second flood is said to hide %v, want 901", ids)
	}
}
