package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
	"github.com/tocsin-io/tocsin/notifier/slack"
)

func TestAGroupListsItsIncidents(t *testing.T) {
	m := receivertest.Grouped(detector.ChangeOpened, plan.Shared, 17, "checkout")
	m.Mention = []string{"U123", "S456"}
	got := string(check(t, m, everyAct))
	for _, want := range []string{"17 incidents in production, checkout", "Surge 0 checkout", "Surge 9 checkout", "and 7 more", "17 open", "Acknowledge all", m.Group.ID, "U123", "S456"} {
		if !strings.Contains(got, want) {
			t.Errorf("the message lacks %q: %s", want, got)
		}
	}
	for _, not := range []string{"Surge 10 ", "broadcast", "Resolve"} {
		if strings.Contains(got, not) {
			t.Errorf("the message has %q", not)
		}
	}
	over := receivertest.Grouped(detector.ChangeResolved, plan.Shared, 3, "x")
	if got := string(check(t, over, everyAct)); strings.Contains(got, "Acknowledge all") || !strings.Contains(got, "3 resolved") {
		t.Errorf("resolved: %s", got)
	}
	if got := string(check(t, receivertest.Grouped(plan.Digested, plan.Over, 3, "x"), everyAct)); !strings.Contains(got, "The budget of 20 pages a week is used up.") || strings.Contains(got, `"broadcast"`) {
		t.Errorf("beyond the budget: %s", got)
	}
}

func TestAnyGroupIsWithinSlacksRules(t *testing.T) {
	spiteful := strings.Repeat("<!channel> *b* `x` <https://evil.example|a> \u202e\x1b[31m\x00 \xff😀 ", 40)
	for _, sort := range []plan.Sort{plan.Shared, plan.Daily, plan.Over} {
		for _, n := range []int{1, 2, 50} {
			for _, event := range receivertest.Events() {
				m := receivertest.Grouped(event, sort, n, spiteful)
				check(t, m, everyAct)
				if text, _, _ := slack.News(m, everyAct); strings.ContainsAny(text, "\x1b\x00\u202e") {
					t.Errorf("%s of %d, %s: %q", sort, n, event, text)
				}
			}
		}
	}
}

// TestAGroupIsEditedAndCalls lets a group live: one message, edited; what is new and what nobody acknowledges is told in its
// thread, and in the channel too.
func TestAGroupIsEditedAndCalls(t *testing.T) {
	s, r := start(t)
	reference := ""
	tell := func(id string, event detector.ChangeEvent, n int) {
		m := receivertest.Grouped(event, plan.Shared, n, "checkout")
		m.ID, m.Reference = id, reference
		reference = send(t, r, m).Reference
	}
	tell("a", detector.ChangeOpened, 2)
	tell("b", detector.ChangeOpened, 3)
	tell("c", plan.Reminded, 3)
	tell("d", detector.ChangeResolved, 3)
	list := s.Messages()
	if len(list) != 1 || list[0].Edits != 3 || !strings.Contains(string(list[0].Blocks), "3 resolved") {
		t.Fatalf("messages: %+v", list)
	}
	var got []string
	for _, m := range s.Replies(list[0].TS) {
		got = append(got, fmt.Sprint(strings.SplitN(m.Text, ":", 2)[0], " ", m.Broadcast))
	}
	if want := "New true, Reminder true, Resolved false"; strings.Join(got, ", ") != want {
		t.Errorf("replies %v, want %s", got, want)
	}
}

func TestAReminderSaysHowLong(t *testing.T) {
	m := receivertest.Message(plan.Reminded)
	m.Incident.Status, m.Incident.OpenedAt = detector.StatusOpen, m.Now.Add(-2*time.Hour-20*time.Second)
	text, _, loud := slack.News(m, slack.Look{})
	if !loud || !strings.HasPrefix(text, "Reminder: still open after 2 h, not acknowledged. sample has a new error, sorry") {
		t.Errorf("%q, loud %v", text, loud)
	}
}
