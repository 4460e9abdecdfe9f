package notifier_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
)

func config(routes ...notifier.RouteConfig) notifier.Config {
	hook := func(name string) notifier.ReceiverConfig {
		return notifier.ReceiverConfig{Name: name, Webhook: &notifier.WebhookConfig{URL: "https://hooks.example/" + notifier.Secret(name)}}
	}
	return notifier.Config{Receivers: []notifier.ReceiverConfig{hook("oncall"), hook("security"), hook("chat")}, Routes: routes}
}

func page(change func(*detector.Incident)) *detector.Incident {
	in := &detector.Incident{
		ID: "i1", Kind: detector.KindErrorSpike, Service: "checkout", Environment: "production", Level: detector.LevelError,
		Severity: detector.SeverityPage, Status: detector.StatusOpen, Page: true,
	}
	if change != nil {
		change(in)
	}
	return in
}

func told(t *testing.T, c notifier.Config, ch detector.Change) []string {
	t.Helper()
	r, err := notifier.NewRouter(c, notifier.RouterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range r.Route(ch).Tell {
		if n.Event != ch.Event || n.Incident.ID != ch.Incident.ID {
			t.Errorf("%+v", n)
		}
		out = append(out, n.Receiver)
	}
	return out
}

func TestRoute(t *testing.T) {
	routes := []notifier.RouteConfig{
		{Match: `kind == "secret"`, Receivers: []string{"security"}, Continue: true},
		{Match: `severity == "notice"`, Severities: []detector.Severity{"notice"}, Receivers: []string{"chat"}},
		{Match: `service == "batch" || labels.team == "data"`, Receivers: nil},
		{Match: `level >= error && environment == "production"`, Receivers: []string{"oncall"}},
		{Match: `level >= "warn"`, Receivers: []string{"chat"}},
	}
	for _, c := range []struct {
		name   string
		event  detector.ChangeEvent
		change func(*detector.Incident)
		quiet  bool
		want   string
	}{
		{"page", detector.ChangeOpened, nil, false, "inbox oncall"},
		{"reopened", detector.ChangeReopened, nil, false, "inbox oncall"},
		{"resolved", detector.ChangeResolved, nil, false, "inbox oncall"},
		{"lower level", detector.ChangeOpened, func(in *detector.Incident) { in.Level = detector.LevelWarn }, false, "chat inbox"},
		{"nothing matches", detector.ChangeOpened, func(in *detector.Incident) { in.Level = detector.LevelInfo }, false, "inbox"},
		{"continue", detector.ChangeOpened, func(in *detector.Incident) { in.Kind = detector.KindSecret }, false, "inbox oncall security"},
		{"notice", detector.ChangeOpened, func(in *detector.Incident) { in.Severity, in.Page = detector.SeverityNotice, false }, false, "chat inbox"},
		{"record", detector.ChangeOpened, func(in *detector.Incident) { in.Severity = detector.SeverityRecord }, false, ""},
		{"a route to nobody ends it", detector.ChangeOpened, func(in *detector.Incident) { in.Service = "batch" }, false, "inbox"},
		{"labels of a rule", detector.ChangeOpened, func(in *detector.Incident) {
			in.Rule = &detector.RuleFacts{Name: "r", Labels: map[string]string{"team": "data"}}
		}, false, "inbox"},
		{"quiet", detector.ChangeOpened, nil, true, ""},
		{"explained", detector.ChangeOpened, func(in *detector.Incident) { in.ExplainedBy, in.Page = "i0", false }, false, ""},
		{"silenced", detector.ChangeOpened, func(in *detector.Incident) { in.Silenced = true }, false, ""},
		{"marked", detector.ChangeOpened, func(in *detector.Incident) { in.Muted = &detector.Muted{As: "noise", Why: "noise"} }, false, ""},
		{"held back", detector.ChangeOpened, func(in *detector.Incident) { in.Page = false }, false, ""},
		{"explained after it had paged", detector.ChangeResolved, func(in *detector.Incident) {
			in.ExplainedBy = "i0"
			in.Timeline = []detector.Entry{{Kind: detector.EntryPaged, Actor: "oncall"}, {Kind: detector.EntryPaged, Actor: "removed"}}
		}, false, "oncall"},
		{"paged by routes of before", detector.ChangeAcknowledged, func(in *detector.Incident) {
			in.Timeline = []detector.Entry{{Kind: detector.EntryPaged, Actor: "security"}}
		}, false, "inbox oncall security"},
	} {
		got := told(t, config(routes...), detector.Change{Event: c.event, Incident: page(c.change), Quiet: c.quiet})
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: told %v, want %q", c.name, got, c.want)
		}
	}
}

func TestWithoutRoutesEveryPageGoesToEveryReceiver(t *testing.T) {
	if got := told(t, config(), detector.Change{Event: detector.ChangeOpened, Incident: page(nil)}); !slices.Equal(got, []string{"chat", "inbox", "oncall", "security"}) {
		t.Errorf("a page: %v", got)
	}
	notice := page(func(in *detector.Incident) { in.Severity, in.Page = detector.SeverityNotice, false })
	if got := told(t, config(), detector.Change{Event: detector.ChangeOpened, Incident: notice}); !slices.Equal(got, []string{"inbox"}) {
		t.Errorf("a notice: %v", got)
	}
	if got := told(t, notifier.Config{}, detector.Change{Event: detector.ChangeOpened, Incident: page(nil)}); !slices.Equal(got, []string{"inbox"}) {
		t.Errorf("without receivers: %v", got)
	}
}

func TestPagesOfDetectorsWaitToSettle(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	r, err := notifier.NewRouter(config(), notifier.RouterOptions{Settle: 5 * time.Second, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind  detector.Kind
		event detector.ChangeEvent
		want  time.Time
	}{
		{detector.KindSurge, detector.ChangeOpened, now.Add(5 * time.Second)},
		{detector.KindSurge, detector.ChangeResolved, time.Time{}},
		{detector.KindRule, detector.ChangeOpened, time.Time{}},
		{detector.KindSecret, detector.ChangeOpened, time.Time{}},
	} {
		for _, n := range r.Route(detector.Change{Event: c.event, Incident: page(func(in *detector.Incident) { in.Kind = c.kind })}).Tell {
			if !n.NotBefore.Equal(c.want) {
				t.Errorf("%s %s to %s: not before %v, want %v", c.kind, c.event, n.Receiver, n.NotBefore, c.want)
			}
		}
	}
	if _, err := notifier.NewRouter(config(), notifier.RouterOptions{Settle: time.Second}); err == nil {
		t.Error("a wait without a clock is taken")
	}
}

func TestReloadKeepsTheOldRoutesOnAnError(t *testing.T) {
	r, err := notifier.NewRouter(config(), notifier.RouterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Reload(config(notifier.RouteConfig{Match: "servcie == 1"})); err == nil {
		t.Fatal("a bad route is taken")
	}
	ch := detector.Change{Event: detector.ChangeOpened, Incident: page(nil)}
	if n := len(r.Route(ch).Tell); n != 4 {
		t.Errorf("%d are told by the old routes, want 4", n)
	}
	if err := r.Reload(config(notifier.RouteConfig{Receivers: []string{"chat"}})); err != nil {
		t.Fatal(err)
	}
	if n := len(r.Route(ch).Tell); n != 2 {
		t.Errorf("%d are told by the new routes, want 2", n)
	}
}

func TestExplainSaysWhatRouteDoes(t *testing.T) {
	r, err := notifier.NewRouter(config(
		notifier.RouteConfig{Match: `service == "search"`, Receivers: []string{"chat"}},
		notifier.RouteConfig{Severities: []detector.Severity{"notice"}, Receivers: []string{"chat"}},
		notifier.RouteConfig{Receivers: []string{"oncall"}, Continue: true},
		notifier.RouteConfig{Match: `reopened == 0`, Receivers: []string{"security"}},
		notifier.RouteConfig{Receivers: []string{"chat"}},
	), notifier.RouterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var receivers []string
	for _, s := range r.Explain(page(nil)) {
		got = append(got, s.Reason)
		if s.Takes {
			receivers = append(receivers, s.Receivers...)
		}
	}
	want := []string{
		"the inbox gets every message", "its expression does not hold: service == \"search\" is false", "it does not take the severity page",
		"it matches everything; the next route is looked at too", "its expression holds: reopened == 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if !slices.Equal(receivers, []string{"inbox", "oncall", "security"}) {
		t.Errorf("%v", receivers)
	}
	steps := r.Explain(page(func(in *detector.Incident) { in.ExplainedBy = "i0" }))
	if len(steps) != 1 || !strings.Contains(steps[0].Reason, "i0 explains it") {
		t.Errorf("%+v", steps)
	}
}
