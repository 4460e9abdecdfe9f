package rules

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

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

// What a reload changes must not make a steady stream look like a fall or a rise: counts go back no further than they were
// kept, and values of another window say nothing of what is usual.
func TestReloadWithAnotherWindowPagesNobody(t *testing.T) {
	const steady = 10 // lines a bucket: 60 a minute
	for _, c := range []struct {
		name, before, after string
		buckets, fires      int // how many before the reload; how many buckets after it the rule fires first, 0 for never
		empty               int // of those before the reload, how many had nothing
	}{
		{"longer", "window: 1m, if: value < 10", "window: 1h, if: value < 1000", 500, 0, 0},
		{"shorter, of cells of several buckets", "window: 12h, if: value < 10", "window: 1m, if: value < 40", 500, 0, 0},
		{"shorter, with expected", "window: 10m, if: value > 3 * expected", "window: 1m, if: value < expected / 3", 1000, 0, 0},
		{"longer, with expected", "window: 1m, if: value > 3 * expected", "window: 10m, if: value > 3 * expected", 1000, 0, 0},
		{"longer, with day_ago", "window: 1m, if: value > 3 * day_ago", "window: 10m, if: value > 3 * day_ago", 9000, 0, 0},
		{"previous is new", "window: 10m, if: value > 1e9", "window: 10m, if: value > 1.5 * previous", 500, 0, 0},
		{"longer, and reached", "window: 1m, if: value < 10", "window: 10m, if: value < 1000", 500, 54, 0},
		{"shorter, and reached", "window: 10m, if: value < 10", "window: 1m, if: value < 100", 500, 1, 0},
		{"shorter, of what began out of nothing", "window: 10m, if: value > 1e6", "window: 5m, if: value > 3 * expected", 9500, 0, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			load := func(s string) *Evaluator {
				return mustLoad(t, "rules:\n  - {name: a, when: service == \"s\", "+s+"}\n").NewEvaluator(EvalOptions{})
			}
			e := load(c.before)
			for i := range c.buckets {
				lines := map[string]uint64{"": steady}
				if i < c.empty {
					lines = nil
				}
				if out := e.Step(bucketAt(i, "a", lines)); len(out) > 0 {
					t.Fatalf("it fires before the reload, at %d: %s", i, out[0].Reason)
				}
			}
			state, err := e.AppendState(nil)
			if err != nil {
				t.Fatal(err)
			}
			f := load(c.after)
			if err := f.Restore(state); err != nil {
				t.Fatal(err)
			}
			for i := range 420 {
				out := f.Step(bucketAt(c.buckets+i, "a", map[string]uint64{"": steady}))
				if fires := c.fires != 0 && i+1 >= c.fires; fires != (len(out) > 0) {
					t.Fatalf("bucket %d after the reload: %d signals: %s", i+1, len(out), describe(out))
				}
			}
		})
	}
}

// TestStateOfVersion1 reads what the version before wrote: a steady series of ten lines a bucket, after 200 buckets without.
func TestStateOfVersion1(t *testing.T) {
	state, err := os.ReadFile("testdata/state-1.bin")
	if err != nil {
		t.Fatal(err)
	}
	e := mustLoad(t, "rules:\n  - {name: a, when: service == \"s\", window: 5m, if: value > 3 * expected}\n").NewEvaluator(EvalOptions{})
	if err := e.Restore(state); err != nil {
		t.Fatal(err)
	}
	for i := range 420 {
		if out := e.Step(bucketAt(1000+i, "a", map[string]uint64{"": 10})); len(out) > 0 {
			t.Fatalf("bucket %d: %s", i, describe(out))
		}
	}
	for i := 420; i < 450; i++ {
		if out := e.Step(bucketAt(1000+i, "a", map[string]uint64{"": 100})); len(out) > 0 {
			return
		}
	}
	t.Error("what was usual is lost")
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
