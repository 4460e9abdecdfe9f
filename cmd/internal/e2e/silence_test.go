package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// send sends a request of the API with a JSON body and reads the answer into out, if there is one.
func send(t *testing.T, method, address, body string, status int, out any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != status {
		t.Fatalf("%s %s: %s, want %d", method, address, res.Status, status)
	}
	if out != nil {
		if err := json.NewDecoder(res.Body).Decode(out); err != nil {
			t.Fatal(err)
		}
	}
}

// TestASilenceHoldsForEveryReplica silences a service through one of two replicas: what the other one finds is written
// down and does not page; ended through that other one, it pages within seconds. A sensitivity that is set through one is
// followed by both.
func TestASilenceHoldsForEveryReplica(t *testing.T) {
	slack := slacktest.New()
	t.Cleanup(slack.Close)
	p := newParts(t, 2)
	conf := p.configuration(oncall(slack))
	a, _, _ := startApp(t, conf, "")
	b, _, _ := startApp(t, conf, "")
	var made struct {
		Silence struct{ ID string } `json:"silence"`
	}
	send(t, http.MethodPost, b.URL()+"/api/v1/silences", `{"match":{"service":"hushed"},"secrets_and_loss":true,"for":"2h","author":"ann","comment":"it is moved"}`, http.StatusCreated, &made)

	told := func(service string) bool {
		for _, m := range slack.Messages() {
			if strings.Contains(m.Text, service+" ") {
				return true
			}
		}
		return false
	}
	leak := func(service string) string {
		return fmt.Sprintf(`{"time":%q,"level":"info","service":%q,"msg":"dial redis://:Qw8eRt5yUi2oPa7s@cache-1:6379/0"}`, now(), service)
	}
	produce(t, p.kafka, p.topic, []string{leak("hushed")})
	type silenced struct {
		ID             string
		Page, Silenced bool
		Muted          struct{ Why string }
	}
	var in silenced
	eventually(t, 40*time.Second, "the incident is written down", func() (bool, string) {
		var list struct{ Incidents []silenced }
		get(t, a.URL()+"/api/v1/incidents?service=hushed", &list)
		if len(list.Incidents) == 1 {
			in = list.Incidents[0]
		}
		return len(list.Incidents) == 1, fmt.Sprint(list)
	})
	if in.Page || !in.Silenced || !strings.HasPrefix(in.Muted.Why, "silenced: it is moved, by ann") {
		t.Errorf("it is %+v", in)
	}
	// One that comes later is told: so the first would have been by now.
	produce(t, p.kafka, p.topic, []string{leak("loud")})
	eventually(t, 40*time.Second, "the page of another service", func() (bool, string) { return told("loud"), fmt.Sprint(len(slack.Messages())) })
	if told("hushed") {
		t.Error("a silenced incident paged")
	}
	began := time.Now()
	send(t, http.MethodDelete, a.URL()+"/api/v1/silences/"+made.Silence.ID, "", http.StatusNoContent, nil)
	eventually(t, 20*time.Second, "the page after the silence", func() (bool, string) { return told("hushed"), fmt.Sprint(len(slack.Messages())) })
	t.Logf("paged %s after the silence was ended", time.Since(began).Round(time.Millisecond))

	send(t, http.MethodPost, a.URL()+"/api/v1/services/loud/sensitivity", `{"pages":"quiet","notices":"normal","actor":"ann"}`, http.StatusOK, nil)
	eventually(t, 20*time.Second, "the other replica follows", func() (bool, string) {
		var s struct {
			Now struct{ Pages, Notices string }
		}
		get(t, b.URL()+"/api/v1/services/loud/sensitivity", &s)
		return s.Now.Pages == "quiet" && s.Now.Notices == "normal", fmt.Sprint(s)
	})
}
