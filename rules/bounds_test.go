package rules

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

func TestSeriesAreBounded(t *testing.T) {
	set := mustLoad(t, "rules:\n  - {name: a, when: service == \"s\", by: [host], max_series: 3, window: 1m}\n")
	m := set.NewMatcher(MatcherOptions{})
	defer m.Close()
	e := set.NewEvaluator(EvalOptions{})
	lines := map[string]uint64{}
	for i := range 10 {
		m.Match(&detector.Event{Time: epoch, Service: "s", Host: fmt.Sprint(i)}, func(h *detector.Hit) { lines[h.Series.Key]++ })
	}
	if len(lines) != 4 || lines[OverflowKey] != 7 {
		t.Errorf("lines by key: %v", lines)
	}
	signals := e.Step(bucketAt(0, "a", lines))
	if len(signals) != 4 {
		t.Errorf("%d signals", len(signals))
	}
	for _, s := range signals {
		if s.Series.Key == OverflowKey && s.Rule.By["host"] != "(others)" {
			t.Errorf("the overflow says %v", s.Rule.By)
		}
	}
	m.Settle()
	if st := set.Stats()[0]; st.Overflow != 7 || st.Series != 3 || st.Matched != 10 {
		t.Errorf("stats %+v", st)
	}
	// A day later the old hosts are forgotten, and new ones have room.
	later := epoch.Add(25 * time.Hour)
	for _, host := range []string{"x", "y"} {
		for day := range 2 {
			m.Match(&detector.Event{Time: later.Add(time.Duration(day) * 25 * time.Hour), Service: "s", Host: host}, func(h *detector.Hit) { lines[h.Series.Key]++ })
		}
	}
	if lines["host=x"] == 0 || lines["host=y"] == 0 {
		t.Errorf("lines by key: %v", lines)
	}
}

func TestFaultsAreCountedAndNamed(t *testing.T) {
	set := mustLoad(t, `rules:
  - {name: divides, when: service == "s" && 1 / fields.zero > 1}
  - {name: costs, when: 'service == "s" && message matches "(a+)+b{1,40}(c|d)*[xyz]"'}
  - {name: fine, when: service == "s", if: 100 / previous > 1 || value > 2, window: 10s}
`)
	m := set.NewMatcher(MatcherOptions{})
	defer m.Close()
	long := bytes.Repeat([]byte("a"), 1<<20)
	zero := detector.Fields{{Key: "zero", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("0")}}}
	hits := map[string]int{}
	start := time.Now()
	for range 2000 {
		m.Match(&detector.Event{Time: epoch, Service: "s", Message: long, Fields: zero}, func(h *detector.Hit) { hits[h.Series.Name]++ })
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("lines waited: %s", took)
	}
	if hits["fine"] != 2000 || hits["divides"]+hits["costs"] > 0 {
		t.Errorf("hits %v", hits)
	}
	e := set.NewEvaluator(EvalOptions{})
	for n := range 4 {
		e.Step(bucketAt(n, "fine", map[string]uint64{"": uint64(n)}))
	}
	m.Settle()
	stats := map[string]Stats{}
	for _, s := range set.Stats() {
		stats[s.Rule] = s
	}
	if s := stats["divides"]; s.Errors != 2000 || s.LastError != "divides by zero" {
		t.Errorf("%+v", s)
	}
	if s := stats["costs"]; s.Errors == 0 || s.Rested < 1000 || s.LastError == "" {
		t.Errorf("%+v", s)
	}
	for _, name := range []string{"divides", "costs"} { // decided once by service, and looked at or not with each line
		if s := stats[name]; s.Evaluations+s.Rested != 2000+uint64(decidedOnce(set, name)) {
			t.Errorf("%s: %d evaluations and %d lines at rest of 2000 lines", name, s.Evaluations, s.Rested)
		}
	}
	if s := stats["fine"]; s.Judged != 4 || s.Faults == 0 || s.Matched != 2000 {
		t.Errorf("%+v", s)
	}
	m.Close()
	if again := set.Stats()[1]; again.Errors != stats["divides"].Errors {
		t.Errorf("a closed matcher takes its counts away: %+v", again)
	}
}

// decidedOnce is how many parts of a rule's condition are evaluated once for all lines of a kind.
func decidedOnce(set *Set, rule string) (n int) {
	for i := range set.units {
		u := &set.units[i]
		for _, p := range []*lang.Program{u.parts.Static, u.parts.Shape} {
			if set.rules[u.rule].Name == rule && p != nil {
				n++
			}
		}
	}
	return n
}

// Where nobody settles, what lines went by is settled before it is too much to hold.
func TestPlansAreNotHeldForEver(t *testing.T) {
	set := mustLoad(t, "rules:\n  - {name: a, when: fields.status >= 500}\n")
	m := set.NewMatcher(MatcherOptions{})
	defer m.Close()
	const lines = 3 * maxWent
	for i := range lines {
		m.Match(&detector.Event{Time: epoch, Service: fmt.Sprint("s-", i), Structured: true}, func(*detector.Hit) {})
	}
	if n := len(m.counts.went); n > maxWent {
		t.Errorf("%d plans are held", n)
	}
	m.Settle()
	if n := set.Stats()[0].Evaluations; n != lines {
		t.Errorf("%d evaluations of %d lines", n, lines)
	}
}

func TestLongWindowsCostNoMoreAndAreAlmostExact(t *testing.T) {
	set := mustLoad(t, "rules:\n  - {name: a, when: service == \"s\", if: value > 5 || previous > 5 && value == 0, window: 12h}\n")
	e := set.NewEvaluator(EvalOptions{})
	random := rand.New(rand.NewPCG(2, 2))
	const window = 12 * 360
	counts := make([]uint64, 1, 3*window+1) // sums of the lines before each bucket
	for n := range 3 * window {
		c := uint64(random.IntN(5))
		counts = append(counts, counts[n]+c)
		e.Step(bucketAt(n, "a", map[string]uint64{"": c}))
		s := e.rules[0].order[0]
		low := counts[n+1] - counts[max(n+1-window, 0)]
		high := counts[n+1] - counts[max(n+1-window-window/maxCells, 0)]
		if got := uint64(s.value.Num); got < low || got > high {
			t.Fatalf("bucket %d: %d, want %d to %d", n, got, low, high)
		}
		if len(s.cells) > 2*maxCells+4 {
			t.Fatalf("%d cells", len(s.cells))
		}
	}
}

// TestManyPartitionsAndReaders has matchers, an evaluator and the readers of both at work at once, for the race detector.
func TestManyPartitionsAndReaders(t *testing.T) {
	set := mustLoad(t, "rules:\n  - {name: a, when: service == \"s\" && message contains \"boom\", by: [host], max_series: 20}\n")
	e := set.NewEvaluator(EvalOptions{})
	var group sync.WaitGroup
	for worker := range 3 {
		group.Go(func() {
			m := set.NewMatcher(MatcherOptions{})
			defer m.Close()
			for i := range 500 {
				m.Match(&detector.Event{Time: epoch, Service: "s", Host: fmt.Sprint(worker, i%30), Message: []byte("a boom")}, func(*detector.Hit) {})
			}
		})
	}
	group.Go(func() {
		for n := range 200 {
			e.Step(bucketAt(n, "a", map[string]uint64{"host=x": 3}))
		}
	})
	for range 50 {
		set.Overview(e)
	}
	group.Wait()
	if s := set.Stats()[0]; s.Matched != 1500 || s.Series != 20 || s.Judged == 0 {
		t.Errorf("%+v", s)
	}
}
