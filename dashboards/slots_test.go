package dashboards

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

func TestVariablesOfALine(t *testing.T) {
	for _, c := range []struct {
		line, text string
		want       []string
	}{
		{"order 7 paid in 12 ms", "order <*> paid in <*> ms", []string{"7", "12"}},
		{"POST refunds to a: b", "POST <*> to a: b", []string{"refunds"}}, // a shape that was merged
		{"<*> came", "<*> came", []string{"<*>"}},
		{"a= b=1", "a=<*> b=<*>", []string{"", "1"}},
		{"order 7 paid", "order <*> paid in <*> ms", nil},
		{"xy", "<*><*>", nil}, // where one ends cannot be told
		{"ms", "<*> ms", nil},
		{"aba", "ab<*>ba", nil}, // the pieces overlap
	} {
		if d := cmp.Diff(c.want, variables(c.line, c.text)); d != "" {
			t.Errorf("%q of %q (-want +got):\n%s", c.line, c.text, d)
		}
	}
}

// TestSlotsTellWhatDiffers counts values, most frequent first, and names the one whose share moved since a moment.
func TestSlotsTellWhatDiffers(t *testing.T) {
	since := time.Date(2026, 11, 23, 1, 51, 2, 0, time.UTC)
	var lines []detector.Sample
	for i := range 200 {
		to := fmt.Sprintf("10.0.0.%d:80", i%4)
		if i >= 100 {
			to = "10.0.0.9:80"
		}
		lines = append(lines, detector.Sample{Time: since.Add(time.Duration(i-100) * time.Second), Text: fmt.Sprintf("try %d to %s as %04x", i%5, to, 40000+i)})
	}
	lines = append(lines, detector.Sample{Time: since, Text: "something else"})
	got := slotViews("try <*> to <*> as <*>", lines, since, clock{now: since, zone: time.UTC})
	if len(got) != 3 {
		t.Fatalf("%d variables: %+v", len(got), got)
	}
	var empty []detector.Sample
	for i := range 100 {
		value := ""
		if i < 50 {
			value = "x"
		}
		empty = append(empty, detector.Sample{Time: since.Add(time.Duration(i-50) * time.Second), Text: "user=" + value})
	}
	if of := slotViews("user=<*>", empty, since, clock{now: since, zone: time.UTC}); len(of) != 1 || of[0].Note != "Differs: (empty) was 0 % before 01:51:02 UTC, 100 % since." {
		t.Errorf("of a value that is empty since: %+v", of)
	}
	type seen struct{ Kind, Sub, Note, First, Share string }
	var all []seen
	for _, v := range got {
		s := seen{Kind: v.Kind, Sub: v.Sub, Note: v.Note}
		if len(v.Values) > 0 {
			s.First, s.Share = v.Values[0].Parts[0].Text, v.Values[0].Text
		}
		all = append(all, s)
	}
	want := []seen{
		{"number", "5 values, 0 to 4; p50 2 · p95 4", "As before 01:51:02 UTC.", "0", "20.0 %"},
		{"ip:port", "5 values", "Differs: 10.0.0.9:80 was 0 % before 01:51:02 UTC, 100 % since.", "10.0.0.9:80", "50.0 %"},
		{"word", "200 values, each once", "", "", ""},
	}
	if d := cmp.Diff(want, all); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
