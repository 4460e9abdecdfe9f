package dashboards

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

// The form of a silence or a mark. Its fields stand in the query of its page, so that a preview is a link like any other.

// muteLengths are how long it may hold, as the form offers them.
var muteLengths = []struct {
	value, label string
	length       time.Duration // 0: until a time, or without end
}{
	{"30m", "30 min", 30 * time.Minute},
	{"2h", "2 h", 2 * time.Hour},
	{"8h", "8 h", 8 * time.Hour},
	{"24h", "24 h", 24 * time.Hour},
	{"7d", "7 days", 7 * 24 * time.Hour},
	{"30d", "30 days", 30 * 24 * time.Hour},
	{"until", "until…", 0},
	{"forever", "until it is taken back", 0},
}

// localTime is how a browser's field for a day and time writes it.
const localTime = "2006-01-02T15:04"

// readMute reads the form. on is the incident that it is about, or nil. now is when the form is looked at.
func readMute(q url.Values, on *detector.Incident, now time.Time, zone *time.Location) (mute.Mute, error) {
	m := mute.Mute{
		Sort: mute.Sort(q.Get("sort")), Starts: now, CreatedAt: now, Comment: strings.TrimSpace(q.Get("text")),
		Match: mute.Match{
			Service: q.Get("service"), Environment: q.Get("environment"), Kind: detector.Kind(q.Get("kind")), TemplateID: q.Get("template_id"),
			Rule: q.Get("rule"), Expr: q.Get("expr"),
		}.Trimmed(),
		Critical: q.Get("critical") == "on",
	}
	if m.Sort == "" {
		m.Sort = mute.Silence
	}
	if on != nil {
		m.Incident = on.ID
		m.Starts = earlier(now, on.Onset)
		if s := q.Get("scope"); s != "" {
			scope, ok := scopeOf(on, s)
			if !ok {
				return m, fmt.Errorf("scope is %q: use %s", short(s), strings.Join(scopeNames(on), ", "))
			}
			m.Match = scope.match
		}
	}
	if m.Sort == mute.Silence {
		m.Starts, m.Incident = now, ""
	} else if q.Get("scope") == scopeThis {
		return m, nil
	}
	if err := readLength(&m, q, now, zone); err != nil {
		return m, err
	}
	if q.Get("hours") == "weekly" {
		m.Weekly = &mute.Weekly{From: q.Get("from"), To: q.Get("to"), Zone: q.Get("zone")}
		for _, d := range mute.DayNames {
			if slices.Contains(q["day"], d) {
				m.Weekly.Days = append(m.Weekly.Days, d)
			}
		}
		if err := m.Weekly.Check(); err != nil {
			return m, err
		}
	}
	return m, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) && !b.IsZero() {
		return b
	}
	return a
}

func readLength(m *mute.Mute, q url.Values, now time.Time, zone *time.Location) error {
	switch v := q.Get("for"); v {
	case "until":
		until, err := time.ParseInLocation(localTime, q.Get("until"), zone)
		if err != nil {
			return errors.New("until is no day and time: choose the end, or a length")
		}
		if !until.After(now) {
			return errors.New("the end is over already: choose a later one")
		}
		m.Ends = until
	case "forever":
	default:
		if v == "" {
			v = defaultLength(m.Sort)
		}
		for _, l := range muteLengths {
			if l.value == v && l.length > 0 {
				m.Ends = now.Add(l.length)
				return nil
			}
		}
		if v != "forever" {
			return fmt.Errorf("for is %q: use 30m, 2h, 8h, 24h, 7d, 30d, until or forever", short(v))
		}
	}
	return nil
}

func defaultLength(s mute.Sort) string {
	if s == mute.Silence {
		return "2h"
	}
	return "forever"
}

// scopeThis is the scope of a mark that says nothing about later incidents.
const scopeThis = "this"

// muteScope is how much a mark that is made on an incident is about.
type muteScope struct {
	name, label string
	match       mute.Match
}

// scopesOf are the scopes of an incident, the narrowest first.
func scopesOf(i *detector.Incident) []muteScope {
	where := mute.Match{Service: i.Service, Environment: i.Environment}
	kind := where
	kind.Kind = i.Kind
	var out []muteScope
	add := func(name, label string, m mute.Match) { out = append(out, muteScope{name, label, m}) }
	of := " of " + i.Service
	if i.Environment != "" {
		of += " in " + i.Environment
	}
	switch {
	case i.Hidden != nil: // noise must not hide a rare error
		add(scopeThis, "this incident alone, as an error hides in it", mute.Match{})
		return out
	case i.Kind == detector.KindSecret:
		add("series", "this key"+of+" alone", mute.Match{Identity: mute.Identity(i)})
		return out
	case i.Rule != nil:
		rule := mute.Match{Rule: i.Rule.Name}
		if len(i.Rule.By) > 0 {
			add("series", "this rule for these keys alone", mute.Match{Identity: mute.Identity(i)})
		}
		add("rule", "the rule "+i.Rule.Name+", whatever its keys", rule)
		return out
	case i.TemplateID != "":
		t := where
		t.TemplateID = i.TemplateID
		add("template", "this template"+of+", whatever happens to it", t)
	}
	if i.Rule == nil {
		add("kind", "every "+word(i.Kind)+of, kind)
	}
	add(scopeThis, "nothing else: this incident alone", mute.Match{})
	return out
}

func scopeOf(i *detector.Incident, name string) (muteScope, bool) {
	for _, s := range scopesOf(i) {
		if s.name == name {
			return s, true
		}
	}
	return muteScope{}, false
}

func scopeNames(i *detector.Incident) []string {
	var names []string
	for _, s := range scopesOf(i) {
		names = append(names, s.name)
	}
	return names
}
