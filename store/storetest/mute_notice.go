package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

// expressions: a silence may select by an expression, keeps it, and leaves secrets and lost input alone unless it says not to.
func expressions(t *testing.T, s *suite) {
	m := silenceOf("x", 0, 3600)
	m.Match = mute.Match{Expr: `service in ["service-a", "service-b"] && severity == "page"`}
	s.put(m)
	secret := incident("b", 20)
	secret.Kind = detector.KindSecret
	s.commit(change(detector.ChangeOpened, incident("a", 10), 20), change(detector.ChangeOpened, secret, 20), change(detector.ChangeOpened, incident("c", 20), 20))
	s.expect("the secret pages all the same", "slack opened b-20", "slack opened c-20")
	if !s.get("a-10").Silenced {
		t.Error("what the expression selects is not silenced")
	}
	m.ID, m.Critical, m.CreatedAt = "s-y", true, at(1)
	s.put(m)
	if !s.get("b-20").Silenced {
		t.Error("a silence that covers secrets too does not cover one")
	}
	list, err := s.Mutes(s.ctx, at(0))
	if err != nil || len(list) != 2 || list[0].Match.Expr != m.Match.Expr || !list[0].Critical || !list[0].Match.Covers(incident("a", 10)) {
		t.Errorf("the list: %+v, %v", list, err)
	}
	for name, text := range map[string]string{"a bomb": `all(1..1000000000, # > 0)`, "an unknown name": `servcie == "a"`} {
		m.ID, m.Match = "bad", mute.Match{Expr: text}
		if err := s.PutMute(s.ctx, m); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// silenceNotice: who will be paged is told once before a silence ends that holds something back, and again for the end of another one.
// Replicas tell it once.
func silenceNotice(t *testing.T, s *suite) {
	other, err := store.Open(s.ctx, s.options())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	review := func(when string, want ...string) {
		t.Helper()
		for _, r := range []*store.Store{s.Store, other} {
			if err := errors.Join(r.ReviewMutes(s.ctx), r.AnnounceMutes(s.ctx)); err != nil {
				t.Fatal(err)
			}
		}
		s.expect(when, want...)
	}
	m := silenceOf("service-a", 0, 3600)
	s.put(m)
	notice := incident("n", 10)
	notice.Service, notice.Severity = "service-a", detector.SeverityNotice
	notice.Page = false
	s.commit(change(detector.ChangeOpened, notice, 10))
	explained := incident("e", 10)
	explained.Service, explained.Page, explained.ExplainedBy = "service-a", false, notice.ID
	s.commit(change(detector.ChangeOpened, explained, 10))
	s.clock.add(46 * time.Minute)
	review("while nothing that pages is held back")
	s.commit(change(detector.ChangeOpened, incident("a", 10), 2760))
	review("before its end", "slack expiring a-10")
	n := s.lease("one", 10)
	if len(n) != 1 || n[0].Group == nil || n[0].Group.Sort != plan.Held || n[0].Group.Open != 1 || !n[0].Group.Ends.Equal(at(3600)) {
		t.Fatalf("the notice: %+v", n)
	}
	if want := `service="service-a", silenced: the rack moves, by ada on 4 Mar 2026`; n[0].Group.Silence != want {
		t.Errorf("it says %q, want %q", n[0].Group.Silence, want)
	}
	if is := n[0].Incident; !is.Silenced || is.Muted == nil || is.Muted.By != m.ID {
		t.Errorf("the incident of the notice is still silenced, and says %t, %+v", is.Silenced, is.Muted)
	}
	s.done(n[0].ID, "")
	m.ID, m.Ends, m.CreatedAt = "s-later", at(7200), at(1)
	s.put(m)
	review("with a silence that ends later", "slack expiring a-10")
	s.clock.add(time.Hour)
	review("before that", "slack expiring a-10", "slack expiring a-10")
	s.clock.add(15 * time.Minute)
	review("after it", "slack expiring a-10", "slack expiring a-10", "slack opened a-10")
	list, err := s.Mutes(s.ctx, at(0))
	if err != nil || len(list) != 2 || !list[0].Noticed.Equal(at(7200)) || !list[1].Noticed.Equal(at(3600)) {
		t.Errorf("the list: %+v, %v", list, err)
	}
}
