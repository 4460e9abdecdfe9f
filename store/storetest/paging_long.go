package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// groupsLong: a group that something keeps open for long reads and counts the newest of what is over, and says how many came
// earlier; what opens again is told whenever it came.
func groupsLong(t *testing.T, s *suite) {
	s.stateful(plan.Policy{Wait: 30 * time.Second, Interval: 5 * time.Minute}, true)
	s.commit(change(detector.ChangeOpened, incident("keep", 0), 0))
	var over []detector.Change
	for batch := range 13 {
		s.clock.add(time.Second)
		var opened []detector.Change
		for i := range 10 {
			in := incident(fmt.Sprintf("x%d-%d", batch, i), 1)
			opened = append(opened, change(detector.ChangeOpened, in, 1))
			over = append(over, change(detector.ChangeResolved, in, 60))
		}
		s.commit(opened...)
	}
	s.passes(time.Minute)
	s.commit(over...)
	s.passes(5 * time.Minute)
	s.sendAll()
	s.commit(change(detector.ChangeOpened, incident("z", 600), 600))
	s.passes(5 * time.Minute)
	n := s.lease("sender", 10)
	if len(n) != 1 || n[0].Group == nil {
		t.Fatalf("the message: %+v", n)
	}
	if g := n[0].Group; g.Open != 2 || g.Resolved != 100 || g.Earlier != 30 || g.Total() != 132 || g.Items[0].ID != "keep-0" {
		t.Errorf("open %d, resolved %d, earlier %d, first %s", g.Open, g.Resolved, g.Earlier, g.Items[0].ID)
	}
	s.done(n[0].ID, "")
	s.act("x0-0-1", detector.EntryReopened, "ann", 1000)
	s.passes(5 * time.Minute)
	n = s.lease("sender", 10)
	if len(n) != 1 || n[0].Event != detector.ChangeReopened || n[0].Group.Open != 3 || n[0].Group.Earlier != 29 {
		t.Fatalf("an early one that opens again: %+v", n)
	}
}
