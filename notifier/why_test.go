package notifier_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

func TestExplainNamesThePartThatDecides(t *testing.T) {
	for match, want := range map[string]string{
		`service == "checkout" && environment == "test"`:                        `does not hold: environment == "test" is false`,
		`service == "search" and environment == "test"`:                         `does not hold: service == "search" is false`,
		`kind == "surge" || service == "checkout" && level >= error`:            `holds: service == "checkout" && level >= error`,
		`kind == "surge" || service startsWith "check"`:                         `holds: service startsWith "check"`,
		`(kind == "surge" || kind == "fall") && service == "checkout"`:          `does not hold: kind == "surge" || kind == "fall" is false`,
		`not (service == "checkout")`:                                           `does not hold: not (service == "checkout") is false`,
		`service in ["checkout", "search"] && (reopened > 2 || level > "warn")`: `holds: service in ["checkout", "search"] && (reopened > 2 || level > "warn")`,
	} {
		r, err := notifier.NewRouter(config(notifier.RouteConfig{Match: match, Receivers: []string{"chat"}}), notifier.RouterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		steps := r.Explain(page(nil))
		if got := steps[len(steps)-1].Reason; got != "its expression "+want {
			t.Errorf("%s: %q, want %q", match, got, want)
		}
	}
}

func TestSay(t *testing.T) {
	c := config(notifier.RouteConfig{
		Name: "main", Receivers: []string{"oncall"}, GroupBy: []string{"service"}, Repeat: minutes(60), Budget: 20, MuteTimes: []string{"noon"},
		Escalate: []notifier.EscalateConfig{{After: minutes(15), Receivers: []string{"chat", "security"}}},
	}, notifier.RouteConfig{Name: "morning", Receivers: []string{"chat"}, Digest: &notifier.DigestConfig{At: "09:00"}})
	c.Calendars = map[string][]notifier.CalendarConfig{"noon": {{Times: []string{"10:30-12:00"}}}}
	r, err := notifier.NewRouter(c, notifier.RouterOptions{Now: func() time.Time { return monday }})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		route    string
		standing []notifier.Standing
		want     string
	}{
		{"main", nil, "muted until 12:00: it wakes nobody before\na group collects for 30 s before its first message\n" +
			"escalated after 15 min to chat, security unless acknowledged\nrepeated every 1 h unless acknowledged\nbudget: 3 of 20 pages this week are used"},
		{"main", []notifier.Standing{{
			Sort: plan.Shared, Labels: map[string]string{"service": "checkout"}, Incidents: 3, SentAt: monday.Add(-5 * time.Minute), DueAt: monday.Add(time.Minute),
			BaseAt: monday.Add(-6 * time.Minute), FollowAt: monday.Add(9 * time.Minute),
		}}, "muted until 12:00: it wakes nobody before\nin the group checkout with 3 incidents\nlast message at 10:55\nnext message at 11:01\n" +
			"next escalation at 11:09 to chat, security unless acknowledged\nbudget: 3 of 20 pages this week are used"},
		{
			"main",
			[]notifier.Standing{{Sort: plan.Alone, Incidents: 1, Step: 1, SentAt: monday, FollowAt: monday.Add(25 * time.Hour)}},
			"muted until 12:00: it wakes nobody before\nlast message at 11:00\nnext reminder at Tue 24 Nov 12:00 unless acknowledged\nbudget: 3 of 20 pages this week are used",
		},
		{
			"main",
			[]notifier.Standing{{Sort: plan.Over, Incidents: 9, SentAt: monday}},
			"muted until 12:00: it wakes nobody before\nbeyond the week's budget: it stands in a list of 9 incidents\nlast message at 11:00\nbudget: 3 of 20 pages this week are used",
		},
		{"morning", nil, "it would be listed in the digest of Tue 24 Nov 09:00"},
		{"gone", nil, ""},
	} {
		if diff := cmp.Diff(x.want, strings.Join(r.Say(x.route, x.standing, 3, time.UTC), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.route, diff)
		}
	}
}
