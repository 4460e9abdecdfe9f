package rules

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

func TestSummaryOfAShareIsInPerCent(t *testing.T) {
	set := mustLoad(t, `rules:
  - name: failing
    when: level >= error
    of: service == "web"
    value: share
    if: value > 0.05
    window: 1m
    summary: "{{.Value}} of {{.Count}} fail, more than {{.Limit}}{{if .Expected.Known}}, usually {{.Expected}}{{end}}{{if gt .Value 0.2}}, many{{end}}, {{printf \"%.3f\" .Value}}"
`)
	e := set.NewEvaluator(EvalOptions{})
	b := bucketAt(0, "failing", map[string]uint64{"": 13})
	b.Rows[0].Summary = &sketch.Summary{Count: 13, Whole: 40}
	signals := e.Step(b)
	if len(signals) != 1 || signals[0].Rule.Summary != "32.5 % of 13 fail, more than 5 %, many, 0.325" {
		t.Fatalf("%+v", signals)
	}
}

func TestReasonGoesWithTheValue(t *testing.T) {
	set := mustLoad(t, "rules:\n  - {name: errors, if: value > 50, window: 1m, for: 20s}\n")
	e := set.NewEvaluator(EvalOptions{})
	var last detector.Signal
	for n := range 5 {
		for _, s := range e.Step(bucketAt(n, "errors", map[string]uint64{"": 60})) {
			last = s
		}
	}
	if last.Observed != 300 || last.Reason != "held for 20s: 300 > 50" {
		t.Errorf("%v: %s", last.Observed, last.Reason)
	}
}

func TestAnInactiveSeriesSaysWhatHasNoValueYet(t *testing.T) {
	set := mustLoad(t, `rules:
  - {name: errors, if: value > 50 && value > 4 * expected && value > previous, window: 1m}
  - {name: plain, if: value > 5000, window: 1m}
`)
	e := set.NewEvaluator(EvalOptions{})
	reasons := func() (texts [2]string) {
		for i, r := range set.Overview(e) {
			texts[i] = r.Series[0].Reason
		}
		return texts
	}
	for n := range 3 {
		b := bucketAt(n, "errors", map[string]uint64{"": 600})
		b.Rows = append(b.Rows, bucketAt(n, "plain", map[string]uint64{"": 600}).Rows...)
		e.Step(b)
	}
	if got := reasons(); got[0] != "previous and expected have no value yet: what is compared with them does not hold" || got[1] != "" {
		t.Errorf("%q", got)
	}
	for n := 3; n < 20; n++ {
		b := bucketAt(n, "errors", map[string]uint64{"": 600})
		e.Step(b)
	}
	if got := reasons()[0]; got != "expected has no value yet: what is compared with it does not hold" {
		t.Errorf("%q", got)
	}
}

func TestARuleSaysThatItFiresForTooLittle(t *testing.T) {
	for condition, below := range map[string]bool{"value < 10": true, "value > 10": false, "value > 10 || value < 100": false} {
		e := mustLoad(t, "rules:\n  - {name: orders, if: "+condition+", window: 10s}\n").NewEvaluator(EvalOptions{})
		n := uint64(50)
		if below {
			n = 5
		}
		var last detector.Signal
		for i := range 3 {
			for _, s := range e.Step(bucketAt(i, "orders", map[string]uint64{"": n})) {
				last = s
			}
		}
		if last.Rule == nil || last.Rule.Below != below {
			t.Errorf("%s: %+v", condition, last.Rule)
		}
	}
}
