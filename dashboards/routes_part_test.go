package dashboards_test

import (
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// The page of an incident says which routes take it and what comes next, and does without where nothing explains routes.
func TestAnIncidentTellsOfItsRoutes(t *testing.T) {
	const path = "/incidents/7f3a2c19d04be8a1"
	w := dashtest.Night()
	if body := newSite(t, w).get(path).Body.String(); strings.Contains(body, "Next escalation") {
		t.Error("what a person has taken is said to escalate")
	}
	for k := range w.All {
		if i := &w.All[k]; strings.HasSuffix(path, i.ID) {
			i.Status, i.Assignee = "open", ""
		}
	}
	body := newSite(t, w).get(path).Body.String()
	for _, want := range []string{
		"Who is told", "kind == &#34;secret&#34; is false", "Next escalation at 03:10 to pagerduty unless acknowledged.", "Budget: 3 of 20 pages this week are used.",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	without := newSite(t, dashtest.Night(), func(o *dashboards.Options) { o.Sources.Routes = nil })
	if got := without.get(path); got.Code != 200 || strings.Contains(got.Body.String(), "Who is told") {
		t.Errorf("without routes: %d", got.Code)
	}
}
