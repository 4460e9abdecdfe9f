package slack_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
	"github.com/tocsin-io/tocsin/notifier/slack"
	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// lines is a log that may be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// plug runs a socket with this token until the test ends, and gives what it logs.
func (d *desk) plug(t *testing.T, token string) *lines {
	t.Helper()
	log := &lines{}
	s, err := slack.NewSocket(slack.SocketOptions{
		AppToken: notifier.Secret(token), APIURL: d.slack.URL, Handler: d.Interactive, Client: client(t),
		Reach: outbound.Options{AllowPrivate: true}, Logger: slog.New(slog.NewTextHandler(log, nil)), Refused: 10 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); wg.Wait() })
	return log
}

// socket waits for the nth connection.
func (d *desk) socket(t *testing.T, ctx context.Context, n int) *slacktest.Socket {
	t.Helper()
	if err := d.slack.Wait(ctx, func(s *slacktest.Server) bool { return len(s.Sockets()) >= n }); err != nil {
		t.Fatalf("connection %d: %v", n, err)
	}
	return d.slack.Sockets()[n-1]
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// TestButtonsActOverASocket: an act comes over the socket and is acknowledged; so is what tocsin does not know; and the socket is
// opened again when Slack says so and when it is cut.
func TestButtonsActOverASocket(t *testing.T) {
	d, ctx := setUp(t), soon(t)
	log := d.plug(t, d.slack.AppToken)
	click := slacktest.Click{At: time.Unix(1772625600, 100000), Action: "acknowledge", UserID: "U1", User: "ada"}
	first := d.socket(t, ctx, 1)
	if err := first.Press(ctx, "e1", d.post, click); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if m := d.slack.Messages()[0]; !strings.HasPrefix(m.Text, "Acknowledged: ") || m.Edits != 1 {
		t.Errorf("%d edits, %q", m.Edits, m.Text)
	}
	for id, send := range map[string]struct {
		kind    string
		payload any
	}{
		"no person":     {"interactive", map[string]any{"type": "block_actions", "actions": []map[string]any{{"action_id": "acknowledge", "value": "7f3a2c91bd04"}}}},
		"another shape": {"interactive", map[string]any{"type": "view_submission"}},
		"a command":     {"slash_commands", map[string]any{"command": "/tocsin"}},
	} {
		if err := first.Send(ctx, id, send.kind, send.payload); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if err := first.Disconnect(true); err != nil {
		t.Fatal(err)
	}
	second := d.socket(t, ctx, 2)
	if err := d.slack.Wait(ctx, func(*slacktest.Server) bool { return first.Gone() }); err != nil {
		t.Errorf("the connection that Slack ends is left open: %v", err)
	}
	if err := second.Disconnect(false); err != nil {
		t.Fatal(err)
	}
	third := d.socket(t, ctx, 3)
	if err := third.Press(ctx, "e2", d.post, click); err != nil {
		t.Fatal(err)
	}
	d.Close()
	d.actor.mu.Lock()
	defer d.actor.mu.Unlock()
	if want := "acknowledge 7f3a2c91bd04 by U1 ada at 1772625600.000100"; len(d.actor.acts) != 2 || d.actor.acts[0] != want || d.actor.acts[1] != want {
		t.Errorf("acts %q", d.actor.acts)
	}
	for i, s := range d.slack.Sockets() {
		if f := s.Faults(); len(f) > 0 {
			t.Errorf("connection %d: %q", i+1, f)
		}
	}
	if text := log.String(); strings.Contains(text, d.slack.AppToken) || strings.Contains(text, "ticket-") || !strings.Contains(text, "names no incident or no person") {
		t.Errorf("the log: %s", text)
	}
}

// TestSocketWithARefusedToken: it says what to do, never shows the token, and connects once the token is good.
func TestSocketWithARefusedToken(t *testing.T) {
	d, ctx := setUp(t), soon(t)
	const token = "xapp-1-p1anted-s3cret"
	log := d.plug(t, token)
	if err := d.slack.Wait(ctx, func(s *slacktest.Server) bool { return s.Calls("apps.connections.open") >= 3 }); err != nil {
		t.Fatal(err)
	}
	d.slack.SetAppToken(token)
	if err := d.socket(t, ctx, 1).Press(ctx, "e1", d.post, slacktest.Click{Action: "resolve", UserID: "U1", User: "ada"}); err != nil {
		t.Fatal(err)
	}
	if text := log.String(); strings.Contains(text, "p1anted") || !strings.Contains(text, "take the app-level token of the Slack app") {
		t.Errorf("the log: %s", text)
	}
}

// TestAnAppTokenShowsButtons: messages offer acts where either way of buttons is configured.
func TestAnAppTokenShowsButtons(t *testing.T) {
	s := slacktest.New()
	t.Cleanup(s.Close)
	for token, want := range map[notifier.Secret]bool{"": false, "xapp-1": true} {
		r := slack.New(notifier.SlackConfig{Token: notifier.Secret(s.Token), Channel: "#oncall", APIURL: s.URL, AppToken: token}, client(t), slack.ActAcknowledge)
		if _, _, err := r.Send(t.Context(), receivertest.Message(detector.ChangeOpened)); err != nil {
			t.Fatal(err)
		}
		all := s.Messages()
		if _, ok := slacktest.Button(all[len(all)-1].Blocks, "acknowledge"); ok != want {
			t.Errorf("with app token %v: a button %v", token != "", ok)
		}
	}
}
