package notifier_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// monday is 12:00 in Berlin.
var monday = time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)

func minutes(n int) detector.Duration { return detector.Duration(time.Duration(n) * time.Minute) }

func planned(t *testing.T, c notifier.Config, ch detector.Change) plan.Plan {
	t.Helper()
	r, err := notifier.NewRouter(c, notifier.RouterOptions{Now: func() time.Time { return monday }})
	if err != nil {
		t.Fatal(err)
	}
	return r.Route(ch)
}

func TestARouteThatKeepsStateSaysHow(t *testing.T) {
	c := config(
		notifier.RouteConfig{Match: `kind == "secret"`, Receivers: []string{"security"}, Mention: []string{"U123"}, Continue: true},
		notifier.RouteConfig{
			Name: "all", Receivers: []string{"security", "oncall"}, GroupBy: []string{"service", "labels.team"}, Repeat: minutes(60), Budget: 20,
			MuteTimes: []string{"noon"}, Escalate: []notifier.EscalateConfig{{After: minutes(15), Receivers: []string{"chat"}}}, Mention: []string{"here"},
		},
	)
	c.TimeZone = "Europe/Berlin"
	c.Calendars = map[string][]notifier.CalendarConfig{"noon": {{Times: []string{"11:30-13:00"}}}}
	leak := page(func(in *detector.Incident) {
		in.Kind, in.Rule = detector.KindSecret, &detector.RuleFacts{Labels: map[string]string{"team": "payments"}}
	})
	p := planned(t, c, detector.Change{Event: detector.ChangeOpened, Incident: leak})
	var told []string
	for _, n := range p.Tell {
		told = append(told, n.Receiver+" "+strings.Join(n.Mention, ","))
	}
	if diff := cmp.Diff([]string{"inbox ", "security U123"}, told); diff != "" {
		t.Errorf("told at once (-want +got):\n%s", diff)
	}
	want := []plan.Take{{
		Policy: plan.Policy{
			Route: "all", Receivers: []string{"oncall"}, Mention: []string{"here"}, Wait: 30 * time.Second, Interval: 5 * time.Minute,
			Repeat: time.Hour, Steps: []plan.Step{{After: 15 * time.Minute, Receivers: []string{"chat"}}},
			MutedUntil: monday.Add(time.Hour), Budget: 20, Week: monday.Add(-12 * time.Hour),
		},
		Labels: map[string]string{"service": "checkout", "labels.team": "payments"}, Exempt: true,
	}}
	if diff := cmp.Diff(want, p.Takes); diff != "" {
		t.Errorf("takes (-want +got):\n%s", diff)
	}
	if p := planned(t, c, detector.Change{Event: detector.ChangeOpened, Incident: page(func(in *detector.Incident) { in.Silenced = true })}); len(p.Takes)+len(p.Tell) != 0 {
		t.Errorf("what is silenced is taken: %+v", p)
	}
}

func TestADigestTakesNotices(t *testing.T) {
	c := config(notifier.RouteConfig{Receivers: []string{"chat"}, Digest: &notifier.DigestConfig{At: "09:00", Zone: "Europe/Berlin"}})
	notice := page(func(in *detector.Incident) { in.Severity, in.Page = detector.SeverityNotice, false })
	p := planned(t, c, detector.Change{Event: detector.ChangeOpened, Incident: notice})
	if len(p.Takes) != 1 || !p.Takes[0].DigestAt.Equal(monday.Add(21*time.Hour)) {
		t.Errorf("a notice: %+v", p.Takes)
	}
	notice.Kind = detector.KindLoss
	if p := planned(t, c, detector.Change{Event: detector.ChangeOpened, Incident: notice}); len(p.Takes) != 1 || !p.Takes[0].DigestAt.IsZero() {
		t.Errorf("lost input is collapsed: %+v", p.Takes)
	}
	if p := planned(t, c, detector.Change{Event: detector.ChangeOpened, Incident: page(nil)}); len(p.Takes) != 0 {
		t.Errorf("a page is taken by a digest: %+v", p.Takes)
	}
}

func TestFaultsOfRoutes(t *testing.T) {
	second := func(n int) *detector.Duration { d := detector.Duration(time.Duration(n) * time.Second); return &d }
	step := func(after int, names ...string) notifier.EscalateConfig {
		return notifier.EscalateConfig{After: minutes(after), Receivers: names}
	}
	to := func(change func(*notifier.RouteConfig)) []notifier.RouteConfig {
		r := notifier.RouteConfig{Receivers: []string{"oncall"}}
		change(&r)
		return []notifier.RouteConfig{r}
	}
	for _, c := range []struct {
		name   string
		routes []notifier.RouteConfig
		want   string // path: part of the text
	}{
		{"good", to(func(r *notifier.RouteConfig) {
			r.Escalate = []notifier.EscalateConfig{step(1, "chat"), step(2, "chat")}
		}), ""},
		{"unknown calendar", to(func(r *notifier.RouteConfig) { r.MuteTimes = []string{"night"} }), `routes[0].mute_times[0]: there is no calendar "night"`},
		{"unknown label", to(func(r *notifier.RouteConfig) { r.GroupBy = []string{"servcie"} }), `routes[0].group_by[0]: "servcie" is no label`},
		{"a wait without a group", to(func(r *notifier.RouteConfig) { r.GroupWait = second(10) }), "routes[0].group_wait: there is no group"},
		{"too long a wait", to(func(r *notifier.RouteConfig) { r.GroupBy, r.GroupWait = []string{"kind"}, second(4000) }), "routes[0].group_wait: "},
		{"escalation before the group is told", to(func(r *notifier.RouteConfig) {
			r.GroupBy, r.GroupWait, r.Escalate = []string{"kind"}, second(120), []notifier.EscalateConfig{step(2, "chat")}
		}), "routes[0].escalate[0].after: 2m is not longer than group_wait"},
		{"escalation to nobody", to(func(r *notifier.RouteConfig) { r.Escalate = []notifier.EscalateConfig{step(2)} }), "routes[0].escalate[0].receivers: nobody"},
		{"escalation to whom nobody knows", to(func(r *notifier.RouteConfig) { r.Escalate = []notifier.EscalateConfig{step(2, "chta")} }), `routes[0].escalate[0].receivers[0]: there is no receiver "chta"`},
		{"steps out of order", to(func(r *notifier.RouteConfig) {
			r.Escalate = []notifier.EscalateConfig{step(9, "chat"), step(5, "chat")}
		}), "routes[0].escalate[1].after: 5m is not later"},
		{"a repeat of a second", to(func(r *notifier.RouteConfig) { r.Repeat = detector.Duration(time.Second) }), "routes[0].repeat: 1s"},
		{"a budget below nothing", to(func(r *notifier.RouteConfig) { r.Budget = -1 }), "routes[0].budget: -1"},
		{"nobody to mention", to(func(r *notifier.RouteConfig) { r.Mention = []string{"@ann"} }), `routes[0].mention[0]: "@ann" cannot`},
		{"no time of day", to(func(r *notifier.RouteConfig) { r.Digest = &notifier.DigestConfig{At: "9"} }), `routes[0].digest.at: "9"`},
		{"no zone", to(func(r *notifier.RouteConfig) { r.Digest = &notifier.DigestConfig{At: "09:00", Zone: "Berlin"} }), "routes[0].digest.zone: "},
		{"a digest that calls", to(func(r *notifier.RouteConfig) { r.Digest, r.Repeat = &notifier.DigestConfig{At: "09:00"}, minutes(60) }), "routes[0].repeat: a digest calls nobody"},
		{"one name twice", []notifier.RouteConfig{
			{Name: "a", Match: `service == "x"`, Receivers: []string{"chat"}}, {Name: "a", Receivers: []string{"chat"}},
		}, `routes[1].name: two routes have the name "a"`},
		{"unreachable", []notifier.RouteConfig{{Receivers: []string{"chat"}}, {Match: `service == "x"`, Receivers: []string{"oncall"}}}, "routes[1]: no incident comes to this route: routes[0]"},
		{"unreachable by two", []notifier.RouteConfig{
			{Receivers: []string{"chat"}},
			{Severities: []detector.Severity{"notice"}, Receivers: []string{"chat"}},
			{Severities: []detector.Severity{"page", "notice"}, Match: "reopened > 0", Receivers: []string{"oncall"}},
		}, "routes[2]: no incident comes to this route: routes[1]"},
		{"the same expression twice", []notifier.RouteConfig{
			{Match: `service == "x"`, Receivers: []string{"chat"}}, {Match: ` service == "x"`, Receivers: []string{"oncall"}},
		}, "routes[1]: no incident comes"},
		{"another severity", []notifier.RouteConfig{
			{Receivers: []string{"chat"}}, {Severities: []detector.Severity{"notice"}, Receivers: []string{"oncall"}},
		}, ""},
		{"it goes on", []notifier.RouteConfig{{Receivers: []string{"chat"}, Continue: true}, {Receivers: []string{"oncall"}}}, ""},
		{"a bomb", to(func(r *notifier.RouteConfig) { r.Match = `all(1..1000000000, # > 0)` }), "routes[0].match: "},
	} {
		problems := config(c.routes...).Validate()
		switch {
		case c.want == "" && len(problems) > 0:
			t.Errorf("%s: %v", c.name, problems)
		case c.want != "" && (len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), c.want)):
			t.Errorf("%s: %v, want %s…", c.name, problems, c.want)
		}
	}
}

func TestFaultsOfCalendars(t *testing.T) {
	for name, c := range map[string]struct {
		parts []notifier.CalendarConfig
		want  string
	}{
		"empty":  {nil, "calendars.x: it has no times"},
		"always": {[]notifier.CalendarConfig{{Weekdays: []string{"mon-fri"}}, {Weekdays: []string{"sat-sun"}}}, "calendars.x: it is never over"},
		"zone":   {[]notifier.CalendarConfig{{Weekdays: []string{"sat"}, Zone: "Mars/Base"}}, `calendars.x[0].zone: the zone "Mars/Base" is unknown`},
		"times":  {[]notifier.CalendarConfig{{Weekdays: []string{"sat"}}, {Times: []string{"8:00-9:00", "late"}}}, `calendars.x[1].times[1]: "late"`},
	} {
		conf := config()
		conf.Calendars = map[string][]notifier.CalendarConfig{"x": c.parts}
		if problems := conf.Validate(); len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), c.want) {
			t.Errorf("%s: %v, want %s…", name, problems, c.want)
		}
	}
}
