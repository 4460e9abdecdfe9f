package notifier

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/selector"
	"github.com/tocsin-io/tocsin/notifier/calendar"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// What a group waits for where its route says nothing.
const (
	defaultGroupWait     = 30 * time.Second
	defaultGroupInterval = plan.Rest
)

// route is a compiled route.
type route struct {
	RouteConfig
	name   string
	match  *selector.Selector
	mutes  calendar.Calendar
	zone   *time.Location // of its weeks
	digest struct {
		minute int
		zone   *time.Location
	}
}

// newRoute compiles a route of a configuration that Validate found good.
func newRoute(c Config, i int, rc RouteConfig) (route, error) {
	rt := route{RouteConfig: rc, name: routeName(i, rc)}
	var err error
	if rt.match, err = selector.Compile(rc.Match); err != nil {
		return rt, fmt.Errorf("match: %w", err)
	}
	if rt.zone, err = calendar.Zone(c.TimeZone); err != nil {
		return rt, err
	}
	rt.Severities = severities(rc)
	for _, name := range rc.MuteTimes {
		for _, part := range c.Calendars[name] {
			p, faults := calendar.Parse(c.spec(part))
			if len(faults) > 0 {
				return rt, fmt.Errorf("calendar %s: %s", name, faults[0].Text)
			}
			rt.mutes = append(rt.mutes, p)
		}
	}
	if d := rc.Digest; d != nil {
		rt.digest.minute, _ = calendar.Minute(d.At)
		if rt.digest.zone, err = calendar.Zone(cmp.Or(d.Zone, c.TimeZone)); err != nil {
			return rt, err
		}
	}
	return rt, nil
}

// routeName is by what the state of a route is kept.
func routeName(i int, rc RouteConfig) string {
	return cmp.Or(rc.Name, fmt.Sprintf("routes[%d]", i))
}

func severities(rc RouteConfig) []detector.Severity {
	switch {
	case len(rc.Severities) > 0:
		return rc.Severities
	case rc.Digest != nil:
		return []detector.Severity{detector.SeverityNotice}
	}
	return []detector.Severity{detector.SeverityPage}
}

func (c Config) spec(p CalendarConfig) calendar.Spec {
	return calendar.Spec{Weekdays: p.Weekdays, Dates: p.Dates, Times: p.Times, Zone: cmp.Or(p.Zone, c.TimeZone)}
}

// keepsState reports whether the route has to remember something.
func (rc *RouteConfig) keepsState() bool {
	return len(rc.GroupBy)+len(rc.MuteTimes)+len(rc.Escalate) > 0 || rc.Repeat > 0 || rc.Budget > 0 || rc.Digest != nil
}

// policy is the route as the clock stands.
func (rt *route) policy(now time.Time) plan.Policy {
	p := plan.Policy{
		Route: rt.name, Receivers: rt.Receivers, Mention: rt.Mention, Repeat: time.Duration(rt.Repeat), Budget: rt.Budget,
		Week: calendar.Week(now, rt.zone),
	}
	if len(rt.GroupBy) > 0 {
		p.Wait, p.Interval = durationOr(rt.GroupWait, defaultGroupWait), durationOr(rt.GroupInterval, defaultGroupInterval)
	}
	for _, e := range rt.Escalate {
		p.Steps = append(p.Steps, plan.Step{After: time.Duration(e.After), Receivers: e.Receivers})
	}
	if until := rt.mutes.Until(now); until.After(now) {
		p.MutedUntil = until
	}
	if rt.Digest != nil {
		p.DigestAt = calendar.Daily(now, rt.digest.minute, rt.digest.zone)
	}
	return p
}

func durationOr(d *detector.Duration, or time.Duration) time.Duration {
	if d == nil {
		return or
	}
	return time.Duration(*d)
}

// assign says for an incident that the route takes whom it tells: those that no earlier route has taken.
func (rt *route) assign(in *detector.Incident, now func() time.Time, wait time.Time, taken map[string]bool, tell map[string][]string, p *plan.Plan) {
	var receivers []string
	for _, name := range rt.Receivers {
		if !taken[name] {
			taken[name] = true
			receivers = append(receivers, name)
		}
	}
	if !rt.keepsState() {
		for _, name := range receivers {
			tell[name] = rt.Mention
		}
		return
	}
	if len(receivers) == 0 {
		return
	}
	t := plan.Take{Policy: rt.policy(now()), Exempt: exempt(in), NotBefore: wait}
	t.Receivers = receivers
	if t.Exempt {
		t.DigestAt = time.Time{}
	}
	if len(rt.GroupBy) > 0 {
		t.Labels = map[string]string{}
		for _, name := range rt.GroupBy {
			t.Labels[name] = labelOf(in, name)
		}
	}
	p.Takes = append(p.Takes, t)
}

// exempt reports whether an incident is never collapsed: secrets and lost input.
func exempt(in *detector.Incident) bool {
	return in.Kind.Critical()
}

// groupLabels are the labels by which incidents are grouped, besides those of rules.
var groupLabels = map[string]func(in *detector.Incident) string{
	"service":     func(in *detector.Incident) string { return in.Service },
	"environment": func(in *detector.Incident) string { return in.Environment },
	"kind":        func(in *detector.Incident) string { return string(in.Kind) },
	"severity":    func(in *detector.Incident) string { return string(in.Severity) },
	"level":       func(in *detector.Incident) string { return in.Level.String() },
	"template":    func(in *detector.Incident) string { return in.TemplateID },
	"rule": func(in *detector.Incident) string {
		if in.Rule == nil {
			return ""
		}
		return in.Rule.Name
	},
	"host": func(in *detector.Incident) string { // one that several hosts show is of none
		if len(in.Hosts) != 1 || in.HostCount > 1 {
			return ""
		}
		return in.Hosts[0]
	},
}

func groupLabelNames() []string { return slices.Sorted(maps.Keys(groupLabels)) }

// labelOf is the value of a label: service, host…, or labels.NAME of a rule.
func labelOf(in *detector.Incident, name string) string {
	if f, ok := groupLabels[name]; ok {
		return f(in)
	}
	if in.Rule == nil {
		return ""
	}
	name = strings.TrimPrefix(name, "labels.")
	return cmp.Or(in.Rule.Labels[name], in.Rule.By[name])
}
