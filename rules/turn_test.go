package rules

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A series tells by which evaluations it came where it is, newest first, and what the last one said.
func TestTurnsTellHowASeriesCameToItsState(t *testing.T) {
	e := mustLoad(t, "rules:\n  - {name: errors, if: value > 50, window: 10s, for: 20s, keep: 20s}\n").NewEvaluator(EvalOptions{})
	n := 0
	step := func(lines ...uint64) {
		for _, l := range lines {
			e.Step(bucketAt(n, "errors", map[string]uint64{"": l}))
			n++
		}
	}
	said := func() (out []string) {
		st := e.Status()[0]
		if st.Now != nil {
			out = append(out, fmt.Sprintf("now %v %t: %s", st.Now.Value, st.Now.Holds, st.Now.Reason))
		}
		for _, u := range st.Turns {
			out = append(out, fmt.Sprintf("%d %s to %s, %v %t: %s", u.At.Sub(bucketAt(0, "errors", nil).Start)/e.width, u.From, u.To, u.Value, u.Holds, u.Reason))
		}
		return out
	}
	step(9, 60, 70, 80, 90)
	want := []string{"now 90 true: 90 > 50", "4 pending to firing, 80 true: 80 > 50", "2 inactive to pending, 60 true: 60 > 50"}
	if diff := cmp.Diff(want, said()); diff != "" {
		t.Errorf("while it fires (-want +got):\n%s", diff)
	}
	step(40, 30, 20)
	want = append([]string{"8 firing to inactive, 20 false: 20, not > 50"}, want[1:]...)
	if diff := cmp.Diff(want, said()); diff != "" {
		t.Errorf("after it (-want +got):\n%s", diff)
	}
	for range 10 {
		step(60, 1)
	}
	if got := len(e.Status()[0].Turns); got != maxTurns {
		t.Errorf("%d turns are kept, want %d", got, maxTurns)
	}
}
