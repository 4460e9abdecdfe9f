package dashboards_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// TestTimesOfATimelineAreOfTheirStretch: an incident that came again has another onset by now, and what was told of the first time
// is as long after the onset as the page of then said.
func TestTimesOfATimelineAreOfTheirStretch(t *testing.T) {
	for _, c := range []struct {
		name  string
		onset time.Duration // of the second stretch, before it was reopened; it was reopened an hour after the first onset
		want  string
	}{
		{"from its own onset", 30 * time.Second, "5 min 30 s after the onset"},
		{"reopened by a person, with the onset of the first", time.Hour, "5 min 0 s after it was reopened"},
	} {
		w := dashtest.Night()
		first := w.Time.Add(-2 * time.Hour)
		again := first.Add(time.Hour)
		end := again.Add(5 * time.Minute)
		w.All = append(w.All, detector.Incident{
			ID: "00112233445566aa", Kind: detector.KindSurge, Service: "checkout", Severity: detector.SeverityNotice, Status: detector.StatusResolved, Title: "t",
			Onset: again.Add(-c.onset), OpenedAt: first.Add(time.Minute), UpdatedAt: end, ResolvedAt: &end,
			Timeline: []detector.Entry{
				{At: first, Kind: detector.EntryOnset},
				{At: first.Add(time.Minute + 10*time.Second), Kind: detector.EntryOpened},
				{At: first.Add(12 * time.Minute), Kind: detector.EntryResolved},
				{At: again, Kind: detector.EntryReopened},
				{At: end, Kind: detector.EntryResolved},
			},
		})
		text := textOf(newSite(t, w).get("/incidents/00112233445566aa").Body.String())
		for _, want := range []string{"70 s after the onset", "12 min 0 s after the onset", c.want} {
			if !strings.Contains(text, strings.ReplaceAll(want, " 0 s", "")) {
				t.Errorf("%s: the page does not say %q:\n%s", c.name, want, text[strings.Index(text, "Timeline"):])
			}
		}
	}
}
