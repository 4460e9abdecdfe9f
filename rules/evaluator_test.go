package rules

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

const width = 10 * time.Second

var epoch = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

func mustLoad(t testing.TB, text string) *Set {
	t.Helper()
	set, problems := LoadText("r.yml", []byte("version: 1\n"+text), Options{})
	if set == nil {
		t.Fatal(problems)
	}
	return set
}

// bucketAt makes the bucket with this number, with lines for keys of a rule.
func bucketAt(n int, rule string, lines map[string]uint64) *detector.Bucket {
	b := &detector.Bucket{Start: epoch.Add(time.Duration(n) * width), Width: width}
	for key, c := range lines {
		b.Rows = append(b.Rows, detector.Row{Series: detector.Series{Class: detector.ClassRule, Name: rule, Key: key}, Lines: c, Bytes: c * 100})
	}
	return b
}

func TestGapForbidsFallsAndNotRises(t *testing.T) {
	set := mustLoad(t, `rules:
  - {name: few, when: service == "s", if: value < 5, window: 1m}
  - {name: many, when: service == "s", if: value > 5, window: 1m}
`)
	e := set.NewEvaluator(EvalOptions{})
	step := func(n int, lines uint64, gap bool) map[string]bool {
		b := bucketAt(n, "few", map[string]uint64{"": lines})
		b.Rows = append(b.Rows, bucketAt(n, "many", map[string]uint64{"": lines}).Rows...)
		b.Gap = gap
		out := map[string]bool{}
		for _, s := range e.Step(b) {
			out[s.Series.Name] = true
		}
		return out
	}
	for n := range 12 {
		if got := step(n, 2, false); got["few"] {
			t.Fatalf("bucket %d: few fires", n)
		}
	}
	for n := 12; n < 20; n++ {
		if got := step(n, 0, n == 12); got["few"] != (n >= 18) {
			t.Fatalf("bucket %d after a gap in 12: few fires %v", n, got["few"])
		}
	}
	if got := step(20, 9, true); !got["many"] {
		t.Error("a gap hides a rise")
	}
	if got := step(40, 0, false); !got["few"] {
		t.Error("buckets that never came resolve a fall")
	}
}

func TestPeekIsEarlyOnlyWhereNothingCanTakeItBack(t *testing.T) {
	set := mustLoad(t, `rules:
  - {name: many, when: service == "s", if: value > 50, window: 1m, by: [host]}
  - {name: waits, when: service == "s", if: value > 50, window: 1m, for: 1m}
  - {name: few, when: service == "s", if: value < 50, window: 1m}
  - {name: mean, when: service == "s", value: mean(fields.x), if: value > 50, window: 1m}
  - {name: exactly, when: service == "s", if: value == 60, window: 1m}
`)
	e := set.NewEvaluator(EvalOptions{})
	for n := range 10 {
		e.Step(bucketAt(n, "many", map[string]uint64{"host=a": 5}))
	}
	before, err := e.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := bucketAt(10, "many", map[string]uint64{"host=a": 30, "host=new": 60, "host=c": 50})
	for _, name := range []string{"waits", "few", "mean", "exactly"} {
		b.Rows = append(b.Rows, bucketAt(10, name, map[string]uint64{"": 60}).Rows...)
	}
	got := map[string]float64{}
	for _, s := range e.Peek(b) {
		got[s.Series.Name+" "+s.Series.Key] = s.Observed
		if s.Rule == nil || s.Rule.Limit != "50" || s.Onset.After(s.At) {
			t.Errorf("signal %+v", s)
		}
	}
	if len(got) != 2 || got["many host=a"] != 55 || got["many host=new"] != 60 {
		t.Errorf("early signals %v", got)
	}
	after, err := e.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("a try changed the state")
	}
	if e.Peek(bucketAt(9, "many", map[string]uint64{"host=a": 1000})) != nil {
		t.Error("a bucket that is complete was tried")
	}
}

const mixedRules = `rules:
  - {name: count, when: service == "s", if: value > 30 && value > 2 * expected, window: 1m, for: 20s, keep: 30s, by: [host], max_series: 4}
  - {name: users, when: service == "s", value: distinct(fields.user), if: value > 6, window: 1m}
  - {name: slow, when: service == "s", value: p90(fields.ms), if: value > high || value > 900, window: 2m}
  - {name: fresh, when: service == "s", value: new(fields.user), window: 1m, learn: 1m}
  - {name: gone, when: service == "s", by: [host], expect: [{host: x}], if: value == 0 || value < 0.5 * day_ago, window: 1m, forget: 5m}
  - {name: seq, sequence: [{when: service == "a", count: 9}, {when: service == "b"}], window: 1m}
  - {name: part, when: level == error, of: service == "s", value: share, if: value > 0.4 || previous > 0.9, window: 1m}
`

// randomBucket makes a bucket as counting would, with summaries.
func randomBucket(random *rand.Rand, set *Set, n int) *detector.Bucket {
	b := &detector.Bucket{Start: epoch.Add(time.Duration(n) * width), Width: width, Gap: random.IntN(40) == 0}
	for _, r := range set.Rules() {
		keys := []string{""}
		if len(r.By) > 0 {
			keys = []string{"host=a", "host=b", "host=c", "host=d", "host=e", "host=f"}
		}
		for _, key := range keys {
			if random.IntN(3) == 0 {
				continue
			}
			row := detector.Row{Series: detector.Series{Class: detector.ClassRule, Name: r.Name, Key: key}, Lines: uint64(random.IntN(12))}
			if r.measure.summarised() {
				row.Summary = sketch.New(r.measure.parts())
				row.Summary.Whole = row.Lines * 2
				for range row.Lines {
					if r.measure.parts()&sketch.Quantiles != 0 {
						row.Summary.AddNumber(float64(random.IntN(1000)))
					} else {
						row.Summary.AddText([]byte{byte('a' + random.IntN(9))})
					}
				}
			}
			b.Rows = append(b.Rows, row)
		}
	}
	return b
}

// TestStateMovesWithItsShard steps an evaluator, moves its state to another one at a random bucket, and compares what
// both say from there on.
func TestStateMovesWithItsShard(t *testing.T) {
	set := mustLoad(t, mixedRules)
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 1))
		e := set.NewEvaluator(EvalOptions{})
		move := 20 + random.IntN(400)
		for n := range move {
			e.Step(randomBucket(random, set, n))
		}
		state, err := e.AppendState([]byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		moved := mustLoad(t, mixedRules).NewEvaluator(EvalOptions{})
		if err := moved.Restore(state[1:]); err != nil {
			t.Fatal(err)
		}
		fired := 0
		for n := move; n < move+200; n++ {
			b := randomBucket(random, set, n)
			a, c := describe(e.Step(b)), describe(moved.Step(b))
			if a != c {
				t.Fatalf("seed %d, bucket %d:\n%s\nmoved:\n%s", seed, n, a, c)
			}
			fired += len(a)
		}
		if fired == 0 {
			t.Error("nothing fired")
		}
	}
}

func describe(signals []detector.Signal) string {
	out := ""
	for _, s := range signals {
		out += fmt.Sprintf("%s{%s} %g (%g, %g to %g) since %s: %s; %s\n", s.Series.Name, s.Series.Key, s.Observed, s.Expected, s.Low, s.High,
			s.Onset.Format(time.TimeOnly), s.Reason, s.Rule.Limit)
	}
	return out
}

func TestReloadKeepsWhatStayedTheSame(t *testing.T) {
	load := func(same, changed string) *Evaluator {
		return mustLoad(t, "rules:\n  - {name: same, when: service == \"s\", window: 1m, "+same+"}\n  - {name: changed, when: "+changed+", window: 1m}\n").NewEvaluator(EvalOptions{})
	}
	old := load("if: value > 3, severity: page", `service == "s"`)
	for n := range 3 {
		b := bucketAt(n, "same", map[string]uint64{"": 2})
		b.Rows = append(b.Rows, bucketAt(n, "changed", map[string]uint64{"": 2}).Rows...)
		old.Step(b)
	}
	state, err := old.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		same, changed string
		want          map[string]State
	}{
		{"if: value > 3, severity: notice, summary: x", `service == "s"`, map[string]State{"same": StateFiring, "changed": StateFiring}},
		{"if: value > 4", `service == "t"`, map[string]State{"same": StateInactive}},
	} {
		e := load(c.same, c.changed)
		if err := e.Restore(state); err != nil {
			t.Fatal(err)
		}
		got := map[string]State{}
		for _, s := range e.Status() {
			got[s.Rule] = s.State
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s, %s: %v, want %v", c.same, c.changed, got, c.want)
		}
	}
}

func TestReloadWithAnotherWindowCanBeSavedAgain(t *testing.T) {
	load := func(window string) *Evaluator {
		return mustLoad(t, "rules:\n  - {name: a, when: service == \"s\", window: "+window+"}\n").NewEvaluator(EvalOptions{})
	}
	e := load("1m")
	for n := range 400 {
		if n%20 == 0 {
			state, err := e.AppendState(nil)
			if err != nil {
				t.Fatal(err)
			}
			e = load([]string{"1m", "12h", "7d", "3h"}[n/20%4])
			if err := e.Restore(state); err != nil {
				t.Fatalf("bucket %d: %v", n, err)
			}
		}
		e.Step(bucketAt(n, "a", map[string]uint64{"": 1}))
	}
}

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
	if s := stats["fine"]; s.Judged != 4 || s.Faults == 0 || s.Matched != 2000 {
		t.Errorf("%+v", s)
	}
	m.Close()
	if again := set.Stats()[1]; again.Errors != stats["divides"].Errors {
		t.Errorf("a closed matcher takes its counts away: %+v", again)
	}
}

func TestSignalSaysWhatAndWhere(t *testing.T) {
	set := mustLoad(t, `rules:
  - name: errors
    when: service == "checkout" && environment == "prod" && level >= error
    by: [host]
    if: value > 50 && value > 2 * expected || value > 70
    window: 1m
    severity: notice
    labels: {team: payments}
    summary: "{{.Value}} errors on {{.By.host}} ({{.Labels.team}}), usually {{.Expected}}"
    runbook: https://example.com/r
`)
	e := set.NewEvaluator(EvalOptions{})
	e.Step(bucketAt(0, "errors", map[string]uint64{"host=a": 1}))
	signals := e.Step(bucketAt(1, "errors", map[string]uint64{"host=a": 79}))
	if len(signals) != 1 {
		t.Fatalf("%d signals", len(signals))
	}
	s := signals[0]
	if s.Kind != detector.KindRule || s.Service != "checkout" || s.Environment != "prod" || s.Severity != detector.SeverityNotice ||
		s.Observed != 80 || s.Unit != "lines" || s.Window != time.Minute || !s.At.Equal(epoch.Add(20*time.Second)) ||
		!s.Onset.Equal(epoch.Add(10*time.Second)) || s.Reason != "80 > 70" {
		t.Errorf("%+v", s)
	}
	f := s.Rule
	if f.Name != "errors" || f.By["host"] != "a" || f.Labels["team"] != "payments" || f.Limit != "70" || f.Keep != time.Minute ||
		f.Summary != "80 errors on a (payments), usually unknown" || f.Runbook != "https://example.com/r" {
		t.Errorf("%+v", f)
	}
	status := set.Overview(e)
	if len(status) != 1 || len(status[0].Series) != 1 || status[0].Series[0].State != StateFiring || status[0].Rule.Line != 3 ||
		status[0].Stats.Judged != 2 {
		t.Errorf("%+v", status)
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

func TestAdjustTakesTheFirstEntryThatFits(t *testing.T) {
	set := mustLoad(t, `detectors:
  - {kind: surge, when: service == "batch" && level < error, severity: notice}
  - {kind: [surge, mix], when: environment == "dev", mute: true}
  - {kind: rule, when: rule startsWith "test-", severity: record}
`)
	for _, c := range []struct {
		sig      detector.Signal
		severity detector.Severity
		muted    bool
	}{
		{detector.Signal{Kind: detector.KindSurge, Service: "batch", Environment: "dev"}, detector.SeverityNotice, false},
		{detector.Signal{Kind: detector.KindMix, Service: "batch", Environment: "dev"}, detector.SeverityPage, true},
		{detector.Signal{Kind: detector.KindSkew}, detector.SeverityNotice, false},
		{detector.Signal{Kind: detector.KindSurge, Severity: detector.SeverityRecord}, detector.SeverityRecord, false},
		{detector.Signal{Kind: detector.KindRule, Rule: &detector.RuleFacts{Name: "test-1"}}, detector.SeverityRecord, false},
	} {
		if severity, muted := set.Adjust(&c.sig); severity != c.severity || muted != c.muted {
			t.Errorf("%s of %q: %s, %v", c.sig.Kind, c.sig.Service, severity, muted)
		}
	}
}

func TestExpectedSeriesBelongToOneShard(t *testing.T) {
	set := mustLoad(t, "rules:\n  - {name: a, by: [host], expect: [{host: x}, {host: y}], if: value == 0, window: 10s}\n")
	shardOf := func(s detector.Series) int { return int(s.Key[len(s.Key)-1] - 'x') }
	for shard, want := range []string{"host=x", "host=y"} {
		e := set.NewEvaluator(EvalOptions{Shard: shard, ShardOf: shardOf})
		signals := e.Step(bucketAt(0, "a", nil))
		if len(signals) != 1 || signals[0].Series.Key != want {
			t.Errorf("shard %d: %v", shard, signals)
		}
	}
}

func FuzzRestore(f *testing.F) {
	set := mustLoad(f, mixedRules)
	random := rand.New(rand.NewPCG(9, 9))
	e := set.NewEvaluator(EvalOptions{})
	for n := range 30 {
		e.Step(randomBucket(random, set, n))
	}
	state, err := e.AppendState(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(state)
	f.Add(state[:len(state)/2])
	f.Add([]byte{stateVersion})
	f.Fuzz(func(t *testing.T, data []byte) {
		e := set.NewEvaluator(EvalOptions{})
		if e.Restore(data) != nil {
			return
		}
		again, err := e.AppendState(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := set.NewEvaluator(EvalOptions{}).Restore(again); err != nil {
			t.Fatalf("what was written cannot be restored: %v", err)
		}
		random := rand.New(rand.NewPCG(1, 1))
		e.Step(randomBucket(random, set, 31))
		e.Peek(randomBucket(random, set, 32))
		e.Status()
	})
}

func FuzzGroupKey(f *testing.F) {
	f.Add("host", "a,b=c\\", "fields.x", "\n")
	f.Add("", "", "=", ",")
	f.Fuzz(func(t *testing.T, n1, v1, n2, v2 string) {
		want := []Group{{n1, v1}, {n2, v2}}
		got, err := ParseGroupKey(GroupKey(want))
		if err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%q -> %q: %v", want, got, err)
		}
		if groups, err := ParseGroupKey(v1); err == nil && len(groups) > 0 && GroupKey(groups) != v1 {
			t.Errorf("%q is read as %q", v1, groups)
		}
		if b := boundValue([]byte(v1), maxGroupValue); len(b) > maxGroupValue {
			t.Errorf("a value of %d bytes", len(b))
		}
		groups, text, ends := make([]group, maxBy), []byte(nil), [maxBy]int{}
		for i, v := range []string{v1, v2, n1, n2, v1, v2, v1 + v2, v2 + v1} {
			groups[i].prefix = "name-of-12="
			text = append(text, v...)
			ends[i] = len(text)
		}
		if key := appendKey(nil, groups, text, &ends); len(key) > maxKey {
			t.Errorf("a key of %d bytes: %q", len(key), key)
		} else if got, err := ParseGroupKey(string(key)); err != nil || len(got) != maxBy {
			t.Errorf("%q is read as %q: %v", key, got, err)
		}
	})
}
