package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	api "github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
	"github.com/tocsin-io/tocsin/notifier/slack"
	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

const signing = "the-signing-secret"

// actor remembers acts and answers with the sample incident as acknowledged.
type actor struct {
	mu   sync.Mutex
	acts []string
	err  error
}

func (a *actor) Do(_ context.Context, p slack.Press) (*detector.Incident, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.acts = append(a.acts, fmt.Sprintf("%s %s by %s %s at %s", p.Act, p.Incident, p.By.ID, p.By.Name, p.ID))
	if a.err != nil {
		return nil, a.err
	}
	in := receivertest.Message(detector.ChangeAcknowledged).Incident
	in.Status, in.Assignee = detector.StatusAcknowledged, p.By.Name
	return &in, nil
}

type desk struct {
	*slack.Interactive
	slack *slacktest.Server
	actor *actor
	log   *bytes.Buffer
	url   string
	now   time.Time
	post  slacktest.Message
}

func setUp(t *testing.T) *desk {
	t.Helper()
	s, r := start(t)
	send(t, r, receivertest.Message(detector.ChangeOpened))
	d := &desk{slack: s, actor: &actor{}, log: &bytes.Buffer{}, now: time.Now(), post: s.Messages()[0]}
	h, err := slack.NewInteractive(slack.InteractiveOptions{
		Secrets: func() []notifier.Secret { return []notifier.Secret{"another", signing} }, Actor: d.actor,
		Acts: []slack.Act{slack.ActAcknowledge, slack.ActResolve}, Now: func() time.Time { return d.now },
		Logger: slog.New(slog.NewTextHandler(d.log, nil)), Client: client(t), AnswerTo: s.Host(),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Interactive = h
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	d.url = srv.URL + "/slack/interactive"
	return d
}

func (d *desk) press(t *testing.T, change func(*slacktest.Click)) int {
	t.Helper()
	c := slacktest.Click{To: d.url, Secret: signing, At: d.now, Action: "acknowledge", UserID: "U1", User: "ada"}
	if change != nil {
		change(&c)
	}
	status, err := d.slack.Press(t.Context(), d.post, c)
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	return status
}

func TestAButtonActsAndEditsItsMessage(t *testing.T) {
	d := setUp(t)
	if status := d.press(t, nil); status != http.StatusOK {
		t.Fatalf("status %d: %s", status, d.log)
	}
	if want := fmt.Sprintf("acknowledge 7f3a2c91bd04 by U1 ada at %d.%06d", d.now.Unix(), d.now.Nanosecond()/1000); len(d.actor.acts) != 1 || d.actor.acts[0] != want {
		t.Errorf("acts %q", d.actor.acts)
	}
	m := d.slack.Messages()[0]
	if !strings.HasPrefix(m.Text, "Acknowledged: ") || m.Edits != 1 || !strings.Contains(string(m.Blocks), "taken by ada") {
		t.Errorf("%d edits, %q", m.Edits, m.Text)
	}
	if _, ok := slacktest.Button(m.Blocks, "resolve"); !ok {
		t.Error("the edited message offers no resolve")
	}
}

func TestARefusedActTellsThePersonAlone(t *testing.T) {
	d := setUp(t)
	d.actor.err = errors.New("Incident 7f3a2c is <resolved> already. Reopen it first.")
	if status := d.press(t, nil); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	if m := d.slack.Messages()[0]; m.Edits != 0 {
		t.Error("the message was edited")
	}
	a := d.slack.Answers()
	if len(a) != 1 || !strings.Contains(string(a[0].Body), `"ephemeral"`) || !strings.Contains(string(a[0].Body), "&lt;resolved") && !strings.Contains(string(a[0].Body), `\u0026lt;resolved`) {
		t.Errorf("%s", a)
	}
}

func TestForgedStaleAndReplayedRequestsAreRefused(t *testing.T) {
	d := setUp(t)
	for name, c := range map[string]struct {
		change func(*slacktest.Click)
		status int
	}{
		"forged":        {func(c *slacktest.Click) { c.Secret = "guess" }, http.StatusUnauthorized},
		"empty secret":  {func(c *slacktest.Click) { c.Secret = "" }, http.StatusUnauthorized},
		"stale":         {func(c *slacktest.Click) { c.At = d.now.Add(-6 * time.Minute) }, http.StatusUnauthorized},
		"of the future": {func(c *slacktest.Click) { c.At = d.now.Add(6 * time.Minute) }, http.StatusUnauthorized},
	} {
		if status := d.press(t, c.change); status != c.status {
			t.Errorf("%s: status %d, want %d", name, status, c.status)
		}
	}
	if len(d.actor.acts) != 0 {
		t.Errorf("a refused request acted: %q", d.actor.acts)
	}
	d.press(t, nil)
	if status := d.press(t, nil); status != http.StatusConflict || len(d.actor.acts) != 1 {
		t.Errorf("replayed: status %d, acts %q", status, d.actor.acts)
	}
	if strings.Contains(d.log.String(), signing) {
		t.Error("the signing secret is logged")
	}
}

// TestTheSignatureIsSlacks holds the fake's signature, and so the handler's, against slack-go's own verifier.
func TestTheSignatureIsSlacks(t *testing.T) {
	d := setUp(t)
	req, err := d.slack.Request(t.Context(), d.post, slacktest.Click{To: d.url, Secret: signing, At: time.Now(), Action: "acknowledge", UserID: "U1"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	v, err := api.NewSecretsVerifier(req.Header, signing)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := v.Ensure(); err != nil {
		t.Error(err)
	}
}

func TestBadRequests(t *testing.T) {
	d := setUp(t)
	post := func(body string, sign bool) int {
		req := httptest.NewRequest(http.MethodPost, "/slack/interactive", strings.NewReader(body))
		if sign {
			at := fmt.Sprint(d.now.Unix())
			req.Header.Set("X-Slack-Request-Timestamp", at)
			req.Header.Set("X-Slack-Signature", sign256(signing, "v0:"+at+":"+body))
		}
		w := httptest.NewRecorder()
		d.ServeHTTP(w, req)
		return w.Code
	}
	payload := func(s string) string { return url.Values{"payload": {s}}.Encode() }
	for _, c := range []struct {
		name, body string
		signed     bool
		status     int
	}{
		{"unsigned", payload(`{}`), false, 401},
		{"ten megabytes", strings.Repeat("x", 10<<20), true, 413},
		{"no form", "%zz", true, 400},
		{"no payload", "a=b", true, 400},
		{"no JSON", payload("{"), true, 400},
		{"another interaction", payload(`{"type":"view_submission"}`), true, 200},
		{"a link", payload(`{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"open"}]}`), true, 200},
		{"no incident", payload(`{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"resolve","value":"../x"}]}`), true, 400},
		{"nobody", payload(`{"type":"block_actions","actions":[{"action_id":"resolve","value":"abc"}]}`), true, 400},
	} {
		if got := post(c.body, c.signed); got != c.status {
			t.Errorf("%s: status %d, want %d", c.name, got, c.status)
		}
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/slack/interactive", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: status %d", w.Code)
	}
	if len(d.actor.acts) != 0 {
		t.Errorf("acts %q", d.actor.acts)
	}
}

func TestAnswersGoToSlackAlone(t *testing.T) {
	d := setUp(t)
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was answered") }))
	defer other.Close()
	body := url.Values{"payload": {`{"type":"block_actions","response_url":"` + other.URL + `","user":{"id":"U1"},"actions":[{"action_id":"resolve","value":"abc"}]}`}}.Encode()
	req := httptest.NewRequest(http.MethodPost, "/slack/interactive", strings.NewReader(body))
	at := fmt.Sprint(d.now.Unix())
	req.Header.Set("X-Slack-Request-Timestamp", at)
	req.Header.Set("X-Slack-Signature", sign256(signing, "v0:"+at+":"+body))
	w := httptest.NewRecorder()
	d.ServeHTTP(w, req)
	d.Close()
	if w.Code != 200 || len(d.actor.acts) != 1 {
		t.Errorf("status %d, acts %q", w.Code, d.actor.acts)
	}
}

// TestASecretIsNotSilencedFromAMessage: the button is missing where a person has to say so in so many words.
func TestASecretIsNotSilencedFromAMessage(t *testing.T) {
	for kind, want := range map[detector.Kind]bool{detector.KindSurge: true, detector.KindSecret: false, detector.KindLoss: false} {
		m := receivertest.Message(detector.ChangeOpened)
		m.Incident.Kind = kind
		_, blocks := slack.Message(m, slack.Look{Acts: []slack.Act{slack.ActAcknowledge, slack.ActSilence, slack.ActResolve}})
		raw, err := json.Marshal(blocks)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := slacktest.Button(raw, string(slack.ActSilence)); ok != want {
			t.Errorf("%s offers a silence: %v", kind, ok)
		}
	}
}

// TestAButtonOfATestIsAnswered: pressed in a sample it tells the person that it acts, and does nothing.
func TestAButtonOfATestIsAnswered(t *testing.T) {
	d := setUp(t)
	_, r := d.slack, slack.New(notifier.SlackConfig{Token: notifier.Secret(d.slack.Token), Channel: "#oncall", APIURL: d.slack.URL, SigningSecret: signing}, client(t), everyAct.Acts...)
	m := receivertest.Message(detector.ChangeOpened)
	m.Test, m.ID, m.Incident.ID = true, "test", notifier.SampleID
	send(t, r, m)
	list := d.slack.Messages()
	d.post = list[len(list)-1]
	if status := d.press(t, nil); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	a := d.slack.Answers()
	if len(d.actor.acts) != 0 || len(a) != 1 || !strings.Contains(string(a[0].Body), "The button acts: tocsin heard of it from ada") {
		t.Errorf("acts %q, answers %s", d.actor.acts, a)
	}
	if _, offered := slacktest.Button(d.post.Blocks, "resolve"); offered {
		t.Error("a sample offers more than one act")
	}
}
