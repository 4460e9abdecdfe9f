package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
	"github.com/tocsin-io/tocsin/notifier/slack"
	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

func client(t *testing.T) *http.Client {
	t.Helper()
	c, err := outbound.New(outbound.Options{AllowPrivate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func TestConformance(t *testing.T) {
	receivertest.Run(t, receivertest.Subject{
		New: func(t *testing.T, base string) notifier.Receiver {
			return slack.New(notifier.SlackConfig{
				Token: "xoxb-" + receivertest.Planted, Channel: "#oncall", SigningSecret: receivertest.Planted, APIURL: base + "/api/",
			}, client(t), slack.ActAcknowledge)
		},
		OK: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"ok":true,"channel":"C0ONCALL","ts":"1.2"}`))
		},
	})
}

func TestConformanceOfIncomingWebhooks(t *testing.T) {
	receivertest.Run(t, receivertest.Subject{
		New: func(t *testing.T, base string) notifier.Receiver {
			return slack.NewHook(notifier.SlackWebhookConfig{URL: notifier.Secret(base + "/services/T0/B0/" + receivertest.Planted)}, client(t))
		},
		OK: func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) },
	})
}

func start(t *testing.T) (*slacktest.Server, *slack.Receiver) {
	t.Helper()
	s := slacktest.New()
	t.Cleanup(s.Close)
	return s, slack.New(notifier.SlackConfig{
		Token: notifier.Secret(s.Token), Channel: "#oncall", APIURL: s.URL, SigningSecret: "shh", Mention: "S0TEAM",
	}, client(t), slack.ActAcknowledge, slack.ActResolve, slack.ActReopen, slack.ActUnacknowledge)
}

func send(t *testing.T, r notifier.Receiver, m notifier.Message) notifier.Receipt {
	t.Helper()
	receipt, _, err := r.Send(t.Context(), m)
	if err != nil {
		t.Fatalf("%s: %v", m.Event, err)
	}
	return receipt
}

func TestOneMessageThroughItsLife(t *testing.T) {
	s, r := start(t)
	m := receivertest.Message(detector.ChangeOpened)
	sent := send(t, r, m)
	ref := sent.Reference
	if !strings.HasPrefix(ref, "C0ONCALL:") {
		t.Fatalf("reference %q", ref)
	}
	if want := "https://shop.slack.com/archives/C0ONCALL/p" + strings.ReplaceAll(strings.TrimPrefix(ref, "C0ONCALL:"), ".", ""); sent.Link != want {
		t.Errorf("people find the message at %q, want %q", sent.Link, want)
	}

	m.Reference, m.ID, m.Event = ref, "a1", detector.ChangeAcknowledged
	m.Incident.Status, m.Incident.Assignee = detector.StatusAcknowledged, "oncall-1"
	m.Incident.Timeline = append(m.Incident.Timeline, detector.Entry{At: m.Now, Kind: detector.EntryAcknowledged, Actor: "oncall-1"})
	send(t, r, m)

	at := m.Now.Add(30 * time.Minute)
	m.ID, m.Event, m.Incident.Status, m.Incident.ResolvedAt = "a2", detector.ChangeResolved, detector.StatusResolved, &at
	m.Incident.Timeline = append(m.Incident.Timeline, detector.Entry{At: at, Kind: detector.EntryResolved, Actor: "oncall-1"})
	send(t, r, m)

	m.ID, m.Event, m.Incident.Status, m.Incident.ResolvedAt, m.Incident.Reopened = "a3", detector.ChangeReopened, detector.StatusOpen, nil, 1
	if got := send(t, r, m).Reference; got != ref {
		t.Errorf("the reference changed from %q to %q", ref, got)
	}

	messages := s.Messages()
	if len(messages) != 1 || messages[0].Edits != 3 {
		t.Fatalf("%d messages, edited %d times; want 1, 3", len(messages), messages[0].Edits)
	}
	var said []string
	for _, reply := range s.Replies(messages[0].TS) {
		said = append(said, reply.Text)
	}
	want := []string{"Acknowledged by oncall-1", "Resolved by oncall-1 after 31 min 20 s, 1,009 lines", "Reopened: sample has a new error, sorry"}
	for i := range want {
		if i >= len(said) || !strings.HasPrefix(said[i], want[i]) {
			t.Fatalf("the thread says %q, want %q", said, want)
		}
	}
	if replies := s.Replies(messages[0].TS); !replies[2].Broadcast || replies[0].Broadcast || !strings.Contains(string(replies[2].Blocks), "S0TEAM") {
		t.Error("of the replies only the reopened page is shown in the channel and mentions people")
	}

	// What came back by itself was told before.
	m.Incident.Timeline[len(m.Incident.Timeline)-1].Actor = ""
	m.ID, m.Incident.Reopened = "a4", 2
	send(t, r, m)
	if replies := s.Replies(messages[0].TS); len(replies) != 4 || replies[3].Broadcast || strings.Contains(string(replies[3].Blocks), "S0TEAM") {
		t.Error("what had resolved by itself mentions people when it comes back")
	}
}

func TestALostAnswerIsNoSecondMessage(t *testing.T) {
	s, r := start(t)
	s.Fail("chat.postMessage", slacktest.Failure{Drop: true, After: true})
	m := receivertest.Message(detector.ChangeOpened)
	if _, retry, err := r.Send(t.Context(), m); err == nil || !retry {
		t.Fatalf("the answer was lost, but: retry %t, %v", retry, err)
	}
	m.Attempts = 2
	ref := send(t, r, m).Reference
	if n := len(s.Messages()); n != 1 {
		t.Fatalf("%d messages, want 1", n)
	}

	s.Fail("chat.postMessage", slacktest.Failure{Drop: true, After: true})
	m.Reference, m.ID, m.Event, m.Attempts = ref, "b", detector.ChangeResolved, 1
	m.Incident.Status, m.Incident.ResolvedAt = detector.StatusResolved, &m.Now
	receipt, retry, err := r.Send(t.Context(), m)
	if err == nil || !retry || receipt.Reference != ref {
		t.Fatalf("the reply's answer was lost, but: %q, retry %t, %v", receipt.Reference, retry, err)
	}
	m.Attempts = 2
	send(t, r, m)
	if n := len(s.Replies(s.Messages()[0].TS)); n != 1 {
		t.Errorf("%d replies, want 1", n)
	}
}

func TestWithoutTheRightToReadItIsAtLeastOnce(t *testing.T) {
	s, r := start(t)
	s.ForbidReading()
	s.Fail("chat.postMessage", slacktest.Failure{Drop: true, After: true})
	m := receivertest.Message(detector.ChangeOpened)
	_, _, _ = r.Send(t.Context(), m)
	m.Attempts = 2
	send(t, r, m)
	if n := len(s.Messages()); n != 2 {
		t.Errorf("%d messages; without channels:history the second one cannot be avoided", n)
	}
}

// TestAMessageWithoutAnAddress: where Slack does not say where a message is read the message is sent all the same.
func TestAMessageWithoutAnAddress(t *testing.T) {
	s, r := start(t)
	s.Fail("chat.getPermalink", slacktest.Failure{Error: "internal_error"})
	if got := send(t, r, receivertest.Message(detector.ChangeOpened)); got.Reference == "" || got.Link != "" {
		t.Errorf("the receipt is %+v", got)
	}
}

func TestADeletedMessageIsPostedAnew(t *testing.T) {
	s, r := start(t)
	m := receivertest.Message(detector.ChangeOpened)
	m.Reference = send(t, r, m).Reference
	s.Delete(s.Messages()[0].TS)
	m.Event, m.ID = detector.ChangeResolved, "c"
	m.Incident.Status, m.Incident.ResolvedAt = detector.StatusResolved, &m.Now
	if got := send(t, r, m).Reference; got == m.Reference || got == "" {
		t.Errorf("reference %q of a message that is gone", got)
	}
	if messages := s.Messages(); len(messages) != 1 || !strings.HasPrefix(messages[0].Text, "Resolved: ") {
		t.Errorf("%+v", messages)
	}
}

func TestWhatSlackRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*slacktest.Server)
		says  string
		retry bool
	}{
		{"token revoked", func(s *slacktest.Server) { s.SetToken("xoxb-other") }, "the token is not valid", false},
		{"archived", func(s *slacktest.Server) {
			s.SetChannel(slacktest.Channel{ID: "C0ONCALL", Name: "oncall", Archived: true})
		}, "archived: unarchive it", false},
		{"renamed before the first message", func(s *slacktest.Server) { s.SetChannel(slacktest.Channel{ID: "C0ONCALL", Name: "on-call"}) }, "there is no such channel", false},
		{"not invited", func(s *slacktest.Server) { s.SetChannel(slacktest.Channel{ID: "C0ONCALL", Name: "oncall", Out: true}) }, "invite it", false},
		{"internal error", func(s *slacktest.Server) { s.Fail("chat.postMessage", slacktest.Failure{Error: "internal_error"}) }, "internal_error", true},
		{"an error page", func(s *slacktest.Server) { s.Fail("chat.postMessage", slacktest.Failure{Garbage: true}) }, "cannot be read", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, r := start(t)
			c.spoil(s)
			_, retry, err := r.Send(t.Context(), receivertest.Message(detector.ChangeOpened))
			if err == nil || retry != c.retry || !strings.Contains(err.Error(), c.says) {
				t.Errorf("retry %t, %v; want %t, %q", retry, err, c.retry, c.says)
			}
		})
	}
}

func TestARenamedChannelIsStillFound(t *testing.T) {
	s, r := start(t)
	send(t, r, receivertest.Message(detector.ChangeOpened))
	s.SetChannel(slacktest.Channel{ID: "C0ONCALL", Name: "on-call"})
	m := receivertest.Message(detector.ChangeOpened)
	m.ID = "second"
	send(t, r, m)
	if n := len(s.Messages()); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
}

func TestSlackAsksForAPause(t *testing.T) {
	s, r := start(t)
	s.Fail("chat.postMessage", slacktest.Failure{Status: 429, RetryAfter: 3})
	_, retry, err := r.Send(t.Context(), receivertest.Message(detector.ChangeOpened))
	var later *notifier.Later
	if !retry || !errors.As(err, &later) || later.After != 3*time.Second {
		t.Errorf("retry %t, %v", retry, err)
	}
}

func TestHookTellsWhatMatters(t *testing.T) {
	s := slacktest.New()
	defer s.Close()
	h := slack.NewHook(notifier.SlackWebhookConfig{URL: notifier.Secret(s.HookURL())}, client(t))
	m := receivertest.Message(detector.ChangeOpened)
	send(t, h, m)
	m.Event = detector.ChangeUpdated // nothing in the timeline to tell of
	send(t, h, m)
	timeline := m.Incident.Timeline
	m.Incident.Timeline = append(timeline, detector.Entry{At: m.Now, Kind: detector.EntryWorse, Text: "now masked error"})
	send(t, h, m)
	m.Incident.Timeline = timeline
	m.Event, m.Incident.Status, m.Incident.ResolvedAt = detector.ChangeResolved, detector.StatusResolved, &m.Now
	send(t, h, m)
	messages := s.Messages()
	if len(messages) != 3 || !strings.HasPrefix(messages[0].Text, "Page: ") || !strings.HasPrefix(messages[2].Text, "Resolved: ") {
		t.Fatalf("%+v", messages)
	}
	if want := "Worse: now masked error. sample has a new error"; !strings.HasPrefix(messages[1].Text, want) {
		t.Errorf("%q says not of what, want %q", messages[1].Text, want)
	}
	s.SetChannel(slacktest.Channel{ID: "C0ONCALL", Name: "oncall", Archived: true})
	if _, retry, err := h.Send(t.Context(), m); err == nil || retry || !strings.Contains(err.Error(), "unarchive") {
		t.Errorf("archived: retry %t, %v", retry, err)
	}
}

func TestAHangingSlackEndsWithTheContext(t *testing.T) {
	s, r := start(t)
	s.Fail("chat.postMessage", slacktest.Failure{Hang: true})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_ = s.Wait(t.Context(), func(s *slacktest.Server) bool { return s.Calls("chat.postMessage") == 1 })
		cancel()
	}()
	if _, retry, err := r.Send(ctx, receivertest.Message(detector.ChangeOpened)); err == nil || !retry {
		t.Errorf("retry %t, %v", retry, err)
	}
}

func TestThePayloadIsTheMessage(t *testing.T) {
	_, r := start(t)
	var p struct {
		Channel, Text string
		Blocks        json.RawMessage
	}
	if err := json.Unmarshal(send(t, r, receivertest.Message(detector.ChangeOpened)).Payload, &p); err != nil {
		t.Fatal(err)
	}
	if p.Channel != "#oncall" || !strings.HasPrefix(p.Text, "Page: sample has a new error") {
		t.Errorf("%+v", p)
	}
	if err := slacktest.CheckBlocks(p.Blocks); err != nil {
		t.Error(err)
	}
}
