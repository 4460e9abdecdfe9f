package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

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

func settles(t *testing.T, s *suite) {
	s.router.wait = 5e9
	cause, effect := incident("cause", 10), incident("effect", 12)
	s.commit(change(detector.ChangeOpened, cause, 10), change(detector.ChangeOpened, effect, 12))
	settle := func(by map[string]detector.Relation) {
		t.Helper()
		if err := s.Settle(s.ctx, func(open []detector.Incident) map[string]detector.Relation {
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
	told := []string{"slack opened cause-10", "slack updated cause-10"}
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
	told = append(told, "slack updated cause-10") // the engine's own
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
		if err := s.Settle(s.ctx, func([]detector.Incident) map[string]detector.Relation {
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
	if diff := cmp.Diff([]string{"slack opened a-10", "slack opened b-12", "slack updated a-10"}, s.queued()); diff != "" {
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
		if err := s.Settle(s.ctx, func([]detector.Incident) map[string]detector.Relation {
			return map[string]detector.Relation{other.ID: {To: by}}
		}); err != nil {
			t.Fatal(err)
		}
	}
	settle(in.ID)
	settle("")
	want := []string{"slack opened a-10", "slack updated a-10", "slack opened b-40"}
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
		if err := s.Settle(s.ctx, func([]detector.Incident) map[string]detector.Relation {
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
