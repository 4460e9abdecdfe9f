package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// TestAGroupIsOneMessageAndEscalates runs two replicas under a route that groups: the incidents of two services are one message
// in Slack, which is edited as they change. Nobody acknowledges, so another channel hears of it; once all is acknowledged both
// show that.
func TestAGroupIsOneMessageAndEscalates(t *testing.T) {
	slack := slacktest.New()
	t.Cleanup(slack.Close)
	slack.SetChannel(slacktest.Channel{ID: "C0BOSS", Name: "boss"})
	p := newParts(t, 2)
	conf := p.configuration(fmt.Sprintf(`
receivers:
  - {name: oncall, slack: {token: "%[1]s", channel: "#oncall", api_url: "%[2]s"}}
  - {name: boss, slack: {token: "%[1]s", channel: "#boss", api_url: "%[2]s"}}
routes:
  - name: main
    match: kind == "secret"
    receivers: [oncall]
    mention: [S0123ABCD]
    group_by: [kind]
    group_wait: 2s
    group_interval: 1s
    escalate: [{after: 8s, receivers: [boss]}]
`, slack.Token, slack.URL))
	a, _, _ := startApp(t, conf, "")
	b, _, _ := startApp(t, conf, "")
	leak := func(service string) string {
		return fmt.Sprintf(`{"time":%q,"level":"info","service":%q,"msg":"dial redis://:Qw8eRt5yUi2oPa7s@cache-1:6379/0"}`, now(), service)
	}
	produce(t, p.kafka, p.topic, []string{leak("basket"), leak("payments")})

	in := func(channel string) []slacktest.Message {
		var out []slacktest.Message
		for _, m := range slack.Messages() {
			if m.Channel == channel {
				out = append(out, m)
			}
		}
		return out
	}
	both := func(channel string) (bool, string) {
		list := in(channel)
		text := fmt.Sprint(list)
		if len(list) == 1 {
			text = string(list[0].Blocks)
		}
		return len(list) == 1 && strings.Contains(text, "2 incidents") && strings.Contains(text, "basket") && strings.Contains(text, "payments"), text
	}
	eventually(t, 60*time.Second, "one message for both", func() (bool, string) { return both("C0ONCALL") })
	eventually(t, 60*time.Second, "the escalation", func() (bool, string) { return both("C0BOSS") })
	if text := string(in("C0BOSS")[0].Blocks); !strings.Contains(text, "S0123ABCD") {
		t.Errorf("the escalation mentions nobody: %s", text)
	}

	var list struct{ Incidents []struct{ ID string } }
	get(t, a.URL()+"/api/v1/incidents?kind=secret", &list)
	if len(list.Incidents) != 2 {
		t.Fatalf("incidents: %+v", list)
	}
	for i, x := range list.Incidents {
		base := []string{a.URL(), b.URL()}[i]
		send(t, http.MethodPost, base+"/api/v1/incidents/"+x.ID+"/acknowledge", `{"actor":"ann"}`, http.StatusOK, nil)
	}
	for _, channel := range []string{"C0ONCALL", "C0BOSS"} {
		eventually(t, 60*time.Second, "both are acknowledged in "+channel, func() (bool, string) {
			list := in(channel)
			text := fmt.Sprint(list)
			return len(list) == 1 && strings.Contains(string(list[0].Blocks), "2 acknowledged"), text
		})
	}
	res, err := http.Get(b.URL() + "/incidents/" + list.Incidents[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Who is told", "In the group secret with 2 incidents."} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the incident's page lacks %q", want)
		}
	}
}
