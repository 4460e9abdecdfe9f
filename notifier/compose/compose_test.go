package compose_test

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
)

// TestAnEscalationSaysWhy: whoever it comes to reads whether those before did not answer, or were never told.
func TestAnEscalationSaysWhy(t *testing.T) {
	for _, c := range []struct {
		name     string
		timeline []detector.Entry
		want     string
	}{
		{"not answered", []detector.Entry{{Kind: detector.EntryPaged, Actor: "slack"}}, "Not acknowledged in 15 min."},
		{"not told", []detector.Entry{{Kind: detector.EntryPaged, Actor: "inbox"}, {Kind: detector.EntryPageFailed, Actor: "slack"}}, "Those before could not be told."},
		{"one was told", []detector.Entry{{Kind: detector.EntryPageFailed, Actor: "slack"}, {Kind: detector.EntryPaged, Actor: "phone"}}, "Not acknowledged in 15 min."},
	} {
		m := receivertest.Message(plan.Escalated)
		m.Incident.OpenedAt, m.Incident.Timeline = m.Now.Add(-15*time.Minute-7*time.Second), c.timeline
		if got := compose.News(m); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestAListTellsWhatIsHeldBack: what a silence covers does not stand in a list as if it called.
func TestAListTellsWhatIsHeldBack(t *testing.T) {
	m := receivertest.Grouped(detector.ChangeUpdated, plan.Shared, 2, "x")
	m.Group.Items[0].Held = true
	got := compose.Listed(m)
	if got[0] != "Page, held back · Surge 0 x" || got[1] != "Page · Surge 1 x" {
		t.Errorf("%q", got)
	}
}
