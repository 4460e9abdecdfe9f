package storetest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/store"
)

func acts(t *testing.T, s *suite) {
	const (
		open = detector.StatusOpen
		ackn = detector.StatusAcknowledged
		over = detector.StatusResolved
	)
	for i, c := range []struct {
		from detector.Status
		act  detector.EntryKind
		want detector.Status // empty: refused
		told string          // event of the notification; empty: none
	}{
		{open, detector.EntryAcknowledged, ackn, "acknowledged"},
		{open, detector.EntryUnacknowledged, open, ""},
		{open, detector.EntryResolved, over, "resolved"},
		{open, detector.EntryReopened, open, ""},
		{open, detector.EntryNote, open, "updated"},
		{open, detector.EntryExpected, over, "resolved"},
		{ackn, detector.EntryAcknowledged, ackn, "acknowledged"}, // another person takes over
		{ackn, detector.EntryUnacknowledged, open, "updated"},
		{ackn, detector.EntryResolved, over, "resolved"},
		{ackn, detector.EntryReopened, ackn, ""},
		{ackn, detector.EntryNote, ackn, "updated"},
		{ackn, detector.EntryExpected, over, "resolved"},
		{over, detector.EntryAcknowledged, "", ""},
		{over, detector.EntryUnacknowledged, "", ""},
		{over, detector.EntryResolved, over, ""},
		{over, detector.EntryReopened, open, "reopened"},
		{over, detector.EntryNote, over, "updated"},
		{over, detector.EntryExpected, over, ""},
		{open, detector.EntryPaged, "", ""},
		{open, "dance", "", ""},
	} {
		in := incident(string(rune('a'+i)), 10)
		s.commit(change(detector.ChangeOpened, in, 10))
		switch c.from {
		case ackn:
			s.act(in.ID, detector.EntryAcknowledged, "ada", 20)
		case over:
			s.act(in.ID, detector.EntryResolved, "ada", 20)
		}
		before := s.queued()
		got, err := s.Act(s.ctx, in.ID, store.Act{Kind: c.act, Actor: "grace", Text: "a word", At: at(30)})
		var refused *store.RefusedError
		switch {
		case c.want == "" && !errors.As(err, &refused):
			t.Errorf("%s, %s: %v, want it refused", c.from, c.act, err)
		case c.want == "" && (refused.Status != c.from || refused.Error() == ""):
			t.Errorf("%s, %s: refused as %+v", c.from, c.act, refused)
		case c.want != "" && err != nil:
			t.Errorf("%s, %s: %v", c.from, c.act, err)
		case c.want != "" && got.Status != c.want:
			t.Errorf("%s, %s: now %s, want %s", c.from, c.act, got.Status, c.want)
		case c.want == ackn && c.act == detector.EntryAcknowledged && got.Assignee != "grace":
			t.Errorf("%s, %s: assignee %q", c.from, c.act, got.Assignee)
		}
		var want []string
		if c.told != "" {
			want = []string{"slack " + c.told + " " + in.ID}
		}
		if diff := cmp.Diff(want, s.queued()[len(before):], cmp.Transformer("", func(v []string) []string { return append([]string{}, v...) })); diff != "" {
			t.Errorf("%s, %s: notifications (-want +got):\n%s", c.from, c.act, diff)
		}
	}
	if _, err := s.Act(s.ctx, "nothing", store.Act{Kind: detector.EntryNote, Actor: "ada", Text: "x"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("act on no incident: %v, want ErrNotFound", err)
	}
	if _, err := s.Act(s.ctx, "a-10", store.Act{Kind: detector.EntryNote, Text: "x"}); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("act by nobody: %v, want ErrInvalid", err)
	}
	var refused *store.RefusedError
	if _, err := s.Act(s.ctx, "a-10", store.Act{Kind: detector.EntryNote, Actor: "ada"}); !errors.As(err, &refused) {
		t.Errorf("an empty note: %v, want it refused", err)
	}
}

func peopleWin(t *testing.T, s *suite) {
	in := incident("a", 10)
	s.commit(change(detector.ChangeOpened, in, 10))
	s.act(in.ID, detector.EntryAcknowledged, "ada", 15)
	s.act(in.ID, detector.EntryNote, "ada", 16)
	s.commit(change(detector.ChangeUpdated, in, 20))
	if got := s.get(in.ID); got.Status != detector.StatusAcknowledged || got.Assignee != "ada" {
		t.Errorf("after an update: %s by %q, want acknowledged by ada", got.Status, got.Assignee)
	}
	s.act(in.ID, detector.EntryResolved, "ada", 25)
	told := len(s.queued())
	s.commit(change(detector.ChangeUpdated, in, 30))
	if got := s.get(in.ID); got.Status != detector.StatusResolved || !got.ResolvedAt.Equal(at(25)) {
		t.Errorf("after an update of what ada resolved: %s at %v", got.Status, got.ResolvedAt)
	}
	done := change(detector.ChangeResolved, in, 40)
	done.Incident.Timeline = append(done.Incident.Timeline, detector.Entry{At: at(40), Kind: detector.EntryResolved})
	s.commit(done)
	if len(s.queued()) != told {
		t.Errorf("the engine told people what ada had done: %v", s.queued()[told:])
	}
	got := s.get(in.ID)
	if !got.ResolvedAt.Equal(at(25)) {
		t.Errorf("resolved at %v, want when ada did", got.ResolvedAt)
	}
	if diff := cmp.Diff([]string{"onset", "opened", "acknowledged", "note", "resolved", "back"}, s.kinds(got)); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
	again := change(detector.ChangeReopened, in, 50)
	again.Incident.Timeline = done.Incident.Timeline
	s.commit(again)
	got = s.get(in.ID)
	if got.Status != detector.StatusOpen || got.Assignee != "" {
		t.Errorf("abnormal again: %s, assignee %q; want open and nobody's", got.Status, got.Assignee)
	}
	// What the engine did before ada reopened does not undo it when it is replayed.
	s.commit(change(detector.ChangeResolved, in, 60))
	s.act(in.ID, detector.EntryReopened, "ada", 70)
	acts, err := s.ActsSince(s.ctx, at(20))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]store.Acted{
		{Incident: in.ID, Kind: detector.EntryResolved, At: at(25)}, {Incident: in.ID, Kind: detector.EntryReopened, At: at(70)},
	}, acts); diff != "" {
		t.Errorf("acts that end or reopen (-want +got):\n%s", diff)
	}
	if acts, err = s.ActsSince(s.ctx, at(71)); err != nil || len(acts) != 0 {
		t.Errorf("acts after the last: %v, %v", acts, err)
	}
	s.commit(change(detector.ChangeResolved, in, 60))
	if got := s.get(in.ID); got.Status != detector.StatusOpen {
		t.Errorf("a replayed resolve undid a person's reopening: %s", got.Status)
	}
	// Nor can a person open it beside a newer one.
	s.act(in.ID, detector.EntryResolved, "ada", 80)
	s.commit(change(detector.ChangeOpened, incident("a", 90), 90))
	var refused *store.RefusedError
	if _, err := s.Act(s.ctx, in.ID, store.Act{Kind: detector.EntryReopened, Actor: "ada", At: at(95)}); !errors.As(err, &refused) {
		t.Errorf("reopening beside a newer incident: %v, want it refused", err)
	}
}

func actsAgain(t *testing.T, s *suite) {
	in := incident("a", 10)
	s.commit(change(detector.ChangeOpened, in, 10))
	for _, kind := range []detector.EntryKind{
		detector.EntryNote, detector.EntryAcknowledged, detector.EntryUnacknowledged, detector.EntryResolved,
		detector.EntryExpected, detector.EntryReopened,
	} {
		want, told := s.act(in.ID, kind, "ada", 20+len(kind)), s.queued()
		for range 2 {
			if diff := cmp.Diff(want, s.act(in.ID, kind, "ada", 20+len(kind))); diff != "" {
				t.Errorf("%s again (-want +got):\n%s", kind, diff)
			}
		}
		if diff := cmp.Diff(told, s.queued()); diff != "" {
			t.Errorf("%s again: outbox (-want +got):\n%s", kind, diff)
		}
	}
	log, _, err := s.AuditLog(s.ctx, store.AuditFilter{Subject: in.ID})
	if err != nil || len(log) != 6 || log[5].Action != "incident.note" || log[5].Actor != "ada" || log[5].Text != "because" {
		t.Errorf("audit: %+v, %v; want one entry an act", log, err)
	}
	got, err := s.Act(s.ctx, in.ID[:3]+"", store.Act{Kind: detector.EntryNote, Actor: "ada", Text: "x"})
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("act by a prefix that is too short: %v, %v", got, err)
	}
}
