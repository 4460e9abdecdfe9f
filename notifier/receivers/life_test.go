package receivers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
)

// live sends the life of one incident and returns what the peer of that name took.
func live(t *testing.T, name string) []call {
	t.Helper()
	for _, k := range kinds {
		if k.name != name {
			continue
		}
		p := k.peer()
		srv := httptest.NewServer(p)
		defer srv.Close()
		r := build(t, k.config(srv.URL))
		reference := ""
		for _, event := range []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeAcknowledged, detector.ChangeUpdated, detector.ChangeResolved} {
			m := receivertest.Message(event)
			m.Reference = reference
			if event != detector.ChangeOpened {
				m.Incident.Assignee = "oncall-1"
				if event != detector.ChangeResolved {
					m.Incident.Status = detector.StatusAcknowledged
				}
			}
			receipt, _, err := r.Send(t.Context(), m)
			if err != nil {
				t.Fatalf("%s: %v", event, err)
			}
			if receipt.Reference != "" {
				reference = receipt.Reference
			}
		}
		return p.taken()
	}
	t.Fatalf("no kind %s", name)
	return nil
}

func TestPagerDutyTriggersAcknowledgesAndResolvesOneAlert(t *testing.T) {
	var got []string
	for _, c := range live(t, "pagerduty") {
		got = append(got, fmt.Sprint(c.Body["event_action"], " ", c.Body["dedup_key"]))
	}
	if want := "[trigger tocsin-7f3a2c91bd04 acknowledge tocsin-7f3a2c91bd04 resolve tocsin-7f3a2c91bd04]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestOpsgenieCreatesAcknowledgesAndClosesOneAlert(t *testing.T) {
	var got []string
	for _, c := range live(t, "opsgenie") {
		got = append(got, c.Path)
	}
	want := "/v2/alerts /v2/alerts/tocsin-7f3a2c91bd04/acknowledge /v2/alerts/tocsin-7f3a2c91bd04/close"
	if strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestAlertmanagerSeesOneAlertThatEnds(t *testing.T) {
	calls := live(t, "alertmanager")
	labels := fmt.Sprint(calls[0].List[0]["labels"])
	for i, c := range calls {
		if got := fmt.Sprint(c.List[0]["labels"]); got != labels {
			t.Errorf("the labels, which are its identity, changed: %s, %s", labels, got)
		}
		end, err := time.Parse(time.RFC3339, c.List[0]["endsAt"].(string))
		if err != nil {
			t.Fatal(err)
		}
		now := receivertest.Message(detector.ChangeOpened).Now
		if last := i == len(calls)-1; last != !end.After(now) {
			t.Errorf("call %d ends at %v, now is %v", i, end, now)
		}
	}
	var r notifier.Receiver
	for _, k := range kinds {
		if k.name == "alertmanager" {
			r = build(t, k.config("http://am.example"))
		}
	}
	k, is := r.(notifier.Keeping)
	end, _ := time.Parse(time.RFC3339, calls[0].List[0]["endsAt"].(string))
	fires := end.Sub(receivertest.Message(detector.ChangeOpened).Now)
	if !is || k.KeepEvery() > fires/4 || fires > 2*time.Hour {
		t.Errorf("it is told again: %t; an alert that nobody speaks of any more fires for %v", is, fires)
	}
	if !strings.Contains(labels, "from:tocsin") || !strings.Contains(labels, "incident:7f3a2c91bd04") {
		t.Errorf("labels %s", labels)
	}
}

func TestDiscordEditsItsMessage(t *testing.T) {
	calls := live(t, "discord")
	if len(calls) != 4 || calls[0].Method != "POST" || calls[3].Method != "PATCH" || !strings.HasSuffix(calls[3].Path, "/messages/1172233445566778899") {
		t.Errorf("%d calls, last %s %s", len(calls), calls[len(calls)-1].Method, calls[len(calls)-1].Path)
	}
}

func TestTelegramEditsAndAnswers(t *testing.T) {
	var got []string
	for _, c := range live(t, "telegram") {
		got = append(got, c.Path[strings.LastIndex(c.Path, "/")+1:])
	}
	if want := "sendMessage editMessageText editMessageText editMessageText sendMessage"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestNtfyAndTeamsDoNotRingForEveryChange(t *testing.T) {
	if n := len(live(t, "ntfy")); n != 2 {
		t.Errorf("ntfy: %d publications, want 2", n)
	}
	if n := len(live(t, "teams")); n != 3 {
		t.Errorf("teams: %d messages, want 3", n)
	}
}

// TestDiscordInterpretsNothingOfALog looks for marks of Markdown that are neither escaped nor inside code.
func TestDiscordInterpretsNothingOfALog(t *testing.T) {
	p := discordHook()
	srv := httptest.NewServer(p)
	defer srv.Close()
	r := build(t, notifier.ReceiverConfig{Discord: &notifier.DiscordConfig{URL: notifier.Secret(srv.URL) + "/api/webhooks/1/x"}})
	m := receivertest.Message(detector.ChangeOpened)
	m.Incident.Service = "a*b_c [x](https://evil.example) <@1> `t` \\*"
	m.Incident.Hidden.Template = "``` **x** ```"
	m.Incident.Samples = []detector.Sample{{Text: "``` [x](https://evil.example) @everyone"}}
	if _, _, err := r.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	e := p.taken()[0].Body["embeds"].([]any)[0].(map[string]any)
	for _, text := range []string{e["title"].(string), e["description"].(string), p.taken()[0].Body["content"].(string)} {
		code := false
		for i := 0; i < len(text); i++ {
			switch c := text[i]; {
			case strings.HasPrefix(text[i:], "```"):
				code, i = !code, i+2
			case c == '`':
				code = !code
			case c == '\\' && !code:
				i++
			case strings.IndexByte("*_~|<>[]()", c) >= 0 && !code:
				t.Fatalf("%q is interpreted in %q", c, text[i:])
			}
		}
		if code {
			t.Errorf("code is not closed: %q", text)
		}
	}
}

func TestGrafanaChangesOneMark(t *testing.T) {
	calls := live(t, "grafana")
	var got []string
	for _, c := range calls {
		got = append(got, c.Method)
	}
	if want := "POST PATCH PATCH PATCH"; strings.Join(got, " ") != want {
		t.Fatalf("got %v, want %s", got, want)
	}
	m := receivertest.Message(detector.ChangeResolved)
	last := calls[3].Body
	if last["time"] != float64(m.Incident.OpenedAt.UnixMilli()) || last["timeEnd"] != float64(m.Incident.ResolvedAt.UnixMilli()) {
		t.Errorf("the region is %v to %v", last["time"], last["timeEnd"])
	}
	if tags := fmt.Sprint(last["tags"]); !strings.Contains(tags, "tocsin incident:7f3a2c91bd04 ") || !strings.Contains(tags, "status:resolved") {
		t.Errorf("tags %s", tags)
	}
}

// TestGrafanaFindsItsMark: a try that may not be the first looks for the mark of the one before; a mark that is gone is made anew.
func TestGrafanaFindsItsMark(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	marks, mayRead := map[string]bool{"12": true}, true
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.Method)
		switch id := strings.TrimPrefix(r.URL.Path, "/api/annotations/"); {
		case r.Method == http.MethodGet && !mayRead:
			w.WriteHeader(http.StatusForbidden)
		case r.Method == http.MethodGet && r.URL.Query().Get("tags") == "incident:7f3a2c91bd04" && marks["12"]:
			fmt.Fprint(w, `[{"id":12,"text":"x"}]`)
		case r.Method == http.MethodGet:
			fmt.Fprint(w, `[]`)
		case r.Method == http.MethodPatch && !marks[id]:
			http.Error(w, `{"message":"Annotation not found"}`, http.StatusNotFound)
		case r.Method == http.MethodPatch:
			fmt.Fprint(w, `{"message":"Annotation patched"}`)
		default:
			fmt.Fprint(w, `{"message":"Annotation added","id":13}`)
		}
	}))
	defer srv.Close()
	r := build(t, notifier.ReceiverConfig{Grafana: &notifier.GrafanaConfig{URL: notifier.Secret(srv.URL), Token: "t0ken"}})
	for _, c := range []struct {
		name, reference string
		attempts        int
		there, mayRead  bool
		asks, becomes   string
	}{
		{"the first try", "", 1, false, true, "POST", "13"},
		{"a try whose answer was lost", "", 2, true, true, "GET PATCH", "12"},
		{"a try that never came", "", 2, false, true, "GET POST", "13"},
		{"a token that may not read", "", 2, true, false, "GET POST", "13"},
		{"a mark that somebody deleted", "12", 1, false, true, "PATCH POST", "13"},
	} {
		mu.Lock()
		asked, marks["12"], mayRead = nil, c.there, c.mayRead
		mu.Unlock()
		m := receivertest.Message(detector.ChangeOpened)
		m.Attempts, m.Reference = c.attempts, c.reference
		receipt, _, err := r.Send(t.Context(), m)
		mu.Lock()
		if got := strings.Join(asked, " "); err != nil || got != c.asks || receipt.Reference != c.becomes {
			t.Errorf("%s: %s, reference %q, %v", c.name, got, receipt.Reference, err)
		}
		mu.Unlock()
	}
}
