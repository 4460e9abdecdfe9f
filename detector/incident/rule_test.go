package incident

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

// While a rule's condition does not hold any more and it waits to resolve, its incident says what was when it last held.
func TestARuleThatIsKeptSaysWhatFired(t *testing.T) {
	got := play(New(Options{}), 30, func(i int) []detector.Signal {
		s := signal(detector.KindRule, detector.Series{Class: detector.ClassRule, Name: "errors"}, 14, 0)
		s.Rule = &detector.RuleFacts{Name: "errors", Limit: "10", Summary: "14 errors, usually 0", Keep: detector.Duration(5 * time.Minute)}
		if i >= 5 {
			s.Observed, s.Rule.Summary, s.Rule.Kept = 0, "0 errors, usually 0", true
		}
		if i >= 20 {
			return nil
		}
		return []detector.Signal{s}
	})
	for _, ch := range got {
		if in := ch.Incident; in.Observed != 14 || in.Title != "14 errors, usually 0" {
			t.Errorf("%s at %s: %v, %q", ch.Event, in.UpdatedAt.Sub(start), in.Observed, in.Title)
		}
	}
	if len(got) < 2 {
		t.Errorf("%d changes", len(got))
	}
}

// A rule's incident is told by its worst, above the limit or below it, and not by the last value beyond it.
func TestARuleIsToldByItsWorst(t *testing.T) {
	for _, tt := range []struct {
		limit  float64
		values []float64
		want   float64
	}{
		{10, []float64{14, 500, 480, 12}, 480},
		{100, []float64{90, 3, 95}, 3},
		{10, []float64{14, 10, 10}, 14},
	} {
		got := play(New(Options{}), 60, func(i int) []detector.Signal {
			if i/10 >= len(tt.values) {
				return nil
			}
			s := signal(detector.KindRule, detector.Series{Class: detector.ClassRule, Name: "errors"}, tt.values[i/10], 0)
			s.Rule = &detector.RuleFacts{Name: "errors", Limit: "10", Beyond: math.Abs(s.Observed - tt.limit)}
			return []detector.Signal{s}
		})
		if in := got[len(got)-1].Incident; in.Status != detector.StatusResolved || in.Observed != tt.want {
			t.Errorf("limit %v, values %v: %s, told by %v", tt.limit, tt.values, in.Status, in.Observed)
		}
	}
}

// Of a rule that fires for too little the least is the worst: a third of what was told is worse, more again is not, and the least
// is what the incident is told by once it is over.
func TestOfTooLittleTheLeastIsTheWorst(t *testing.T) {
	values := []float64{90, 80, 40, 20, 60, 95}
	got := play(New(Options{}), 120, func(i int) []detector.Signal {
		if i/10 >= len(values) {
			return nil
		}
		s := signal(detector.KindRule, detector.Series{Class: detector.ClassRule, Name: "orders"}, values[i/10], 0)
		s.Rule = &detector.RuleFacts{Name: "orders", Limit: "100", Beyond: 100 - s.Observed, Below: true}
		return []detector.Signal{s}
	})
	var told []string
	for _, ch := range got {
		if ch.Event == detector.ChangeUpdated && !ch.Quiet {
			e := ch.Incident.Timeline[len(ch.Incident.Timeline)-1]
			told = append(told, fmt.Sprint(e.At.Sub(start), " ", e.Text))
		}
	}
	if diff := cmp.Diff([]string{"5m10s 20 lines a minute, it was 1.5 lines a second"}, told); diff != "" {
		t.Error(diff)
	}
	in := got[len(got)-1].Incident
	if want := "Rule orders fired: 20 in a minute, its limit was 100."; in.Status != detector.StatusResolved || in.Title != want {
		t.Errorf("%s: %q, want %q", in.Status, in.Title, want)
	}
}
