package slack_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
	"github.com/tocsin-io/tocsin/notifier/slack"
	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// TestWhoDidWhat reads what the thread and the foot of the message say of each act, and what a phone shows of the reply.
func TestWhoDidWhat(t *testing.T) {
	const why = "silenced: from Slack, U1, by @ada on 23 Nov 2026, until 23 Nov 2026 02:52 UTC"
	for _, c := range []struct {
		name   string
		status detector.Status
		event  detector.ChangeEvent
		entry  detector.Entry
		muted  *detector.Muted
		reply  string // how it begins
		foot   string // what it holds
		loud   bool
	}{
		{"acknowledged", detector.StatusAcknowledged, detector.ChangeAcknowledged, detector.Entry{Kind: detector.EntryAcknowledged, Actor: "@ada"}, nil, "Acknowledged by @ada. Masked error · sample", "taken by @ada", false},
		{"given back", detector.StatusOpen, detector.ChangeUpdated, detector.Entry{Kind: detector.EntryUnacknowledged, Actor: "@ada"}, nil, "Given back by @ada. Masked error · sample", "7f3a2c", false},
		{"silenced", detector.StatusOpen, detector.ChangeUpdated, detector.Entry{Kind: detector.EntryMuted, Actor: "@ada", Text: why}, &detector.Muted{As: "silence", Why: why}, "Silenced: from Slack, U1, by @ada on 23 Nov 2026", why, false},
		{"let go", detector.StatusOpen, detector.ChangeUpdated, detector.Entry{Kind: detector.EntryUnmuted, Text: "no longer " + why + "; still going on"}, nil, "Pages again: no longer silenced", "7f3a2c", true},
		{"resolved", detector.StatusResolved, detector.ChangeResolved, detector.Entry{Kind: detector.EntryResolved, Actor: "@ada"}, nil, "Resolved by @ada after 32 min, 1,009 lines. Masked error · sample", "resolved by @ada", false},
		{"expected", detector.StatusResolved, detector.ChangeResolved, detector.Entry{Kind: detector.EntryExpected, Actor: "@ada"}, nil, "Resolved as expected by @ada after 32 min, 1,009 lines", "resolved as expected by @ada", false},
		{"by itself", detector.StatusResolved, detector.ChangeResolved, detector.Entry{Kind: detector.EntryResolved, Text: "inside what is expected for 10 min"}, nil, "Resolved by itself after 32 min, 1,009 lines: inside what is expected for 10 min", "resolved by itself · inside what is expected for 10 min", false},
		{"expired", detector.StatusResolved, detector.ChangeResolved, detector.Entry{Kind: detector.EntryExpired, Text: "nothing was heard of it for 7 days"}, nil, "Resolved as expired after 32 min, 1,009 lines: nothing was heard", "resolved as expired · nothing was heard of it for 7 days", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := receivertest.Message(c.event)
			over := m.Incident.Onset.Add(32 * time.Minute)
			in := &m.Incident
			in.Status, in.Muted, in.ResolvedAt = c.status, c.muted, nil
			if c.entry.At = m.Now; c.status == detector.StatusResolved {
				c.entry.At, in.ResolvedAt = over, &over
			}
			if c.status == detector.StatusAcknowledged {
				in.Assignee = c.entry.Actor
			}
			in.Timeline = append(in.Timeline, detector.Entry{At: m.Now.Add(-time.Second), Kind: detector.EntryNote, Actor: "bob", Text: "an old note"}, c.entry)
			check(t, m, everyAct)
			text, _, loud := slack.News(m, everyAct)
			if !strings.HasPrefix(text, c.reply[:min(len(c.reply), 100)]) || loud != c.loud {
				t.Errorf("the reply is %q, loud %t; want %q", text, loud, c.reply)
			}
			_, blocks := slack.Message(m, everyAct)
			raw, err := json.Marshal(blocks[len(blocks)-1])
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(raw), c.foot) {
				t.Errorf("the foot is %s, want %q in it", raw, c.foot)
			}
		})
	}
}

// TestEachStateOffersItsActs: every act that the state allows is a button of the message, and a mark is asked for twice.
func TestEachStateOffersItsActs(t *testing.T) {
	for status, want := range map[detector.Status][]slack.Act{
		detector.StatusOpen:         {slack.ActAcknowledge, slack.ActSilence, slack.ActResolve, slack.ActExpected},
		detector.StatusAcknowledged: {slack.ActResolve, slack.ActUnacknowledge, slack.ActSilence, slack.ActExpected},
		detector.StatusResolved:     {slack.ActReopen, slack.ActExpected},
	} {
		m := receivertest.Message(detector.ChangeUpdated)
		if m.Incident.Status = status; status == detector.StatusResolved {
			m.Incident.ResolvedAt = &m.Now
		}
		raw := check(t, m, everyAct)
		for _, act := range everyAct.Acts {
			_, offered := slacktest.Button(raw, string(act))
			wanted := false
			for _, w := range want {
				wanted = wanted || w == act
			}
			if offered != wanted {
				t.Errorf("%s, %s: offered %t", status, act, offered)
			}
		}
		if n := strings.Count(string(raw), `"confirm":{"title"`); n != 1 {
			t.Errorf("%s: %d buttons ask again, want that of the mark alone", status, n)
		}
	}
}
