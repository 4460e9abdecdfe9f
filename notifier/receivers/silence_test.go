package receivers_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
)

// TestASilenceHoldsAndEnds: a service that calls people by itself stops doing so while a silence covers what it was told of, and
// everyone calls again when the silence ends and it goes on.
func TestASilenceHoldsAndEnds(t *testing.T) {
	messages := func() []notifier.Message {
		opened, held, again := receivertest.Message(detector.ChangeOpened), receivertest.Message(detector.ChangeUpdated), receivertest.Message(detector.ChangeUpdated)
		const why = "silenced: the rack moves, by ada on 23 Nov 2026"
		held.Incident.Muted, held.Incident.Silenced, held.Incident.Page = &detector.Muted{As: "silence", Why: why}, true, false
		held.Incident.Timeline = append(held.Incident.Timeline, detector.Entry{Kind: detector.EntryMuted, Actor: "ada", Text: why})
		again.Incident.Timeline = append(held.Incident.Timeline, detector.Entry{Kind: detector.EntryUnmuted, Text: "no longer " + why},
			detector.Entry{Kind: detector.EntryPaged, Actor: "another"})
		return []notifier.Message{opened, held, again}
	}
	said := map[string]func(call) string{
		"pagerduty": func(c call) string { return fmt.Sprint(c.Body["event_action"]) },
		"opsgenie":  func(c call) string { return c.Path[strings.LastIndex(c.Path, "/")+1:] },
		"alertmanager": func(c call) string {
			end, _ := time.Parse(time.RFC3339, fmt.Sprint(c.List[0]["endsAt"]))
			return fmt.Sprint("fires ", end.After(receivertest.Message(detector.ChangeOpened).Now))
		},
		"ntfy":  func(c call) string { return fmt.Sprint("priority ", c.Body["priority"]) },
		"teams": func(c call) string { return "card" },
	}
	for name, want := range map[string]string{
		"pagerduty":    "trigger, resolve, trigger",
		"opsgenie":     "alerts, close, alerts",
		"alertmanager": "fires true, fires false, fires true",
		"ntfy":         "priority 5, priority 5",
		"teams":        "card, card",
	} {
		for _, k := range kinds {
			if k.name != name {
				continue
			}
			p := k.peer()
			srv := httptest.NewServer(p)
			r := build(t, k.config(srv.URL))
			for _, m := range messages() {
				if _, _, err := r.Send(t.Context(), m); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			srv.Close()
			var got []string
			for _, c := range p.taken() {
				got = append(got, said[name](c))
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%s: %v, want %s", name, got, want)
			}
		}
	}
}
