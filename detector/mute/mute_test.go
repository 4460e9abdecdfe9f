package mute

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestWeekly: clocks in Berlin went forward on 29 March 2026 at 02:00 and go back on 25 October at 03:00, both Sundays.
func TestWeekly(t *testing.T) {
	night := Weekly{Days: []string{"sat"}, From: "22:00", To: "06:00", Zone: "Europe/Berlin"}
	early := Weekly{From: "02:00", To: "03:00", Zone: "Europe/Berlin"}
	whole := Weekly{Days: []string{"sun"}, From: "00:00", To: "24:00", Zone: "UTC"}
	for _, c := range []struct {
		name string
		w    Weekly
		at   string
		want bool
	}{
		{"before it begins", night, "2026-03-07T20:59:59Z", false},
		{"when it begins", night, "2026-03-07T21:00:00Z", true},
		{"the next day", night, "2026-03-08T04:59:59Z", true},
		{"when it ends", night, "2026-03-08T05:00:00Z", false},
		{"the same hour of another day", night, "2026-03-09T01:00:00Z", false},
		{"the end after clocks went forward", night, "2026-03-29T03:59:59Z", true},
		{"and over", night, "2026-03-29T04:00:00Z", false},
		{"an hour that is left out, before", early, "2026-03-29T00:59:59Z", false},
		{"an hour that is left out, after", early, "2026-03-29T01:00:00Z", false},
		{"an hour that comes twice, first", early, "2026-10-25T00:30:00Z", true},
		{"an hour that comes twice, second", early, "2026-10-25T01:30:00Z", true},
		{"a whole day, its last second", whole, "2026-03-08T23:59:59Z", true},
		{"a whole day, over", whole, "2026-03-09T00:00:00Z", false},
	} {
		if err := c.w.Check(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := c.w.Covers(moment(t, c.at)); got != c.want {
			t.Errorf("%s: %s covers %s: %v", c.name, c.w.String(), c.at, got)
		}
	}
	if next, ok := night.Next(moment(t, "2026-03-04T12:00:10Z")); !ok || !next.Equal(moment(t, "2026-03-07T21:00:00Z")) {
		t.Errorf("next change at %s, %v", next, ok)
	}
	for _, bad := range []Weekly{
		{From: "25:00", To: "06:00", Zone: "UTC"},
		{From: "22:00", To: "6", Zone: "UTC"},
		{From: "24:00", To: "06:00", Zone: "UTC"},
		{From: "22:00", To: "06:00"},
		{From: "22:00", To: "06:00", Zone: "Mars/Base"},
		{From: "22:00", To: "06:00", Zone: "Local"},
		{Days: []string{"Monday"}, From: "22:00", To: "06:00", Zone: "UTC"},
	} {
		if err := bad.Check(); err == nil || bad.Covers(moment(t, "2026-03-08T23:00:00Z")) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestWords(t *testing.T) {
	for want, w := range map[string]Weekly{
		"mon to fri 22:00–06:00 UTC":         {Days: []string{"tue", "mon", "wed", "fri", "thu"}, From: "22:00", To: "06:00", Zone: "UTC"},
		"sat, sun 00:00–24:00 Europe/Berlin": {Days: []string{"sun", "sat"}, From: "00:00", To: "24:00", Zone: "Europe/Berlin"},
		"every day 02:00–03:00 UTC":          {From: "02:00", To: "03:00", Zone: "UTC"},
		"mon, wed, fri 02:00–03:00 UTC":      {Days: []string{"mon", "wed", "fri"}, From: "02:00", To: "03:00", Zone: "UTC"},
	} {
		if got := w.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	m := Match{Service: "checkout", Kind: detector.KindMaskedError}
	if got := m.String(); got != `service="checkout" kind="masked_error"` {
		t.Errorf("match is %s", got)
	}
}

func TestMatches(t *testing.T) {
	in := &detector.Incident{
		Service: "checkout", Environment: "prod", Kind: detector.KindErrorSpike, TemplateID: "00000000000000aa", SeriesKey: "a",
		Rule: &detector.RuleFacts{Name: "r"},
	}
	masked := *in
	masked.Hidden = &detector.Hidden{TemplateID: 1}
	for _, c := range []struct {
		name   string
		sort   Sort
		match  Match
		in     *detector.Incident
		covers bool
	}{
		{"service", Silence, Match{Service: "checkout"}, in, true},
		{"another service", Silence, Match{Service: "cart"}, in, false},
		{"all must fit", Silence, Match{Service: "checkout", Environment: "staging"}, in, false},
		{"kind", Silence, Match{Kind: detector.KindErrorSpike}, in, true},
		{"template", Expected, Match{TemplateID: "00000000000000aa"}, in, true},
		{"template that was merged", Expected, Match{TemplateID: "00000000000000bb", Canonical: "00000000000000aa"}, in, true},
		{"rule", Noise, Match{Rule: "r"}, in, true},
		{"another rule", Noise, Match{Rule: "s"}, in, false},
		{"identity", Noise, Match{Identity: Identity(in)}, in, true},
		{"identity of another kind", Noise, Match{Identity: Identity(&detector.Incident{SeriesKey: "a", Kind: detector.KindFall})}, in, false},
		{"a silence covers what hides an error", Silence, Match{Service: "checkout"}, &masked, true},
		{"noise does not hide an error", Noise, Match{TemplateID: "00000000000000aa"}, &masked, false},
		{"unless the kind is named", Noise, Match{Service: "checkout", Kind: detector.KindErrorSpike}, &masked, true},
	} {
		m := Mute{Sort: c.sort, Match: c.match}
		if got := m.Matches(c.in); got != c.covers {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestExpression(t *testing.T) {
	in := &detector.Incident{Service: "checkout", Kind: detector.KindErrorSpike, Severity: detector.SeverityRecord, Muted: &detector.Muted{Severity: detector.SeverityPage}}
	secret := &detector.Incident{Service: "checkout", Kind: detector.KindSecret, Severity: detector.SeverityPage}
	m := Mute{
		Sort: Silence, Author: "ann", Starts: time.Unix(1, 0), Ends: time.Unix(9, 0),
		Match: Match{Service: "checkout", Expr: `severity == "page" && kind != "fall"`},
	}
	if m.Matches(in) {
		t.Error("what was not read selects something")
	}
	if err := m.Check(); err != nil || !m.Matches(in) {
		t.Errorf("a marked incident by its own severity: %v, %v", m.Matches(in), err)
	}
	if m.Matches(secret) || !m.LeavesOut(secret) || m.LeavesOut(in) {
		t.Error("a secret is not left out, or another is")
	}
	if m.Critical = true; !m.Matches(secret) || m.LeavesOut(secret) {
		t.Error("a secret is left out all the same")
	}
	for text, want := range map[string]string{
		`all(1..1000000000, # > 0)`: "not allowed here",
		`servcie == "a"`:            "unknown name servcie",
	} {
		m.Match.Expr = text
		if err := m.Check(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "It can ask for service, ") {
			t.Errorf("%s: %v", text, err)
		}
	}
	m.Critical, m.Match = false, Match{Kind: detector.KindLoss}
	if err := m.Check(); err == nil {
		t.Error("a silence of lost input that leaves lost input out is taken")
	}
}

func TestNoticeFrom(t *testing.T) {
	at := func(minute int) time.Time { return time.Unix(int64(60*minute), 0) }
	for _, c := range []struct {
		name string
		m    Mute
		from time.Time
	}{
		{"a long one", Mute{Sort: Silence, Starts: at(0), Ends: at(600)}, at(585)},
		{"a short one", Mute{Sort: Silence, Starts: at(0), Ends: at(20)}, at(15)},
		{"a mark", Mute{Sort: Noise, Starts: at(0), Ends: at(20)}, time.Time{}},
		{"without an end", Mute{Sort: Silence, Starts: at(0)}, time.Time{}},
		{"ended", Mute{Sort: Silence, Starts: at(0), Ends: at(20), EndedBy: "ann"}, time.Time{}},
	} {
		if from, ok := c.m.NoticeFrom(); !from.Equal(c.from) || ok == c.from.IsZero() {
			t.Errorf("%s: %v, %v", c.name, from, ok)
		}
	}
}

func TestHolds(t *testing.T) {
	from, to := moment(t, "2026-03-04T12:00:00Z"), moment(t, "2026-03-04T14:00:00Z")
	m := Mute{Starts: from, Ends: to}
	for at, want := range map[time.Time]bool{from.Add(-1): false, from: true, to.Add(-1): true, to: false} {
		if got := m.Holds(at); got != want {
			t.Errorf("at %s: %v", at, got)
		}
	}
	m.EndedBy = "ann"
	if m.Holds(from) {
		t.Error("what was taken back holds")
	}
}

// FuzzMute reads what the API and the store read, and holds it against an incident: no input may panic, and what Check
// takes can be written and read again.
func FuzzMute(f *testing.F) {
	f.Add(`{"service":"a","kind":"surge"}`, `{"days":["mon"],"from":"22:00","to":"06:00","zone":"UTC"}`, int64(1772625600))
	f.Add(`{"template_id":"00000000000000aa"}`, `{"from":"00:00","to":"24:00","zone":"Europe/Berlin"}`, int64(0))
	f.Add(`{"identity":"zz"}`, `{"from":"","zone":"../../etc/passwd"}`, int64(-1))
	f.Fuzz(func(t *testing.T, match, weekly string, sec int64) {
		m := Mute{Sort: Noise, Author: "a", Starts: time.Unix(1, 0), Weekly: &Weekly{}}
		if json.Unmarshal([]byte(match), &m.Match) != nil || json.Unmarshal([]byte(weekly), m.Weekly) != nil {
			return
		}
		at := time.Unix(sec%(1<<33), 0)
		err := m.Check()
		m.Holds(at)
		m.Matches(&detector.Incident{})
		if strings.Contains(m.Why(), "\n") && m.Comment != "" {
			t.Error("why has more than one line")
		}
		if err != nil {
			return
		}
		b, err := json.Marshal(m.Weekly)
		again := Weekly{}
		if err != nil || json.Unmarshal(b, &again) != nil || again.Check() != nil || again.Covers(at) != m.Weekly.Covers(at) {
			t.Errorf("%s is not what was written: %v", b, err)
		}
	})
}
