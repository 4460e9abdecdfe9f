package dashboards_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

var idField = regexp.MustCompile(`type="hidden" name="id" value="([^"]+)"`)

// TestActsOnMany acts on incidents that are selected in a list, and takes it back with the form that the list then shows.
func TestActsOnMany(t *testing.T) {
	const open, taken, closed = "c81d07f2b6a95e30", "5d20aa81c3f7e604", "e0a1b2c3d4e5f604"
	s := newSite(t, dashtest.Night())
	status := func(id string) detector.Status {
		i, err := s.world.Incident(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		return i.Status
	}
	const list = "/incidents?range=30d&service="
	got := s.post(t, list, "/incidents/acknowledge", url.Values{"id": {open, taken, closed}, "back": {list}})
	to := got.Header().Get("Location")
	if got.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/incidents?") || !strings.Contains(to, "range=30d") {
		t.Fatalf("%d to %q: %s", got.Code, to, got.Body)
	}
	if status(open) != detector.StatusAcknowledged || status(taken) != detector.StatusAcknowledged || status(closed) != detector.StatusResolved {
		t.Errorf("after acknowledge: %s, %s, %s", status(open), status(taken), status(closed))
	}
	after := s.get(to).Body.String()
	if want := "Acknowledged 2 incidents, 03:05:20 CET. 1 incident passed over"; !strings.Contains(after, want) {
		t.Errorf("the list does not say %q", want)
	}
	form := url.Values{"back": {list}}
	for _, m := range idField.FindAllStringSubmatch(after, -1) {
		form.Add("id", m[1])
	}
	if len(form["id"]) != 2 || !strings.Contains(after, `action="/incidents/unacknowledge"`) {
		t.Fatalf("the list offers to undo it for %v", form["id"])
	}
	if got := s.post(t, to, "/incidents/unacknowledge", form); got.Code != http.StatusSeeOther || status(open) != detector.StatusOpen {
		t.Errorf("undo: %d, the incident is %s", got.Code, status(open))
	}
}

func TestActsOnManyRefused(t *testing.T) {
	s := newSite(t, dashtest.Night())
	for name, c := range map[string]struct {
		act  string
		form url.Values
		want int
		to   string
	}{
		"none selected":      {"resolve", url.Values{}, 422, ""},
		"too many":           {"resolve", url.Values{"id": make([]string, 101)}, 422, ""},
		"not of several":     {"expected", url.Values{"id": {"c81d07f2b6a95e30"}}, 404, ""},
		"no act":             {"explode", url.Values{"id": {"c81d07f2b6a95e30"}}, 404, ""},
		"none there":         {"resolve", url.Values{"id": {"0000000000000000"}, "back": {"/"}}, 303, "/?"},
		"back to other host": {"acknowledge", url.Values{"id": {"c81d07f2b6a95e30"}, "back": {"//evil.example/x"}}, 303, "/incidents?"},
	} {
		got := s.post(t, "/incidents", "/incidents/"+c.act, c.form)
		if to := got.Header().Get("Location"); got.Code != c.want || !strings.HasPrefix(to, c.to) {
			t.Errorf("%s: %d to %q", name, got.Code, to)
		}
	}
	// What a link says was done is told only as far as it can be undone by its form.
	for _, q := range []string{"?done=resolve&at=1&of=c81d07f2b6a95e30", "?done=note&at=1795399520&of=c81d07f2b6a95e30", "?done=resolve&at=1795399520&of=%22%3E%3Cscript%3E"} {
		if page := s.get("/incidents" + q).Body.String(); strings.Contains(page, "Undo") {
			t.Errorf("%s offers to undo", q)
		}
	}
}
