package slack_test

import (
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
	"github.com/tocsin-io/tocsin/notifier/slack"
	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// TestARenamedChannelIsFoundAfterARestart: who knows its name alone finds it by the message before, and says so.
func TestARenamedChannelIsFoundAfterARestart(t *testing.T) {
	s, r := start(t)
	before := send(t, r, receivertest.Message(detector.ChangeOpened)).Reference
	s.SetChannel(slacktest.Channel{ID: "C0ONCALL", Name: "on-call"})
	again := slack.New(notifier.SlackConfig{Token: notifier.Secret(s.Token), Channel: "#oncall", APIURL: s.URL}, client(t))
	for _, id := range []string{"second", "third"} {
		m := receivertest.Message(detector.ChangeOpened)
		m.ID, m.Earlier = id, before
		send(t, again, m)
	}
	list := s.Messages()
	if len(list) != 3 || !strings.Contains(string(list[1].Blocks), "There is no channel #oncall any more") || !strings.Contains(string(list[2].Blocks), "There is no channel #oncall any more") {
		t.Errorf("%d messages: %+v", len(list), list)
	}
}

// TestWhatSlackFindsMalformedIsSentPlainly: a page reaches people although Slack takes none of its blocks.
func TestWhatSlackFindsMalformedIsSentPlainly(t *testing.T) {
	s, r := start(t)
	s.Fail("chat.postMessage", slacktest.Failure{Error: "invalid_blocks"})
	m := receivertest.Message(detector.ChangeOpened)
	m.Reference = send(t, r, m).Reference
	s.Fail("chat.update", slacktest.Failure{Error: "msg_blocks_too_long"})
	m.ID, m.Event, m.Incident.Status, m.Incident.ResolvedAt = "over", detector.ChangeResolved, detector.StatusResolved, &m.Now
	send(t, r, m)
	list := s.Messages()
	if len(list) != 1 || list[0].Edits != 1 {
		t.Fatalf("%+v", list)
	}
	for _, want := range []string{"Resolved · was Page · Masked error · sample", "sorry, too many clients already", "https://tocsin.example/incidents/", "(msg_blocks_too_long)"} {
		if !strings.Contains(string(list[0].Blocks), want) {
			t.Errorf("%q is missing in %s", want, list[0].Blocks)
		}
	}
	s.Fail("chat.postMessage", slacktest.Failure{Error: "invalid_blocks"}, slacktest.Failure{Error: "invalid_blocks"})
	if _, retry, err := r.Send(t.Context(), receivertest.Message(detector.ChangeOpened)); err == nil || retry {
		t.Errorf("refused twice: retry %t, %v", retry, err)
	}
}
