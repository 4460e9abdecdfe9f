package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

// newsJoins: an opening that waits says how it is by now, in one message; what a person says has a message of its own.
func newsJoins(t *testing.T, s *suite) {
	s.router.wait = 5 * time.Second
	in := incident("a", 10)
	s.commit(change(detector.ChangeOpened, in, 10))
	worse := change(detector.ChangeUpdated, in, 20)
	worse.Incident.Title, worse.Incident.Observed = "a has a new error", 7000
	s.commit(worse)
	s.wantSent("while it waits")
	if _, err := s.Act(s.ctx, in.ID, store.Act{Kind: detector.EntryNote, Actor: "ada", Text: "looking", At: at(25)}); err != nil {
		t.Fatal(err)
	}
	s.commit(change(detector.ChangeUpdated, in, 30))
	s.clock.add(20 * time.Second)
	ns := s.lease("one", 10)
	if len(ns) != 1 || ns[0].Event != detector.ChangeOpened || ns[0].Incident.Observed != 7000 || ns[0].Incident.Title != "a has a new error" {
		t.Fatalf("the opening: %+v", ns)
	}
	s.done(ns[0].ID, "")
	s.wantSent("after it", "slack updated a-10", "slack updated a-10")
	// What is being sent is not changed any more.
	s.commit(change(detector.ChangeUpdated, in, 40))
	ns = s.lease("one", 10)
	s.commit(change(detector.ChangeUpdated, in, 50))
	s.done(ns[0].ID, "")
	s.wantSent("while it was sent", "slack updated a-10")
}

// newsWaits: that other services join an incident is told together, some time after the message before; what is worse, and what a
// person does, is told at once, and lets it go first.
func newsWaits(t *testing.T, s *suite) {
	for i, alone := range []bool{false, true} {
		if alone {
			s.stateful(plan.Policy{Repeat: 24 * time.Hour}, false)
		}
		cause := incident(string(rune('a'+i)), 0)
		id := "slack updated " + cause.ID
		s.commit(change(detector.ChangeOpened, cause, 0))
		s.wantSent("at once", "slack opened "+cause.ID)
		joins := 0
		join := func() {
			t.Helper()
			joins++
			effect := incident(string(rune('f'+10*i+joins)), 1)
			effect.Severity, effect.Page = detector.SeverityNotice, false // nobody is told of it
			s.commit(change(detector.ChangeOpened, effect, 1))
			if err := s.Settle(s.ctx, nil, func([]detector.Incident) map[string]detector.Relation {
				return map[string]detector.Relation{effect.ID: {To: cause.ID, Why: "both name db-1"}}
			}); err != nil {
				t.Fatal(err)
			}
		}
		for range 4 {
			s.clock.add(10 * time.Second)
			s.pace()
			join()
		}
		s.wantSent("four services join in a minute")
		s.passes(5 * time.Minute)
		s.wantSent("five minutes later", id)
		join()
		s.commit(change(detector.ChangeUpdated, cause, 500))
		s.wantSent("with what is worse", id)
		join()
		if _, err := s.Act(s.ctx, cause.ID, store.Act{Kind: detector.EntryAcknowledged, Actor: "ada", At: at(600)}); err != nil {
			t.Fatal(err)
		}
		got := s.sendAll()
		if !alone {
			if len(got) == 0 || got[0] != id {
				t.Errorf("what waits does not go before an acknowledgement: %v", got)
				continue
			}
			got = got[1:]
		}
		if diff := cmp.Diff([]string{"slack acknowledged " + cause.ID}, got); diff != "" {
			t.Error(diff)
		}
	}
}

// newsWaitsForTheRouter: that another service joins rests after the message before, and never goes out before the router lets it.
func newsWaitsForTheRouter(t *testing.T, s *suite) {
	for _, c := range []struct {
		hold, until time.Duration
	}{{time.Minute, plan.Rest}, {2 * plan.Rest, 2 * plan.Rest}} {
		s.router.hold = c.hold
		name := "held-" + c.hold.String()
		now := int(s.clock.Now().Sub(noon) / time.Second)
		cause, effect := incident(name, now), incident(name+"-effect", now+1)
		effect.Severity, effect.Page = detector.SeverityNotice, false // nobody is told of it
		s.commit(change(detector.ChangeOpened, cause, now), change(detector.ChangeOpened, effect, now+1))
		s.wantSent("at once", "slack opened "+cause.ID)
		if err := s.Settle(s.ctx, nil, func([]detector.Incident) map[string]detector.Relation {
			return map[string]detector.Relation{effect.ID: {To: cause.ID, Why: "both name db-1"}}
		}); err != nil {
			t.Fatal(err)
		}
		s.passes(c.until - time.Minute)
		s.wantSent("a minute before it is due")
		s.passes(2 * time.Minute)
		s.wantSent("when it is due", "slack updated "+cause.ID)
	}
}
