package dashboards_test

import (
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// TestTicksOfASecret: each line with a secret is one tick, as long as they can be counted.
func TestTicksOfASecret(t *testing.T) {
	w := dashtest.Night()
	ticks := func() int {
		return strings.Count(newSite(t, w).get("/incidents/c81d07f2b6a95e30").Body.String(), `class="tick"`)
	}
	var i *detector.Incident
	for k := range w.All {
		if w.All[k].ID == "c81d07f2b6a95e30" {
			i = &w.All[k]
		}
	}
	sum := 0
	for _, v := range i.Chart.Observed {
		if v != nil {
			sum += int(*v)
		}
	}
	if got := ticks(); got != 2*sum || sum == 0 { // one for each width
		t.Errorf("%d ticks of %d lines in two widths", got, sum)
	}
	i.Lines = 5000
	if got := ticks(); got != 0 {
		t.Errorf("%d ticks of what nobody can count", got)
	}
}
