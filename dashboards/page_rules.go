package dashboards

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

type rulesView struct {
	base
	Rows    []ruleRow
	Sub     string
	Problem string
	Empty   *emptyView
	Next    string
}

type ruleRow struct {
	Name, URL, File string
	Severity        severityView
	If              string
	State, Icon     string
	Class           string
	Series          string
	Evaluations     string
	Errors          string
	Pages           string
}

type ruleView struct {
	base
	Name      string
	Severity  severityView
	State     string
	Firing    bool
	File      string
	Head      string
	Second    string
	Lines     []ruleLine
	Check     note
	States    []ruleStateRow
	More      int
	Part      bool // states are those of this replica
	Turns     []ruleTurnRow
	TurnsOf   string // the series
	Facts     []fact
	Incidents []incidentRow
	Runbook   string
	TryURL    string
	MuteURL   string
	TestText  string
	Chart     chartView
	ChartSub  string
}

type ruleLine struct {
	Number            int
	Indent, Key, Rest string
}

type ruleStateRow struct {
	Key, State, Icon, Class string
	Value, Expected         string
	Since                   stamp
	Reason                  string
}

func (s *Server) ruleList(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Rules", "rules")
	b.Live = true
	set, err := s.src.Rules.ListRules(r.Context())
	if err != nil {
		s.failWith(w, r, "rules", err)
		return
	}
	v := rulesView{base: b, Problem: set.Problem, Sub: plural(len(set.Rules), "rule")}
	if !set.LoadedAt.IsZero() {
		v.Sub += ", loaded " + b.clock.zoned(set.LoadedAt)
	}
	if set.Version != "" {
		v.Sub += ", version " + set.Version
	}
	shown, next, err := cutList("rules", set.Rules, r.URL.Query().Get("cursor"), longList, ruleKey)
	if err != nil {
		s.failWith(w, r, "rules", err)
		return
	}
	pages := map[string]int{}
	found, err := s.src.Incidents.ListIncidents(r.Context(), IncidentFilter{Kinds: []detector.Kind{detector.KindRule}, From: b.clock.now.Add(-7 * 24 * time.Hour), Brief: true, Limit: 500})
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	for _, i := range found.Incidents {
		if i.Rule != nil && i.Page {
			pages[i.Rule.Name]++
		}
	}
	if next != "" {
		v.Next = "/rules?" + url.Values{"cursor": {next}}.Encode()
	}
	for k := range shown {
		rule := &shown[k]
		state, firing := ruleState(rule)
		row := ruleRow{
			Name: rule.Name, URL: ruleURL(rule.Name), File: rule.File, Severity: severityOf(rule.Severity), If: rule.If, State: state, Icon: "record",
			Series: count(len(rule.States)), Evaluations: count(rule.Evaluations), Errors: count(rule.Errors), Pages: count(pages[rule.Name]),
		}
		if firing {
			row.Icon, row.Class = row.Severity.Icon, row.Severity.Class
		}
		v.Rows = append(v.Rows, row)
	}
	if len(v.Rows) == 0 {
		v.Empty = &emptyView{Head: "No rule is loaded.", Text: "Detectors work without rules: surges, silences, new errors and secrets are found by themselves. Rules are YAML files that tocsin.yml names under rules."}
	}
	s.render(w, r, http.StatusOK, "rules", v)
}

// ruleKey is where the i-th rule stands in the order of the files.
func ruleKey(i int) string { return fmt.Sprintf("%06d", i) }

func ruleURL(name string) string { return "/rules/" + url.PathEscape(name) }

// ruleState is the state over all series: firing, 3 of 6 series.
func ruleState(r *Rule) (string, bool) {
	n := map[string]int{}
	for _, st := range r.States {
		n[st.State]++
	}
	of := " of " + count(len(r.States)) + " series"
	switch {
	case n["firing"] > 0:
		return "firing, " + count(n["firing"]) + of, true
	case n["pending"] > 0:
		return "pending, " + count(n["pending"]) + of, false
	case len(r.States) == 0:
		return "no line yet", false
	}
	return "inactive", false
}

func (s *Server) rulePage(w http.ResponseWriter, r *http.Request) {
	set, err := s.src.Rules.ListRules(r.Context())
	if err != nil {
		s.failWith(w, r, "rules", err)
		return
	}
	rule := set.named(r.PathValue("name"))
	if rule == nil {
		s.failWith(w, r, "rule", ErrNotFound)
		return
	}
	b := s.base(w, r, rule.Name, "rules")
	b.Crumbs, b.Live = []crumb{{"Rules", "/rules"}}, true
	rng, err := readRange(r, b.clock, "7d")
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_time", err.Error())
		return
	}
	b.Range = &rng
	past, err := s.rulePast(r.Context(), rule.Name, rng)
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	v := ruleView{base: b, Name: rule.Name, Severity: severityOf(rule.Severity), File: rule.File, Runbook: webURL(rule.Runbook), Part: set.Part}
	v.TryURL = "/rules/try?" + url.Values{"rule": {rule.Name}}.Encode()
	v.MuteURL = "/silences/new?" + url.Values{"kind": {string(detector.KindRule)}, "rule": {rule.Name}}.Encode()
	v.TestText = testFor(rule)
	v.State, v.Firing = ruleState(rule)
	v.Head, v.Second = past.head(rng), past.second()
	v.Incidents = s.ruleIncidents(past, b.clock)
	v.fillRule(rule, b.clock)
	v.fillTurns(rule, b.clock)
	if err := s.ruleChart(r.Context(), &v, rule, rng, past.newest); err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	s.render(w, r, http.StatusOK, "rule", v)
}

// named is the rule of a name; nil where there is none.
func (set *RuleSet) named(name string) *Rule {
	for k := range set.Rules {
		if set.Rules[k].Name == name {
			return &set.Rules[k]
		}
	}
	return nil
}

// sinceState is to the second today, and to the minute on another day.
func sinceState(t time.Time, c clock) string {
	if c.sameDay(t, c.now) {
		return c.hms(t)
	}
	return c.dayIfOther(t) + c.hm(t)
}

func (v *ruleView) fillRule(rule *Rule, c clock) {
	first := max(rule.Line, 1)
	for n, text := range strings.Split(strings.TrimRight(rule.Definition, "\n"), "\n") {
		l := ruleLine{Number: first + n}
		trimmed := strings.TrimLeft(text, " -")
		l.Indent = text[:len(text)-len(trimmed)]
		l.Rest = trimmed
		if key, rest, ok := strings.Cut(trimmed, ":"); ok && !strings.ContainsAny(key, " \"'{#") {
			l.Key, l.Rest = key, ":"+rest
		}
		v.Lines = append(v.Lines, l)
	}
	v.Check = note{Class: "ok", Icon: "resolved", Text: "No mistakes."}
	if rule.Errors > 0 {
		v.Check = note{Class: "critical", Icon: "notice", Text: count(rule.Errors) + " evaluations failed; the last: " + rule.LastError}
	}
	if rule.Cost > 0 {
		v.Check.Text += " Cost: " + lasting(rule.Cost) + " a line."
	}
	if rule.Evaluations > 0 {
		v.Check.Text += " Evaluated " + count(rule.Evaluations) + " times."
	}
	const most = 100
	for k, st := range rule.States {
		if k == most {
			v.More = len(rule.States) - most
			break
		}
		row := ruleStateRow{Key: st.name(), State: st.State, Icon: "record", Value: noData, Expected: "–", Since: c.stamp(st.Since, sinceState(st.Since, c)), Reason: st.Reason}
		if st.Value != nil {
			row.Value = figure(*st.Value)
		}
		if st.Expected != nil {
			row.Expected = figure(*st.Expected)
		}
		switch st.State {
		case "firing":
			row.Icon, row.Class = v.Severity.Icon, v.Severity.Class
		case "pending":
			row.Icon = "learning"
		}
		v.States = append(v.States, row)
	}
}
