package rules

import (
	"fmt"
	"testing"
)

// firingSeries is an evaluator of a rule that fires in so many series.
func firingSeries(tb testing.TB, n int) (*Set, *Evaluator) {
	tb.Helper()
	set := mustLoad(tb, "rules:\n  - {name: a, by: [host], if: \"value > 5 && value > 4 * (expected ?? 0)\", window: 1m}\n")
	e := set.NewEvaluator(EvalOptions{})
	lines := map[string]uint64{}
	for k := range n {
		lines[fmt.Sprintf("host=h-%04d", k)] = uint64(10 + k%7)
	}
	for k := range 3 {
		e.Step(bucketAt(k, "a", lines))
	}
	return set, e
}

// What is not listed costs an overview no evaluation, and those that fire are listed before all others.
func TestAnOverviewEvaluatesWhatItLists(t *testing.T) {
	few, ofFew := firingSeries(t, maxListed)
	many, ofMany := firingSeries(t, 1000)
	got := many.Overview(ofMany)[0]
	if len(got.Series) != maxListed || got.Hidden != 1000-maxListed {
		t.Fatalf("%d series are listed, %d hidden", len(got.Series), got.Hidden)
	}
	for k, s := range got.Series {
		if want := fmt.Sprintf("host=h-%04d", k); s.Key != want || s.State != StateFiring || s.Now == nil || !s.Now.Holds {
			t.Fatalf("series %d is %s, %s, %+v; want %s", k, s.Key, s.State, s.Now, want)
		}
	}
	of200 := testing.AllocsPerRun(5, func() { few.Overview(ofFew) })
	of1000 := testing.AllocsPerRun(5, func() { many.Overview(ofMany) })
	if of1000 > 1.2*of200 {
		t.Errorf("%.0f allocations where 1,000 series fire, %.0f where the %d do that are listed", of1000, of200, maxListed)
	}
	if all := len(ofMany.Status()); all != 1000 {
		t.Errorf("the status is of %d series", all)
	}
}

// An overview that stands on evaluators of older rules lists the series of those that are still there.
func TestAnOverviewAroundAReload(t *testing.T) {
	_, e := firingSeries(t, 3)
	set := mustLoad(t, "rules:\n  - {name: another, if: value > 5, window: 1m}\n  - {name: b, if: value > 5, window: 1m}\n")
	for _, r := range set.Overview(e) {
		if len(r.Series) > 0 {
			t.Errorf("%s has the series of another rule: %+v", r.Rule.Name, r.Series)
		}
	}
}

// BenchmarkOverview lists a rule of which 1,000 series fire.
func BenchmarkOverview(b *testing.B) {
	set, e := firingSeries(b, 1000)
	b.ReportAllocs()
	for b.Loop() {
		if got := set.Overview(e); len(got[0].Series) != maxListed {
			b.Fatal("not all are listed")
		}
	}
}
