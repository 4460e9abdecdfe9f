package notifier

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/calendar"
)

var (
	routeNames = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9 ._-]{0,62}$`)
	ruleLabel  = regexp.MustCompile(`^labels\.[a-zA-Z_][a-zA-Z0-9_]{0,62}$`)
)

const maxBudget = 100_000

func (v *validation) routes(c Config, receivers map[string]bool) {
	used := map[string]bool{}
	for i, r := range c.Routes {
		path := fmt.Sprintf("routes[%d]", i)
		switch {
		case r.Name != "" && !routeNames.MatchString(r.Name):
			v.add(path+".name", fmt.Sprintf("%q is no name of a route", r.Name), "use letters, digits, spaces, dots, dashes and underscores, 63 at most")
		case used[routeName(i, r)]:
			v.add(path+".name", fmt.Sprintf("two routes have the name %q", r.Name), "give each its own name: the state of a route is kept by it")
		}
		used[routeName(i, r)] = true
		v.route(path, r, receivers)
		v.group(path, r)
		v.times(path, r, c)
		v.escalation(path, r, receivers)
		if j := shadow(c.Routes, i); j >= 0 {
			v.add(path, fmt.Sprintf("no incident comes to this route: routes[%d] takes all of them before", j),
				fmt.Sprintf("put it before routes[%d], or give that one continue: true", j))
		}
	}
}

// shadow is a route before the ith that takes all that it would; -1 where there is none.
func shadow(routes []RouteConfig, i int) int {
	left := slices.Clone(severities(routes[i]))
	for j, r := range routes[:i] {
		if r.Continue || strings.TrimSpace(r.Match) != "" && strings.TrimSpace(r.Match) != strings.TrimSpace(routes[i].Match) {
			continue
		}
		left = slices.DeleteFunc(left, func(s detector.Severity) bool { return slices.Contains(severities(r), s) })
		if len(left) == 0 {
			return j
		}
	}
	return -1
}

func (v *validation) group(path string, r RouteConfig) {
	for i, name := range r.GroupBy {
		if _, ok := groupLabels[name]; !ok && !ruleLabel.MatchString(name) {
			v.add(fmt.Sprintf("%s.group_by[%d]", path, i), fmt.Sprintf("%q is no label", name),
				"use "+strings.Join(groupLabelNames(), ", ")+", or labels.NAME of a rule")
		}
	}
	for _, d := range []struct {
		key   string
		value *detector.Duration
		most  time.Duration
	}{{"group_wait", r.GroupWait, time.Hour}, {"group_interval", r.GroupInterval, 24 * time.Hour}} {
		switch {
		case d.value == nil:
		case len(r.GroupBy) == 0:
			v.add(path+"."+d.key, "there is no group to wait for", "add group_by, or take it out")
		case *d.value < 0 || time.Duration(*d.value) > d.most:
			v.add(path+"."+d.key, fmt.Sprintf("%s is not between 0s and %s", *d.value, detector.Duration(d.most)), "write 30s for group_wait, 5m for group_interval")
		}
	}
	for i, who := range r.Mention {
		if who == "" || !slackMention.MatchString(who) {
			v.add(fmt.Sprintf("%s.mention[%d]", path, i), fmt.Sprintf("%q cannot be mentioned", who), "use here, channel, or the id of a user (U…) or user group (S…)")
		}
	}
	if r.Repeat != 0 && (time.Duration(r.Repeat) < time.Minute || time.Duration(r.Repeat) > 30*24*time.Hour) {
		v.add(path+".repeat", fmt.Sprintf("%s is not between 1m and 30d", r.Repeat), "write how long after a message it is repeated, such as 4h")
	}
	if r.Budget < 0 || r.Budget > maxBudget {
		v.add(path+".budget", fmt.Sprintf("%d is no number of pages a week", r.Budget), "write 1 or more, or take it out")
	}
}

// times checks calendars and digests.
func (v *validation) times(path string, r RouteConfig, c Config) {
	for i, name := range r.MuteTimes {
		if _, ok := c.Calendars[name]; !ok {
			v.add(fmt.Sprintf("%s.mute_times[%d]", path, i), fmt.Sprintf("there is no calendar %q", name), "correct the name or add it to calendars")
		}
	}
	d := r.Digest
	if d == nil {
		return
	}
	if _, ok := calendar.Minute(d.At); !ok {
		v.add(path+".digest.at", fmt.Sprintf("%q is no time of day", d.At), `write it as "09:00"`)
	}
	if _, err := calendar.Zone(d.Zone); err != nil {
		v.add(path+".digest.zone", err.Error(), "write a name such as Europe/Berlin, or UTC")
	}
	for _, x := range []struct {
		key   string
		given bool
	}{
		{"group_by", len(r.GroupBy) > 0},
		{"repeat", r.Repeat != 0},
		{"mute_times", len(r.MuteTimes) > 0},
		{"escalate", len(r.Escalate) > 0},
		{"budget", r.Budget != 0},
	} {
		if x.given {
			v.add(path+"."+x.key, "a digest calls nobody, so it has no "+x.key, "make a route of its own for the digest")
		}
	}
}

func (v *validation) escalation(path string, r RouteConfig, receivers map[string]bool) {
	for i, e := range r.Escalate {
		at := fmt.Sprintf("%s.escalate[%d]", path, i)
		wait := time.Duration(0)
		if len(r.GroupBy) > 0 {
			wait = durationOr(r.GroupWait, defaultGroupWait)
		}
		switch after := time.Duration(e.After); {
		case after < time.Second || after > 7*24*time.Hour:
			v.add(at+".after", fmt.Sprintf("%s is not between 1s and 7d", e.After), "write how long nobody may have acknowledged, such as 15m")
		case after <= wait:
			v.add(at+".after", fmt.Sprintf("%s is not longer than group_wait, %s: the first receivers would not have been told", e.After, detector.Duration(wait)),
				"wait longer here, or less in group_wait")
		case i > 0 && e.After <= r.Escalate[i-1].After:
			v.add(at+".after", fmt.Sprintf("%s is not later than the step before", e.After), "count from the opening, each step later than the one before")
		}
		if len(e.Receivers) == 0 {
			v.add(at+".receivers", "nobody is named", "name whom to tell next")
		}
		for j, name := range e.Receivers {
			if !receivers[name] {
				v.add(fmt.Sprintf("%s.receivers[%d]", at, j), fmt.Sprintf("there is no receiver %q", name), "correct the name or add the receiver")
			}
		}
	}
	if len(r.Escalate) > 0 && len(r.Receivers) == 0 {
		v.add(path+".escalate", "the route tells nobody, so there is nothing to escalate", "name receivers, or take it out")
	}
}

// calendars checks every calendar, used or not.
func (v *validation) calendars(c Config) {
	if _, err := calendar.Zone(c.TimeZone); err != nil { // told where it stands
		c.TimeZone = ""
	}
	for _, name := range slices.Sorted(maps.Keys(c.Calendars)) {
		path := "calendars." + name
		if !receiverName.MatchString(name) {
			v.add(path, fmt.Sprintf("%q is no name of a calendar", name), "use letters, digits, dots, dashes and underscores, 63 at most")
			continue
		}
		if len(c.Calendars[name]) == 0 {
			v.add(path, "it has no times", "add a part, such as {weekdays: [sat, sun]}")
		}
		var all calendar.Calendar
		good := true
		for i, part := range c.Calendars[name] {
			p, faults := calendar.Parse(c.spec(part))
			for _, f := range faults {
				at := fmt.Sprintf("%s[%d]", path, i)
				if f.Key == "zone" {
					at += ".zone"
				} else if f.Key != "" {
					at += fmt.Sprintf(".%s[%d]", f.Key, f.At)
				}
				v.add(at, f.Text, f.Mend)
				good = false
			}
			all = append(all, p)
		}
		if good && len(all) > 0 && always(all) {
			v.add(path, "it is never over, so a route that it mutes would tell nobody", "leave times out of it")
		}
	}
}

// always reports whether a calendar covers every hour of a year, seen from fixed times: what Validate says does not depend on
// when it is asked.
func always(c calendar.Calendar) bool {
	from := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	return !c.Until(from).Before(from.Add(calendar.Horizon))
}
