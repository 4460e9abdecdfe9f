package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

func groups(t *testing.T, s *suite) {
	s.stateful(plan.Policy{Wait: 30 * time.Second, Interval: 5 * time.Minute}, true)
	s.commit(change(detector.ChangeOpened, incident("a", 0), 0))
	s.wantSent("a group collects first")
	s.commit(change(detector.ChangeOpened, incident("b", 1), 1))
	s.passes(30 * time.Second)
	s.wantSent("the first message", "slack opened +a-0:o,+b-1:o")
	s.commit(change(detector.ChangeOpened, incident("c", 40), 40))
	s.passes(4 * time.Minute)
	s.wantSent("before the interval is over")
	s.passes(time.Minute)
	s.wantSent("the next message", "slack opened a-0:o,b-1:o,+c-40:o")
	if open, err := s.OpenOfGroup(s.ctx, s.groupOf("b-1")); err != nil || !slices.Equal(open, []string{"a-0", "b-1", "c-40"}) {
		t.Errorf("open of the group: %v, %v", open, err)
	}
	if _, err := s.OpenOfGroup(s.ctx, "g0"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a group that is not there: %v", err)
	}
	s.act("b-1", detector.EntryAcknowledged, "ann", 400)
	s.passes(time.Second)
	s.wantSent("what people do is shown at once", "slack updated a-0:o,c-40:o,b-1:a")
	s.commit(change(detector.ChangeResolved, incident("a", 0), 410), change(detector.ChangeResolved, incident("c", 40), 411))
	s.passes(5 * time.Minute)
	s.wantSent("nobody has to do anything any more", "slack acknowledged b-1:a,a-0:r,c-40:r")
	s.commit(change(detector.ChangeResolved, incident("b", 1), 800))
	s.passes(5 * time.Minute)
	s.wantSent("all are over", "slack resolved a-0:r,b-1:r,c-40:r")
	s.passes(time.Hour)
	s.wantSent("nothing more")
	for _, id := range []string{"a-0", "b-1", "c-40"} {
		if kinds := s.kinds(s.get(id)); !slices.Contains(kinds, "paged") {
			t.Errorf("the timeline of %s, %v, does not say that it was paged", id, kinds)
		}
	}
	// The next one is another group, and its message another one.
	s.commit(change(detector.ChangeOpened, incident("d", 5000), 5000))
	s.passes(30 * time.Second)
	s.wantSent("one incident is told as itself", "slack opened d-5000")
	views, err := s.PageGroups(s.ctx, "b-1")
	if err != nil || len(views) != 1 || views[0].Incidents != 3 || views[0].EndedAt.IsZero() || views[0].Labels["environment"] != "prod" {
		t.Errorf("group of b: %+v, %v", views, err)
	}
	refs := 0
	for _, v := range views {
		if ref, ok, err := s.Reference(s.ctx, v.ID, "slack"); err != nil || !ok || ref != "ref-"+v.ID {
			t.Errorf("reference %q of group %s, %v", ref, v.ID, err)
		}
		refs++
	}
	if refs == 0 {
		t.Error("no group was looked at")
	}
}

func groupsHide(t *testing.T, s *suite) {
	s.stateful(plan.Policy{Wait: 30 * time.Second, Interval: time.Minute}, true)
	s.commit(change(detector.ChangeOpened, incident("a", 0), 0), change(detector.ChangeOpened, incident("b", 1), 1))
	explain := func(by string) {
		t.Helper()
		err := s.Settle(s.ctx, nil, func([]detector.Incident) map[string]detector.Relation {
			return map[string]detector.Relation{"b-1": {To: by}}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	explain("a-0")
	s.passes(30 * time.Second)
	s.wantSent("what is explained stays out", "slack opened a-0")
	explain("")
	s.passes(2 * time.Minute)
	s.wantSent("and is told when it stands for itself", "slack opened a-0:o,+b-1:o")
	// What is over before it is told wakes nobody.
	s.commit(change(detector.ChangeResolved, incident("a", 0), 200), change(detector.ChangeResolved, incident("b", 1), 201))
	s.passes(time.Minute)
	s.wantSent("both are over", "slack updated b-1:o,a-0:r", "slack resolved a-0:r,b-1:r")
	s.commit(change(detector.ChangeOpened, incident("c", 300), 300))
	s.commit(change(detector.ChangeResolved, incident("c", 300), 310))
	s.passes(10 * time.Minute)
	s.wantSent("over within the wait")
}

// groupsOutlast: what is explained may be over later than all that was told; nobody hears of that, and the group is over.
func groupsOutlast(t *testing.T, s *suite) {
	s.stateful(plan.Policy{Wait: 30 * time.Second, Interval: time.Minute}, true)
	s.commit(change(detector.ChangeOpened, incident("a", 0), 0), change(detector.ChangeOpened, incident("b", 1), 1))
	err := s.Settle(s.ctx, nil, func([]detector.Incident) map[string]detector.Relation {
		return map[string]detector.Relation{"b-1": {To: "a-0"}}
	})
	if err != nil {
		t.Fatal(err)
	}
	s.passes(2 * time.Minute)
	s.wantSent("the one that is told", "slack opened a-0")
	first := s.groupOf("a-0")
	s.commit(change(detector.ChangeResolved, incident("a", 0), 200))
	s.passes(2 * time.Minute)
	s.wantSent("it is over", "slack resolved a-0")
	s.commit(change(detector.ChangeResolved, incident("b", 1), 400))
	s.passes(10 * time.Minute)
	s.wantSent("nothing of the other")
	s.commit(change(detector.ChangeOpened, incident("c", 2000), 2000))
	s.passes(2 * time.Minute)
	s.wantSent("a new group", "slack opened c-2000")
	if s.groupOf("c-2000") == first {
		t.Error("an incident joined a group that was over")
	}
}

// groupsMuted: a mute time holds back what wakes, and nothing else.
func groupsMuted(_ *testing.T, s *suite) {
	s.stateful(plan.Policy{Interval: time.Minute}, true)
	s.commit(change(detector.ChangeOpened, incident("a", 0), 0))
	s.wantSent("before", "slack opened a-0")
	s.stateful(plan.Policy{Interval: time.Minute, MutedUntil: noon.Add(time.Hour)}, true)
	s.commit(change(detector.ChangeOpened, incident("b", 100), 100))
	s.passes(10 * time.Minute)
	s.wantSent("what joins is held back")
	s.act("a-0", detector.EntryAcknowledged, "ann", 700)
	s.passes(10 * time.Minute)
	s.wantSent("what is told already goes on", "slack acknowledged a-0")
	s.passes(40 * time.Minute)
	s.wantSent("and at the end", "slack opened +b-100:o,a-0:a")
}
