package compose

import (
	"slices"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
)

// PagesAgain reports whether a message tells of a page that a silence or a mark held back after it was told, and that goes on
// now that it does not any more: it is to wake people as an opening does.
func PagesAgain(m notifier.Message) bool {
	in := &m.Incident
	if m.Event != detector.ChangeUpdated || m.Group != nil || in.Status != detector.StatusOpen || in.Muted != nil || !in.Page {
		return false
	}
	for _, e := range slices.Backward(in.Timeline) {
		if e.Kind != detector.EntryPaged && e.Kind != detector.EntryPageFailed {
			return e.Kind == detector.EntryUnmuted
		}
	}
	return false
}

// HeldBack reports whether a message tells that a silence or a mark covers an incident that is open.
func HeldBack(m notifier.Message) bool {
	return m.Group == nil && m.Incident.Muted != nil && m.Incident.Status != detector.StatusResolved
}

// mutedWord is what covers an incident: Silenced, Expected or Noise.
func mutedWord(in *detector.Incident) string {
	if in.Muted.As == "silence" {
		return "Silenced"
	}
	if in.Muted.As == "" {
		return "Held back"
	}
	return strings.ToUpper(in.Muted.As[:1]) + in.Muted.As[1:]
}

// Muting says who silenced or marked an incident, from the entry of its timeline: "Silenced" and ": the rack moves, by ada on …".
func Muting(e detector.Entry) (head, rest string) {
	as, rest := e.Text, ""
	if i := strings.IndexAny(e.Text, ":, "); i > 0 {
		as, rest = e.Text[:i], e.Text[i:]
	}
	switch as {
	case "silenced":
		return "Silenced", rest
	case "expected", "noise":
		return "Marked as " + as, rest
	}
	return "Pages nobody", ": " + e.Text
}
