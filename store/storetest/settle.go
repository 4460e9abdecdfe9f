package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

func settles(t *testing.T, s *suite) {
	s.router.wait = 5e9
	cause, effect := incident("cause", 10), incident("effect", 12)
	s.commit(change(detector.ChangeOpened, cause, 10), change(detector.ChangeOpened, effect, 12))
	settle := func(by map[string]detector.Relation) {
		t.Helper()
		if err := s.Settle(s.ctx, nil, func(open []detector.Incident) map[string]detector.Relation {
			if len(open) != 2 || open[0].ID != cause.ID {
				t.Errorf("Settle got %d incidents, oldest %s", len(open), open[0].ID)
			}
			return by
		}); err != nil {
			t.Fatal(err)
		}
	}
	explained := detector.Relation{To: cause.ID, Why: "both name db-1"}
	settle(map[string]detector.Relation{effect.ID: explained, cause.ID: explained, "gone": explained})
	settle(map[string]detector.Relation{effect.ID: explained})
	got, by := s.get(effect.ID), s.get(cause.ID)
	if got.ExplainedBy != cause.ID || got.Page || by.ExplainedBy != "" {
		t.Errorf("explained by %q, page %v", got.ExplainedBy, got.Page)
	}
	wantRelated := []detector.Related{{ID: effect.ID, Kind: effect.Kind, Service: effect.Service, Onset: effect.Onset, Why: "both name db-1"}}
	if diff := cmp.Diff(wantRelated, by.Related); diff != "" {
		t.Errorf("related of the cause (-want +got):\n%s", diff)
	}
	told := []string{"slack opened cause-10"} // it waits, and says what has joined it
	if diff := cmp.Diff(told, s.queued()); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
	// The engine of either shard knows nothing of it, and does not undo it.
	s.commit(change(detector.ChangeUpdated, cause, 20), change(detector.ChangeUpdated, effect, 20), change(detector.ChangeResolved, effect, 60))
	if got := s.get(effect.ID); got.ExplainedBy != cause.ID || got.Status != detector.StatusResolved {
		t.Errorf("explained by %q, %s", got.ExplainedBy, got.Status)
	}
	if by := s.get(cause.ID); len(by.Related) != 1 || !strings.Contains(by.Detail, effect.Service) {
		t.Errorf("after an update the cause has %d related and says %q", len(by.Related), by.Detail)
	}
	if diff := cmp.Diff(told, s.queued()); diff != "" {
		t.Errorf("outbox after the end (-want +got):\n%s", diff)
	}
}

// links relates two incidents that were both told.
func links(t *testing.T, s *suite) {
	a, b := incident("a", 10), incident("b", 12)
	s.commit(change(detector.ChangeOpened, a, 10), change(detector.ChangeOpened, b, 12))
	s.clock.add(20e9)
	for range 2 {
		if err := s.Settle(s.ctx, nil, func([]detector.Incident) map[string]detector.Relation {
			return map[string]detector.Relation{b.ID: {To: a.ID, Why: "both began at 12:00", Link: true}}
		}); err != nil {
			t.Fatal(err)
		}
	}
	got, by := s.get(b.ID), s.get(a.ID)
	if !got.Page || got.ExplainedBy != "" || len(by.Related) != 1 {
		t.Errorf("page %v, explained by %q, %d related", got.Page, got.ExplainedBy, len(by.Related))
	}
	if diff := cmp.Diff([]string{"onset", "opened", "related"}, s.kinds(got)); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"slack opened a-10", "slack opened b-12"}, s.queued()); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
}

func standsAgain(t *testing.T, s *suite) {
	// By the engine's word.
	in := incident("a", 10)
	explained := change(detector.ChangeOpened, in, 10)
	explained.Quiet, explained.Incident.Page, explained.Incident.ExplainedBy = true, false, "x"
	s.commit(explained)
	stands := change(detector.ChangeOpened, in, 30)
	s.commit(stands)
	s.commit(explained, stands)
	if got := s.get(in.ID); !got.Page || got.ExplainedBy != "" {
		t.Errorf("page %v, explained by %q", got.Page, got.ExplainedBy)
	}
	// By settling, before and after its page went out.
	other := incident("b", 40)
	s.commit(change(detector.ChangeOpened, other, 40))
	settle := func(by string) {
		t.Helper()
		s.clock.add(1e9)
		if err := s.Settle(s.ctx, nil, func([]detector.Incident) map[string]detector.Relation {
			return map[string]detector.Relation{other.ID: {To: by}}
		}); err != nil {
			t.Fatal(err)
		}
	}
	settle(in.ID)
	settle("")
	want := []string{"slack opened a-10", "slack opened b-40"}
	if diff := cmp.Diff(want, s.queued()); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
	for _, n := range s.lease("one", 10) {
		s.done(n.ID, "")
	}
	settle(in.ID)
	settle("")
	if diff := cmp.Diff(want, s.queued()); diff != "" {
		t.Errorf("outbox: who was told was told again (-want +got):\n%s", diff)
	}
	// Whoever was told of the opening is told of the end, explained or not.
	settle(in.ID)
	s.commit(change(detector.ChangeResolved, other, 200))
	if diff := cmp.Diff(append(want, "slack resolved b-40"), s.queued()); diff != "" {
		t.Errorf("outbox after the end (-want +got):\n%s", diff)
	}
}

// explainedAndSilenced: what was explained when a silence came, or the other way round, and is neither any more, pages.
func explainedAndSilenced(t *testing.T, s *suite) {
	cause, other := incident("a", 10), incident("b", 20)
	s.commit(change(detector.ChangeOpened, cause, 10), change(detector.ChangeOpened, other, 20))
	settle := func(by string) {
		t.Helper()
		s.clock.add(time.Second)
		if err := s.Settle(s.ctx, nil, func([]detector.Incident) map[string]detector.Relation {
			return map[string]detector.Relation{other.ID: {To: by}}
		}); err != nil {
			t.Fatal(err)
		}
	}
	end := func(name string) {
		t.Helper()
		if err := s.EndMute(s.ctx, name, "ada", s.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	silence := func(name string) {
		t.Helper()
		m := silenceOf(other.Service, 0, 3600)
		m.ID = name
		s.put(m)
	}
	for _, c := range []struct {
		name string
		acts []func()
	}{
		{"explained, silenced, stands, ends", []func(){func() { settle(cause.ID) }, func() { silence("one") }, func() { settle("") }, func() { end("one") }}},
		{"silenced, explained, stands, ends", []func(){func() { silence("two") }, func() { settle(cause.ID) }, func() { settle("") }, func() { end("two") }}},
		{"explained, silenced, ends, stands", []func(){func() { settle(cause.ID) }, func() { silence("three") }, func() { end("three") }, func() { settle("") }}},
	} {
		for i, act := range c.acts {
			if got := s.get(other.ID); (i == 0) != got.Page {
				t.Errorf("%s: before act %d page is %v", c.name, i+1, got.Page)
			}
			act()
		}
		if got := s.get(other.ID); !got.Page || got.Severity != detector.SeverityPage || got.Silenced || got.ExplainedBy != "" {
			t.Errorf("%s: page %v, %s, silenced %v, explained by %q", c.name, got.Page, got.Severity, got.Silenced, got.ExplainedBy)
		}
	}
}
