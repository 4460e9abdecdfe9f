package dashboards_test

import (
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// What goes on is listed among what is open, and on the page of its rule, however long ago it began.
func TestWhatBeganLongAgoAndGoesOnIsListed(t *testing.T) {
	w := dashtest.Night()
	began := w.Time.AddDate(0, 0, -20)
	for k := range w.All {
		switch i := &w.All[k]; {
		case i.Kind == detector.KindSecret:
			i.Onset, i.OpenedAt = began, began
		case i.Rule != nil:
			i.Onset, i.OpenedAt, i.ResolvedAt, i.Status, i.Assignee = began, began, nil, detector.StatusOpen, ""
			i.Title = "Rule `payments-declines` fires for region=eu."
		}
	}
	s := newSite(t, w)
	for path, want := range map[string]string{
		"/incidents?status=open":             "inventory wrote a database password",
		"/incidents?range=7d":                "Open 5",
		"/incidents":                         "Open 5",
		"/rules/payments-declines":           "It opened no incident in this time. One that began before goes on.",
		"/rules/payments-declines?range=30m": "fires for region=eu",
	} {
		if body := textOf(s.get(path).Body.String()); !strings.Contains(body, want) {
			t.Errorf("%s lacks %q", path, want)
		}
	}
	if body := textOf(s.get("/incidents?status=open&range=7d").Body.String()); strings.Contains(body, "inventory wrote") {
		t.Error("a time that was chosen does not hold")
	}
}
