package receivers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
)

// What was a notice and becomes a page of another kind leaves no alert behind that fires on.
func TestAlertmanagerEndsWhatAnIncidentWas(t *testing.T) {
	p := alertManager()
	srv := httptest.NewServer(p)
	defer srv.Close()
	r := build(t, notifier.ReceiverConfig{Alertmanager: &notifier.AlertmanagerConfig{URL: notifier.Secret(srv.URL), Token: receivertest.Planted}})
	m := receivertest.Message(detector.ChangeOpened)
	m.Incident.Kind, m.Incident.Severity = detector.KindSurge, detector.SeverityNotice
	send := func() {
		if _, _, err := r.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	send()
	m.Incident.Kind, m.Incident.Severity = detector.KindMaskedError, detector.SeverityPage
	send()
	firing := make(map[string]bool) // by labels, as there
	for _, c := range p.taken() {
		for _, a := range c.List {
			end, err := time.Parse(time.RFC3339, a["endsAt"].(string))
			if err != nil {
				t.Fatal(err)
			}
			firing[fmt.Sprint(a["labels"])] = end.After(m.Now)
		}
	}
	for labels, fires := range firing {
		if page := strings.Contains(labels, "severity:page"); page != fires {
			t.Errorf("fires: %v, %s", fires, labels)
		}
	}
	if len(firing) != 2 {
		t.Errorf("%d alerts: %v", len(firing), firing)
	}
}

// A change that made it worse does not take an alert from who acknowledged it there; giving it back does.
func TestOpsgenieTakesNoAlertFromAnybody(t *testing.T) {
	for last, to := range map[detector.EntryKind]string{detector.EntryWorse: "/notes", detector.EntryRelated: "/notes", detector.EntryUnacknowledged: "/unacknowledge"} {
		p := opsGenie()
		srv := httptest.NewServer(p)
		defer srv.Close()
		r := build(t, notifier.ReceiverConfig{Opsgenie: &notifier.OpsgenieConfig{APIKey: receivertest.Planted, URL: srv.URL}})
		m := receivertest.Message(detector.ChangeUpdated)
		m.Incident.Status, m.Incident.Assignee = detector.StatusOpen, ""
		m.Incident.Timeline = append(m.Incident.Timeline, detector.Entry{At: m.Now, Kind: last, Text: "a"}, detector.Entry{At: m.Now, Kind: detector.EntryPaged})
		if _, _, err := r.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if calls := p.taken(); len(calls) != 1 || !strings.HasSuffix(calls[0].Path, to) {
			t.Errorf("after %s: %v, want %s", last, calls, to)
		}
	}
}

// Who deletes the message does not lose what follows, and what pages again is posted, as an edit calls nobody.
func TestDiscordPostsAnewWhereItsMessageIsGone(t *testing.T) {
	var got []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Method)
		if r.Method == http.MethodPatch && strings.HasSuffix(r.URL.Path, "/1") {
			http.Error(w, `{"message": "Unknown Message", "code": 10008}`, http.StatusNotFound)
			return
		}
		id := path.Base(r.URL.Path)
		if r.Method == http.MethodPost {
			id = strconv.Itoa(len(got))
		}
		fmt.Fprintf(w, `{"id":%q}`, id)
	}))
	defer srv.Close()
	r := build(t, notifier.ReceiverConfig{Discord: &notifier.DiscordConfig{URL: notifier.Secret(srv.URL) + "/api/webhooks/1/x"}})
	reference := ""
	for _, event := range []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeUpdated, plan.Reminded, detector.ChangeUpdated, detector.ChangeReopened, detector.ChangeUpdated} {
		m := receivertest.Message(event)
		m.Reference = reference
		receipt, _, err := r.Send(t.Context(), m)
		if err != nil {
			t.Fatalf("%s: %v", event, err)
		}
		got = append(got, receipt.Reference)
		reference = receipt.Reference
	}
	want := "POST 1 PATCH POST 4 POST 4 PATCH 4 POST 10 PATCH 10"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
}
