package rules

import (
	"strings"
	"testing"
)

// TestNoValueIsNotZero: a rule that measures its lines and fires while it has none says that there is nothing to measure, since
// the last line, and not that it measured 0.
func TestNoValueIsNotZero(t *testing.T) {
	for _, c := range []struct{ value, unit string }{{"share", "share"}, {"p95(fields.took_ms)", "ms"}, {"mean(fields.took_ms)", "ms"}} {
		set := mustLoad(t, `rules:
  - name: few
    when: service == "checkout"
    value: `+c.value+`
    if: count < 5
    window: 1m
`)
		e := set.NewEvaluator(EvalOptions{})
		for n := range 12 {
			e.Step(bucketAt(n, "few", map[string]uint64{"": 2}))
		}
		n := 12
		signals := e.Step(bucketAt(n, "few", nil))
		for ; len(signals) == 0 && n < 30; signals = e.Step(bucketAt(n, "few", nil)) {
			n++
		}
		if len(signals) != 1 {
			t.Fatalf("%s: %d signals", c.value, len(signals))
		}
		if s := signals[0]; s.Rule.Without != "line with a value" || s.Unit != c.unit || !strings.HasPrefix(s.Reason, "no line with a value in 1m") {
			t.Errorf("%s: of lines without a value it is said that there is no %q: %s", c.value, s.Rule.Without, s.Reason)
		}
		for range 8 {
			n++
			signals = e.Step(bucketAt(n, "few", nil))
		}
		s := signals[0]
		if s.Rule.Without != "line" || s.Observed != 0 {
			t.Errorf("%s: of no lines it is said that there is no %q, %v", c.value, s.Rule.Without, s.Observed)
		}
		if want := bucketAt(12, "", nil).Start; !s.Onset.Equal(want) {
			t.Errorf("%s: it began at %v, want %v, the end of the last line's bucket", c.value, s.Onset, want)
		}
		if got := set.Overview(e)[0].Series[0].Value; got == got {
			t.Errorf("%s: the overview says %v", c.value, got)
		}
	}
}
