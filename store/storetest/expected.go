package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

func expects(t *testing.T, s *suite) {
	secret := func(seconds int) *detector.Incident {
		in := incident("a", seconds)
		in.Kind = detector.KindSecret
		return in
	}
	first := secret(10)
	s.commit(change(detector.ChangeOpened, first, 10))
	s.act(first.ID, detector.EntryExpected, "ada", 20)
	want := []string{"slack opened a-10", "slack resolved a-10"}
	// Neither the same one again nor a later one of its series wakes anybody.
	s.commit(change(detector.ChangeReopened, first, 30))
	if got := s.get(first.ID); got.Status != detector.StatusResolved || got.Reopened != 0 {
		t.Errorf("what is expected was reopened: %s, %d times", got.Status, got.Reopened)
	}
	second := secret(100)
	s.commit(change(detector.ChangeOpened, second, 100))
	for i, event := range []detector.ChangeEvent{detector.ChangeUpdated, detector.ChangeResolved} {
		got := s.get(second.ID)
		if got.Page || got.Severity != detector.SeverityRecord {
			t.Errorf("before %s: page %v, severity %s", event, got.Page, got.Severity)
		}
		if diff := cmp.Diff([]string{"onset", "opened", "muted"}, s.kinds(got)); diff != "" {
			t.Errorf("before %s: timeline (-want +got):\n%s", event, diff)
		}
		s.commit(change(event, second, 110+10*i))
	}
	if diff := cmp.Diff(want, s.queued()); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
	// Another series pages, and so does this one when a person has taken the word back.
	other := incident("b", 130)
	other.Kind = detector.KindSecret
	s.commit(change(detector.ChangeOpened, other, 130))
	s.act(first.ID, detector.EntryReopened, "ada", 140)
	s.act(first.ID, detector.EntryResolved, "ada", 150)
	s.commit(change(detector.ChangeOpened, secret(200), 200))
	want = append(want, "slack opened b-130", "slack reopened a-10", "slack resolved a-10", "slack opened a-200")
	if diff := cmp.Diff(want, s.queued()); diff != "" {
		t.Errorf("outbox after it was taken back (-want +got):\n%s", diff)
	}
	// Of a surge the word is about that one alone.
	surge := incident("c", 300)
	s.commit(change(detector.ChangeOpened, surge, 300))
	s.act(surge.ID, detector.EntryExpected, "ada", 310)
	s.commit(change(detector.ChangeOpened, incident("c", 400), 400))
	if q := s.queued(); q[len(q)-1] != "slack opened c-400" {
		t.Errorf("the next surge: outbox %v", q)
	}
}
