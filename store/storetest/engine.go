package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

func replays(t *testing.T, s *suite) {
	in := incident("a", 10)
	history := []detector.Change{
		change(detector.ChangeOpened, in, 10), change(detector.ChangeUpdated, in, 20), change(detector.ChangeResolved, in, 60),
		change(detector.ChangeReopened, in, 90), change(detector.ChangeUpdated, in, 100),
	}
	history[1].Incident.Peak, history[1].Incident.Lines = 700, 9000
	history[3].Incident.Peak, history[3].Incident.Lines = 90, 12 // a stretch of its own
	history[4].Incident.Peak, history[4].Incident.Lines = 110, 3 // of those lines only some were counted now
	for _, ch := range history {
		s.commit(ch)
		s.sendAll() // or what follows joins it
	}
	want, queued := s.get(in.ID), s.queued()
	if len(queued) != 5 {
		t.Fatalf("outbox %v, want 5 notifications", queued)
	}
	for i := range history {
		s.commit(history[:i+1]...)
		s.commit(history[i])
	}
	s.commit(history...)
	if diff := cmp.Diff(want, s.get(in.ID)); diff != "" {
		t.Errorf("incident after replays (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(queued, s.queued()); diff != "" {
		t.Errorf("outbox after replays (-want +got):\n%s", diff)
	}
	if want.Peak != 110 || want.Lines != 12 || want.Reopened != 1 || want.Status != detector.StatusOpen {
		t.Errorf("peak %v, %d lines, reopened %d, status %s; want 110, 12, 1, open", want.Peak, want.Lines, want.Reopened, want.Status)
	}
}

func life(t *testing.T, s *suite) {
	in := incident("a", 10)
	s.commit(change(detector.ChangeOpened, in, 10))
	got := s.get(in.ID)
	if diff := cmp.Diff(in, got); diff != "" {
		t.Errorf("as opened (-want +got):\n%s", diff)
	}
	quiet := change(detector.ChangeUpdated, in, 20)
	quiet.Quiet, quiet.Incident.Observed, quiet.Incident.Onset = true, 150, at(-60)
	quiet.Incident.Timeline = []detector.Entry{{At: at(-60), Kind: detector.EntryOnset}, {At: at(20), Kind: detector.EntryWorse, Text: "more"}}
	s.commit(quiet)
	s.commit(change(detector.ChangeResolved, in, 60))
	got = s.get(in.ID)
	if got.Status != detector.StatusResolved || got.ResolvedAt == nil || !got.ResolvedAt.Equal(at(60)) {
		t.Errorf("status %s, resolved at %v; want resolved at %v", got.Status, got.ResolvedAt, at(60))
	}
	if diff := cmp.Diff([]string{"onset", "opened", "worse", "resolved"}, s.kinds(got)); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
	s.commit(change(detector.ChangeReopened, in, 90))
	got = s.get(in.ID)
	if got.Status != detector.StatusOpen || got.ResolvedAt != nil || got.Reopened != 1 {
		t.Errorf("reopened: status %s, resolved at %v, %d times", got.Status, got.ResolvedAt, got.Reopened)
	}
	if diff := cmp.Diff([]string{"slack opened a-10", "slack resolved a-10", "slack reopened a-10"}, s.queued()); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
	// What is over when the store first hears of it wakes nobody.
	s.commit(change(detector.ChangeResolved, incident("b", 10), 60))
	if q := s.queued(); len(q) != 3 {
		t.Errorf("outbox after an incident that came resolved: %v", q)
	}
	if open, err := s.Unresolved(s.ctx); err != nil || len(open) != 1 || open[0].SeriesKey != in.SeriesKey {
		t.Errorf("unresolved: %v, %v", open, err)
	}
}

func unique(t *testing.T, s *suite) {
	first := incident("a", 10)
	s.commit(change(detector.ChangeOpened, first, 10))
	// The engine has lost its state and gives what is open a second id.
	second := incident("a", 40)
	second.Peak = 900
	s.commit(change(detector.ChangeOpened, second, 40))
	open, err := s.Unresolved(s.ctx)
	if err != nil || len(open) != 1 || open[0].ID != first.ID || open[0].Peak != 900 {
		t.Fatalf("unresolved: %+v, %v; want the first with the peak of the second", open, err)
	}
	if got := s.get(second.ID); got.ID != first.ID || !got.OpenedAt.Equal(first.OpenedAt) {
		t.Errorf("the second id leads to %s opened at %v", got.ID, got.OpenedAt)
	}
	if diff := cmp.Diff([]string{"slack opened a-10"}, s.queued()); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
	s.commit(change(detector.ChangeResolved, second, 60))
	if got := s.get(first.ID); got.Status != detector.StatusResolved {
		t.Errorf("resolved by its second id: %s", got.Status)
	}
	// Resolved, the series may have another one; then the old one cannot be opened again beside it.
	third := incident("a", 100)
	s.commit(change(detector.ChangeOpened, third, 100))
	s.commit(change(detector.ChangeReopened, first, 110))
	if got := s.get(first.ID); got.Status != detector.StatusResolved {
		t.Errorf("the first was reopened beside the third: %s", got.Status)
	}
	other := incident("a", 100)
	other.ID, other.Kind = "a-fall", detector.KindFall
	s.commit(change(detector.ChangeOpened, other, 100))
	if open, err := s.Unresolved(s.ctx); err != nil || len(open) != 2 {
		t.Errorf("unresolved: %d, %v; want one a kind", len(open), err)
	}
}

func upgrades(t *testing.T, s *suite) {
	in := incident("a", 10)
	s.commit(change(detector.ChangeOpened, in, 10))
	up := change(detector.ChangeUpdated, in, 20)
	up.Incident.Kind = detector.KindMaskedError
	up.Incident.Hidden = &detector.Hidden{TemplateID: 0xbeef, Template: "disk <*> is full"}
	s.commit(up)
	if got := s.get(in.ID); got.Kind != detector.KindMaskedError || got.Hidden == nil {
		t.Errorf("kind %s, hidden %v", got.Kind, got.Hidden)
	}
	// The kind that it left is free, and it cannot go back while another one has it.
	beside := incident("a", 30)
	s.commit(change(detector.ChangeOpened, beside, 30))
	s.commit(change(detector.ChangeUpdated, in, 40))
	if got := s.get(in.ID); got.Kind != detector.KindMaskedError {
		t.Errorf("kind %s, want masked_error kept", got.Kind)
	}
	if open, err := s.Unresolved(s.ctx); err != nil || len(open) != 2 {
		t.Errorf("unresolved: %d, %v; want 2", len(open), err)
	}
}

func keeps(t *testing.T, s *suite) {
	in := incident("a", 10)
	s.commit(change(detector.ChangeOpened, in, 10))
	thin := change(detector.ChangeUpdated, in, 20)
	thin.Incident.Samples, thin.Incident.Chart, thin.Incident.Carriers, thin.Incident.Timeline = nil, nil, nil, nil
	thin.Incident.Peak, thin.Incident.Observed = 50, 50
	s.commit(thin)
	got := s.get(in.ID)
	if len(got.Samples) != 1 || got.Chart == nil || len(got.Carriers) != 1 || len(got.Timeline) != 2 {
		t.Errorf("samples %v, chart %v, carriers %v, timeline %v: an update without them took them away", got.Samples, got.Chart, got.Carriers, got.Timeline)
	}
	if got.Peak != 100 || got.Observed != 50 {
		t.Errorf("peak %v, observed %v; want 100 and 50", got.Peak, got.Observed)
	}
	stale := change(detector.ChangeUpdated, in, 15)
	stale.Incident.Observed = 1
	s.commit(stale)
	if got := s.get(in.ID); got.Observed != 50 || !got.UpdatedAt.Equal(at(20)) {
		t.Errorf("an older update was applied: observed %v at %v", got.Observed, got.UpdatedAt)
	}
}
