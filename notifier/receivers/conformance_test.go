package receivers_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/notifier/receivers"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
)

const planted = notifier.Secret(receivertest.Planted)

// kinds are the receivers that are tested against a peer of this package, with what reaches it at base.
var kinds = []struct {
	name   string
	peer   func() *peer
	config func(base string) notifier.ReceiverConfig
}{
	{"pagerduty", pagerDuty, func(base string) notifier.ReceiverConfig {
		return notifier.ReceiverConfig{PagerDuty: &notifier.PagerDutyConfig{RoutingKey: planted, URL: base + "/v2/enqueue"}}
	}},
	{"opsgenie", opsGenie, func(base string) notifier.ReceiverConfig {
		return notifier.ReceiverConfig{Opsgenie: &notifier.OpsgenieConfig{APIKey: planted, URL: base}}
	}},
	{"alertmanager", alertManager, func(base string) notifier.ReceiverConfig {
		return notifier.ReceiverConfig{Alertmanager: &notifier.AlertmanagerConfig{URL: notifier.Secret(base) + "/" + planted, Token: planted, Labels: map[string]string{"from": "tocsin"}}}
	}},
	{"teams", teamsWorkflow, func(base string) notifier.ReceiverConfig {
		return notifier.ReceiverConfig{Teams: &notifier.TeamsConfig{URL: notifier.Secret(base) + "/workflows/1?sig=" + planted}}
	}},
	{"discord", discordHook, func(base string) notifier.ReceiverConfig {
		return notifier.ReceiverConfig{Discord: &notifier.DiscordConfig{URL: notifier.Secret(base) + "/api/webhooks/1/" + planted}}
	}},
	{"telegram", telegramBot, func(base string) notifier.ReceiverConfig {
		return notifier.ReceiverConfig{Telegram: &notifier.TelegramConfig{Token: "123:" + planted, Chat: "-100200", URL: base}}
	}},
	{"grafana", grafanaServer, func(base string) notifier.ReceiverConfig {
		return notifier.ReceiverConfig{Grafana: &notifier.GrafanaConfig{URL: notifier.Secret(base), Token: planted, Dashboard: "abc-1"}}
	}},
	{"ntfy", ntfyServer, func(base string) notifier.ReceiverConfig {
		return notifier.ReceiverConfig{Ntfy: &notifier.NtfyConfig{URL: notifier.Secret(base), Topic: planted, Token: planted}}
	}},
}

func build(t *testing.T, rc notifier.ReceiverConfig) notifier.Receiver {
	t.Helper()
	rc.Name = "r"
	c := notifier.Config{Receivers: []notifier.ReceiverConfig{rc}}
	if p := c.Validate(); len(p) > 0 {
		t.Fatal(p)
	}
	built, err := receivers.Build(c, receivers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return built["r"]
}

func TestConformance(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			receivertest.Run(t, receivertest.Subject{
				New: func(t *testing.T, base string) notifier.Receiver { return build(t, k.config(base)) },
				OK:  k.peer().ServeHTTP,
			})
		})
	}
}

func TestEveryKindIsKnownByItsKey(t *testing.T) {
	for _, k := range kinds {
		if rc := k.config("http://h.example"); rc.Kind() != k.name || rc.Target() == "" || strings.Contains(rc.Target(), receivertest.Planted) {
			t.Errorf("%s: kind %q, target %q", k.name, rc.Kind(), rc.Target())
		}
	}
}

// TestAnyIncidentIsTaken sends hostile and empty incidents of every kind in every state: a peer that holds the rules of
// its service takes each.
func TestAnyIncidentIsTaken(t *testing.T) {
	const spiteful = "<!channel> @everyone **b** `x` ```y``` [a](https://evil.example) &lt; \u202e\x1b[31m\x00 \xff"
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			srv := httptest.NewServer(k.peer())
			defer srv.Close()
			r := build(t, k.config(srv.URL))
			for _, kind := range detector.Kinds() {
				for _, s := range []string{"", spiteful, strings.Repeat(spiteful+" 😀 ", 20)} {
					for _, event := range receivertest.Events() {
						m := receivertest.Message(event)
						in := &m.Incident
						in.Kind, in.Service, in.Environment, in.Template, in.Reason, in.Assignee = kind, s, s, s, s, s
						in.Rule = &detector.RuleFacts{Name: s, Limit: s, Labels: map[string]string{"1 " + spiteful: s, "team": s}, By: map[string]string{s: s}}
						in.Samples = []detector.Sample{{Text: s, Host: s}, {Text: s + "2"}, {Text: s + "3"}}
						in.Hidden, in.Hosts, in.Unit = &detector.Hidden{Template: s, Host: s}, []string{s}, s
						if _, _, err := r.Send(t.Context(), m); err != nil {
							t.Fatalf("%s %s with %d bytes: %v", kind, event, len(s), err)
						}
					}
				}
			}
		})
	}
}

// TestAnyGroupIsTaken sends groups of every sort and size, with hostile text in every field, for every event.
func TestAnyGroupIsTaken(t *testing.T) {
	const spiteful = "<!channel> @everyone **b** `x` ```y``` [a](https://evil.example) &lt; \u202e\x1b[31m\x00 \xff"
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			srv := httptest.NewServer(k.peer())
			defer srv.Close()
			r := build(t, k.config(srv.URL))
			for _, sort := range []plan.Sort{plan.Shared, plan.Daily, plan.Over, plan.Held} {
				for _, n := range []int{1, 2, plan.MaxItems + 7} {
					for _, text := range []string{"", spiteful, strings.Repeat(spiteful+" 😀 ", 20)} {
						for _, event := range receivertest.Events() {
							if _, _, err := r.Send(t.Context(), receivertest.Grouped(event, sort, n, text)); err != nil {
								t.Fatalf("%s of %d, %s with %d bytes: %v", sort, n, event, len(text), err)
							}
						}
					}
				}
			}
		})
	}
}

// TestAGroupIsOneAlert sends the life of a group: the peer knows it again by the group, and each opening and reminder reaches it.
func TestAGroupIsOneAlert(t *testing.T) {
	const thread = "g0123456789abcdef01234567"
	for name, want := range map[string]string{
		"pagerduty": "tocsin-" + thread + "; tocsin-" + thread + "; tocsin-" + thread, "opsgenie": "tocsin-" + thread + "; tocsin-" + thread + "; /close",
	} {
		for _, k := range kinds {
			if k.name != name {
				continue
			}
			p := k.peer()
			srv := httptest.NewServer(p)
			r := build(t, k.config(srv.URL))
			var got []string
			for _, event := range []detector.ChangeEvent{detector.ChangeOpened, plan.Reminded, detector.ChangeResolved} {
				if _, _, err := r.Send(t.Context(), receivertest.Grouped(event, plan.Shared, 3, "x")); err != nil {
					t.Fatal(err)
				}
			}
			for _, c := range p.taken() {
				switch {
				case c.Body["dedup_key"] != nil:
					got = append(got, c.Body["dedup_key"].(string))
				case c.Body["alias"] != nil:
					got = append(got, c.Body["alias"].(string))
				default:
					got = append(got, c.Path[strings.LastIndex(c.Path, "/"):])
				}
			}
			srv.Close()
			if strings.Join(got, "; ") != want {
				t.Errorf("%s: %v, want %s", name, got, want)
			}
		}
	}
}
