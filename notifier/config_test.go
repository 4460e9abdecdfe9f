package notifier_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
)

func TestValidate(t *testing.T) {
	var c notifier.Config
	err := yaml.UnmarshalWithOptions([]byte(`
receivers:
  - {name: oncall, slack: {token: xoxb-1, channel: "#oncall", mention: S123}}
  - {name: oncall, slack: {token: hunter2, channel: oncall, mention: "@here"}}
  - {name: inbox, webhook: {url: "https://hooks.example/x"}}
  - {name: "a b", webhook: {url: "ftp://hooks.example/x", headers: {Idempotency-Key: x}}}
  - {name: none}
  - {name: pd, pagerduty: {routing_key: ""}}
  - {name: tg, telegram: {token: "1:abc", chat: "on call"}}
  - {name: mail, email: {server: mail.example.com, tls: none, password: hunter2, from: nobody, to: []}}
  - {name: ok1, opsgenie: {api_key: k, url: "https://api.eu.opsgenie.com"}}
  - {name: ok2, alertmanager: {url: "http://am:9093", labels: {from: tocsin}}}
  - {name: ok3, email: {server: "mail.example.com:587", username: u, password: p, from: "tocsin <t@example.com>", to: [a@example.com]}}
  - {name: ok4, ntfy: {topic: t}}
  - {name: ok6, grafana: {url: "https://grafana.example", token: t, dashboard_uid: ad-x_1}}
  - {name: ok5, telegram: {token: "1:abc", chat: "@oncall"}}
  - {name: both, webhook: {url: "https://hooks.example/x"}, slack_webhook: {url: ""}}
routes:
  - {match: 'service == "checkout" && level >= error', receivers: [oncall]}
  - {match: 'servcie == "checkout"', receivers: [nobody], severities: [record]}
  - {match: 'service + 1', receivers: [inbox]}
`), &c, yaml.Strict())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range c.Validate() {
		if p.Text == "" || p.Mend == "" || strings.Contains(p.Error(), "hunter2") {
			t.Errorf("%+v", p)
		}
		got = append(got, p.Path)
	}
	want := []string{
		"receivers[1].name", "receivers[1].slack.token", "receivers[1].slack.channel", "receivers[1].slack.mention", "receivers[2].name",
		"receivers[3].name", "receivers[3].webhook.url", "receivers[3].webhook.headers", "receivers[4]",
		"receivers[5].pagerduty.routing_key", "receivers[6].telegram.chat", "receivers[7].email.server", "receivers[7].email.tls",
		"receivers[7].email.from", "receivers[7].email.to", "receivers[14]",
		"routes[1].match", "routes[1].severities[0]", "routes[1].receivers[0]", "routes[2].match",
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestExpressionsThatCouldRunLongAreRefused(t *testing.T) {
	for _, match := range []string{
		`any(1..90000, true)`, `let a = 1..9000; all(a, all(a, # > 0))`, `all(hosts, # == "a")`, `len(filter(hosts, true)) > 0`,
		`repeat("a", 1000000000) == ""`, `2 ** 3 > 1`, `len(1..100000000) > 0`, strings.Repeat("(", 5000), strings.Repeat(`service == "a" || `, 300) + "true",
		`hosts | map(#) | len() > 0`, `now() != nil`,
	} {
		c := config(notifier.RouteConfig{Match: match, Receivers: []string{"oncall"}})
		if len(c.Validate()) == 0 {
			if _, err := notifier.NewRouter(c, notifier.RouterOptions{}); err == nil {
				t.Errorf("taken: %.60s", match)
			}
		}
	}
}

func TestAnErrorOfAnExpressionShowsWhere(t *testing.T) {
	p := config(notifier.RouteConfig{Match: `service == "a" && servcie == "b"`, Receivers: []string{"oncall"}}).Validate()
	if len(p) != 1 || !strings.Contains(p[0].Text, "servcie") || !strings.Contains(p[0].Text, "^") {
		t.Errorf("%v", p)
	}
}

// FuzzRoute takes any expression: it is refused or evaluated, and never panics.
func FuzzRoute(f *testing.F) {
	for _, s := range []string{`service == "a"`, `level >= warn && labels["x"] != ""`, `"a" in hosts`, `hosts[9] == ""`, `severity matches "^p"`, `lower(service) contains "x"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, match string) {
		r, err := notifier.NewRouter(config(notifier.RouteConfig{Match: match, Receivers: []string{"oncall"}}), notifier.RouterOptions{})
		if err != nil {
			return
		}
		got := r.Route(detector.Change{Event: detector.ChangeOpened, Incident: page(nil)}).Tell
		if len(got) < 1 || len(got) > 2 {
			t.Errorf("%d are told", len(got))
		}
	})
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	const planted = "hunter2-the-password"
	s := notifier.Secret(planted)
	c := notifier.Config{Receivers: []notifier.ReceiverConfig{{Name: "a", Slack: &notifier.SlackConfig{Token: s}, Webhook: &notifier.WebhookConfig{
		URL: "https://h/" + s, Headers: map[string]notifier.Secret{"A": s},
	}}}}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%U", "%e", "%c"} {
		fmt.Fprintf(&out, verb+"\n", s)
		fmt.Fprintf(&out, verb+"\n", []notifier.Secret{s})
		fmt.Fprintf(&out, verb+"\n", struct{ S notifier.Secret }{s})
	}
	fmt.Fprintf(&out, "%+v %+v\n", *c.Receivers[0].Slack, *c.Receivers[0].Webhook)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "s", s, "c", *c.Receivers[0].Slack)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "s", s, "c", c)
	j, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	y, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(j)
	out.Write(y)
	if strings.Contains(out.String(), planted) || strings.Contains(strings.ToLower(out.String()), fmt.Sprintf("%x", planted)) {
		t.Errorf("a secret is printed:\n%s", out.String())
	}
	if s.Reveal() != planted || notifier.Secret("").String() != "" {
		t.Error("Reveal or the empty secret is wrong")
	}
}

func TestScrub(t *testing.T) {
	u := notifier.Secret("https://user:passw0rd@hooks.example/services/T0/B0/abcdefghijkl?key=qwertyuiop")
	for _, text := range []string{
		u.Reveal(), url.QueryEscape(u.Reveal()), "path /services/T0/B0/abcdefghijkl failed", "abcdefghijkl", "?key=qwertyuiop", "passw0rd",
		fmt.Sprintf("%q", u.Reveal()),
	} {
		got := notifier.Scrub(errors.New("it says "+text), u).Error()
		for _, part := range []string{"abcdefghijkl", "qwertyuiop", "passw0rd"} {
			if strings.Contains(got, part) {
				t.Errorf("%q leaves %q", text, got)
			}
		}
		if !strings.HasPrefix(got, "it says ") {
			t.Errorf("%q", got)
		}
	}
	if got := notifier.Scrub(errors.New(strings.Repeat("x", 100_000))); len([]rune(got.Error())) != 300 {
		t.Errorf("%d characters", len(got.Error()))
	}
	if notifier.Scrub(nil) != nil {
		t.Error("no error became one")
	}
}

func TestLinks(t *testing.T) {
	in := &detector.Incident{ID: "../../x?y", Rule: &detector.RuleFacts{Runbook: "javascript:alert(1)"}}
	if l := notifier.LinksOf("https://tocsin.example/base/", in); l.Runbook != "" || strings.Contains(l.Incident, "?") || !strings.HasPrefix(l.Incident, "https://tocsin.example/base/incidents/") {
		t.Errorf("%+v", l)
	}
	in.ID, in.Rule.Runbook = "abc", "https://runbooks.example/x"
	if l := notifier.LinksOf("", in); l.Incident != "" || l.Runbook != "https://runbooks.example/x" {
		t.Errorf("%+v", l)
	}
}

func TestTheSampleIsWhole(t *testing.T) {
	in := notifier.Sample(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC))
	if in.Title == "" || in.Chart == nil || len(in.Samples) < 2 || in.Hidden == nil || !in.Page {
		t.Errorf("%+v", in)
	}
}
