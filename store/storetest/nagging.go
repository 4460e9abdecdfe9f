package storetest

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

// remindsNotOfWhatIsBack: what is inside what is expected again, and waits to resolve, reminds nobody until it is outside again.
func remindsNotOfWhatIsBack(t *testing.T, s *suite) {
	s.stateful(plan.Policy{Repeat: 10 * time.Minute}, false)
	in := incident("a", 0)
	s.commit(change(detector.ChangeOpened, in, 0))
	s.wantSent("at once", "slack opened a-0")
	s.says(in, detector.EntryBack, 500)
	s.passes(15 * time.Minute)
	s.wantSent("while it waits to resolve")
	s.says(in, detector.EntryWorse, 1000)
	s.passes(2 * time.Minute)
	s.wantSent("outside again", "slack reminded a-0")
}

// escalatesNotWhatIsBack: nor is the next receiver called for it, before it is outside again.
func escalatesNotWhatIsBack(t *testing.T, s *suite) {
	s.stateful(plan.Policy{Steps: []plan.Step{{After: 10 * time.Minute, Receivers: []string{"pager"}}}}, false)
	in := incident("a", 0)
	s.commit(change(detector.ChangeOpened, in, 0))
	s.wantSent("at once", "slack opened a-0")
	s.says(in, detector.EntryBack, 500)
	s.passes(15 * time.Minute)
	s.wantSent("while it waits to resolve")
	s.says(in, detector.EntryWorse, 1000)
	s.passes(time.Minute)
	s.wantSent("outside again", "pager escalated a-0")
}

// says commits an entry of an incident's timeline that is told to nobody.
func (s *suite) says(in *detector.Incident, kind detector.EntryKind, second int) {
	s.Helper()
	ch := change(detector.ChangeUpdated, in, second)
	ch.Quiet, ch.Incident.Timeline = true, append(ch.Incident.Timeline, detector.Entry{At: at(second), Kind: kind, Text: "x"})
	s.commit(ch)
}

// dealtWith: what an incident explained does not page because a person has resolved that one, in the same service and if it began
// before; it pages where the incident resolved by itself.
func dealtWith(t *testing.T, s *suite) {
	for i, c := range []struct {
		name, service string
		onset         int
		person, pages bool
	}{
		{"of the same service", "shop", 5, true, false},
		{"of another service", "cart", 5, true, true},
		{"which began later", "shop", 60, true, true},
		{"whose explanation is over by itself", "shop", 5, false, true},
	} {
		name := string(rune('a' + 2*i))
		cause, effect := incident(name, 10), incident(string(rune('b'+2*i)), 20)
		cause.Service, effect.Service, effect.Onset = "shop", c.service, at(c.onset)
		s.commit(change(detector.ChangeOpened, cause, 10), change(detector.ChangeOpened, effect, 20))
		settle := func(by string) {
			t.Helper()
			s.clock.add(time.Second)
			if err := s.Settle(s.ctx, nil, func([]detector.Incident) map[string]detector.Relation {
				return map[string]detector.Relation{effect.ID: {To: by}}
			}); err != nil {
				t.Fatal(err)
			}
		}
		settle(cause.ID)
		if c.person {
			if _, err := s.Act(s.ctx, cause.ID, store.Act{Kind: detector.EntryResolved, Actor: "ada", At: at(30)}); err != nil {
				t.Fatal(err)
			}
		} else {
			s.commit(change(detector.ChangeResolved, cause, 30))
		}
		settle("")
		if got := s.get(effect.ID); got.Page != c.pages || (got.ExplainedBy == "") != c.pages {
			t.Errorf("%s: pages %t, explained by %q", c.name, got.Page, got.ExplainedBy)
		}
	}
}

// escalatesWhatNobodyHeard: where every page was refused for good the next step is taken at once, and told so; where somebody was
// told it waits.
func escalatesWhatNobodyHeard(t *testing.T, s *suite) {
	s.stateful(plan.Policy{Receivers: []string{"slack", "phone"}, Steps: []plan.Step{
		{After: 10 * time.Minute, Receivers: []string{"pager"}}, {After: 30 * time.Minute, Receivers: []string{"boss"}},
	}}, false)
	s.commit(change(detector.ChangeOpened, incident("a", 0), 0))
	refuse := func(n plan.Notification) (last string) {
		t.Helper()
		if err := s.Dead(s.ctx, "one", n.ID, "the channel is archived"); err != nil {
			t.Fatal(err)
		}
		s.clock.add(time.Second)
		s.pace()
		list := s.queued()
		return list[len(list)-1]
	}
	leased := s.lease("one", 10)
	if len(leased) != 2 {
		t.Fatalf("%d pages", len(leased))
	}
	for i, n := range leased {
		if got := refuse(n); (got == "pager escalated a-0") != (i == 1) {
			t.Errorf("after %d of two pages were refused: %s", i+1, got)
		}
	}
	if got := refuse(s.lease("one", 1)[0]); got != "boss escalated a-0" {
		t.Errorf("after the first step was refused too: %s", got)
	}
}
