package dashboards_test

import (
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// The page of a rule shows its last evaluations, and says where it knows a part alone.
func TestARuleShowsItsLastEvaluations(t *testing.T) {
	w := dashtest.Night()
	body := textOf(newSite(t, w).get("/rules/checkout-errors").Body.String())
	for _, want := range []string{
		"Last evaluations prod / checkout-k2mvq", "03:05:20 701 true 701 > 50 firing", "02:52:20 412 true 412 > 50 pending → firing",
		"19:35:50 46 false 46, not > 50 firing → inactive",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "this replica") {
		t.Error("one replica that judges all is told as a part")
	}
	w.Rules.Part, w.Rules.Rules[0].States = true, nil
	body = textOf(newSite(t, w).get("/rules/checkout-errors").Body.String())
	if !strings.Contains(body, "of the series that this replica judges") || strings.Contains(body, "No line has matched yet") {
		t.Error("what other replicas judge is told as nothing")
	}
}
