package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

const absenceRules = `
version: 1
rules:
  - {name: heartbeat, when: service == "beat", by: [host], window: 30s, if: value == 0, keep: 10s, severity: page}
  - {name: never-came, when: service == "backup", by: [host], expect: [{host: vault}], window: 30s, if: value == 0, severity: page}
`

// TestARuleOfAbsence waits for lines that do not come, on a log that falls silent altogether: no line moves its time. One that
// stopped is told after its window and not before, one that never came too, and both once; a line that comes again resolves it.
func TestARuleOfAbsence(t *testing.T) {
	t.Parallel()
	p := newParts(t, 3)
	a, _, _ := startApp(t, p.configuration(""), absenceRules)
	beat := func() time.Time {
		at := time.Now()
		produce(t, p.kafka, p.topic, []string{fmt.Sprintf(`{"time":%q,"level":"info","service":"beat","host":"pump","msg":"alive"}`, at.UTC().Format(time.RFC3339Nano))})
		return at
	}
	const window, step = 30 * time.Second, 10 * time.Second
	last := beat()
	var list []detector.Incident
	told := func(name string) (in detector.Incident, n int) {
		for i := range list {
			if list[i].Rule != nil && list[i].Rule.Name == name {
				in, n = list[i], n+1
			}
		}
		return in, n
	}
	eventually(t, 2*time.Minute, "both absences", func() (done bool, seen string) {
		var err error
		list, err = everyIncident(a.URL())
		_, stopped := told("heartbeat")
		_, never := told("never-came")
		return err == nil && stopped == 1 && never == 1, fmt.Sprint(err, list)
	})
	stopped, _ := told("heartbeat")
	if decided := stopped.OpenedAt.Sub(last); decided < window-step || decided > window+2*step {
		t.Errorf("the absence was decided %s after the last line, want %s and a step or two", decided, window)
	}
	beat()
	eventually(t, 2*time.Minute, "the end of the absence", func() (done bool, seen string) {
		var err error
		list, err = everyIncident(a.URL())
		in, _ := told("heartbeat")
		return err == nil && in.Status == detector.StatusResolved, fmt.Sprint(err, list)
	})
	if never, n := told("never-came"); n != 1 || never.Status != detector.StatusOpen || len(list) != 2 {
		t.Errorf("incidents: %+v; want two, of which the one of what never came is open", list)
	}
	if slices.ContainsFunc(list, func(in detector.Incident) bool { return in.Severity != detector.SeverityPage }) {
		t.Errorf("not all page: %+v", list)
	}
}
