package dashboards_test

import (
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// What is measured is told in its unit, and what is counted by the time in which it was.
func TestAChartSaysItsUnit(t *testing.T) {
	s := newSite(t, dashtest.Night())
	for path, words := range map[string][2]string{
		"/incidents/5d20aa81c3f7e604": {"expected 104–136 ms", "in 60 s"},
		"/incidents/7f3a2c19d04be8a1": {"expected 0–2 in 10 s", "0–2 lines"},
	} {
		body := textOf(s.get(path).Body.String())
		if !strings.Contains(body, words[0]) || strings.Contains(body, words[1]) {
			t.Errorf("%s does not say %q, or says %q", path, words[0], words[1])
		}
	}
	if body := textOf(s.get("/incidents/5d20aa81c3f7e604").Body.String()); !strings.Contains(body, "ms : ms over 60 s, from 0") && !strings.Contains(body, "ms: ms over 60 s, from 0") {
		t.Error("the head of the chart does not say what it shows")
	}
}

// The quiet morning is quiet on every page: nothing is outside of what is expected any more.
func TestTheQuietMorningIsQuiet(t *testing.T) {
	s := newSite(t, dashtest.Quiet())
	if body := textOf(s.get("/").Body.String()); strings.Contains(body, "outside what is expected") || !strings.Contains(body, "All quiet for") {
		t.Error("the overview says that something is outside what is expected")
	}
	if body := textOf(s.get("/incidents/7f3a2c19d04be8a1").Body.String()); !strings.Contains(body, "02:38–03:38") {
		t.Error("the chart of what is over ends before it")
	}
}

// Where nothing is known to be expected, as where other replicas judge a part of the services, the charts of levels explain no band.
func TestALegendIsOfWhatIsDrawn(t *testing.T) {
	for _, unbanded := range []bool{false, true} {
		w := dashtest.Night()
		w.Unbanded = unbanded
		s := newSite(t, w)
		for _, path := range []string{"/", "/services/checkout"} {
			if has := strings.Contains(s.get(path).Body.String(), `class="legend"`); has == unbanded {
				t.Errorf("%s, unbanded %t: a legend %t", path, unbanded, has)
			}
		}
	}
}
