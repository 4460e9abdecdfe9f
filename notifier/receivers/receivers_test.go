package receivers_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/receivers"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

func TestBuild(t *testing.T) {
	s := slacktest.New()
	defer s.Close()
	c := notifier.Config{Receivers: []notifier.ReceiverConfig{
		{Name: "oncall", Slack: &notifier.SlackConfig{Token: notifier.Secret(s.Token), Channel: "#oncall", APIURL: s.URL}},
		{Name: "hook", SlackWebhook: &notifier.SlackWebhookConfig{URL: notifier.Secret(s.HookURL())}},
	}}
	if p := c.Validate(); len(p) != 0 {
		t.Fatal(p)
	}
	built, err := receivers.Build(c, receivers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"oncall", "hook", notifier.Inbox} {
		receipt, _, err := built[name].Send(t.Context(), receivertest.Message(detector.ChangeOpened))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var p struct {
			Text   string
			Blocks json.RawMessage
		}
		if err := json.Unmarshal(receipt.Payload, &p); err != nil || !strings.HasPrefix(p.Text, "Page: ") {
			t.Errorf("%s: %v, %q", name, err, p.Text)
		}
		if err := slacktest.CheckBlocks(p.Blocks); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(s.Messages()); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
}

func TestBuildSaysWhichReceiverIsWrong(t *testing.T) {
	for _, rc := range []notifier.ReceiverConfig{
		{Name: "none"}, {Name: "ca", Webhook: &notifier.WebhookConfig{URL: "https://h/", CA: "/nowhere.pem"}},
	} {
		if _, err := receivers.Build(notifier.Config{Receivers: []notifier.ReceiverConfig{rc}}, receivers.Options{}); err == nil || !strings.Contains(err.Error(), rc.Name) {
			t.Errorf("%s: %v", rc.Name, err)
		}
	}
}
