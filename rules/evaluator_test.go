package rules

import (
	"bytes"
	"maps"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
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
	if f.Name != "errors" || f.By["host"] != "a" || f.Labels["team"] != "payments" || f.Limit != "70" || time.Duration(f.Keep) != time.Minute || f.Beyond != 10 ||
		f.Summary != "80 errors on a (payments), usually unknown" || f.Runbook != "https://example.com/r" {
		t.Errorf("%+v", f)
	}
	status := set.Overview(e)
	if len(status) != 1 || len(status[0].Series) != 1 || status[0].Series[0].State != StateFiring || status[0].Rule.Line != 3 ||
		status[0].Stats.Judged != 2 {
		t.Errorf("%+v", status)
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

// TestUsualOutOfNothingIsNothing: the first errors of a healthy host are more than usual, for a day. What logs from the
// start, has no value without lines, or had no room before is not known to be.
func TestUsualOutOfNothingIsNothing(t *testing.T) {
	const text = `rules:
  - {name: errors, by: [host], if: value > 50 && value > 4 * expected, window: 5m, max_series: 1}
  - {name: slow, value: mean(fields.x), by: [host], if: value > high, window: 5m}
`
	key := func(host string) string { return keyOf([]Group{{"host", host}}) }
	const day = int(24 * time.Hour / width)
	for _, test := range []struct {
		name         string
		healthy, gap int // buckets before the first error, and the one in which data was missing
		key          string
		fires        bool
	}{
		{"from the start", 0, -1, key("a"), false},
		{"after less than a window", 29, -1, key("a"), false},
		{"after a window", 30, -1, key("a"), true},
		{"after a week", 7 * day, -1, key("a"), true},
		{"after missing data", 60, 50, key("a"), false},
		{"of those without room", 60, -1, "", false},
	} {
		e := mustLoad(t, text).NewEvaluator(EvalOptions{})
		step := func(n int, lines uint64) map[string]bool {
			b := bucketAt(n, "errors", map[string]uint64{test.key: lines})
			b.Rows = append(b.Rows, bucketAt(n, "slow", map[string]uint64{test.key: lines}).Rows...)
			b.Gap = n == test.gap
			fires := map[string]bool{}
			for range e.Peek(b) {
				fires["early"] = true
			}
			for _, s := range e.Step(b) {
				fires[s.Series.Name] = true
			}
			return fires
		}
		for n := range test.healthy {
			b := bucketAt(n, "errors", nil)
			b.Gap = n == test.gap
			e.Step(b)
		}
		fired := map[string]bool{}
		for n := test.healthy; n < test.healthy+12; n++ {
			maps.Copy(fired, step(n, 10))
		}
		if fired["errors"] != test.fires || fired["early"] != test.fires || fired["slow"] {
			t.Errorf("%s: %v fire", test.name, fired)
		}
		for n := test.healthy + 12; n < test.healthy+day+40; n++ {
			fired = step(n, 10)
		}
		if fired["errors"] {
			t.Errorf("%s: after a day %v fire", test.name, fired)
		}
	}
}
