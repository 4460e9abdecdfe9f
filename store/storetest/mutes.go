package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

func (s *suite) put(m mute.Mute) {
	s.Helper()
	if err := s.PutMute(s.ctx, m); err != nil {
		s.Fatalf("put %s: %v", m.ID, err)
	}
}

func silenceOf(service string, from, to int) mute.Mute {
	return mute.Mute{
		ID: "s-" + service, Sort: mute.Silence, Match: mute.Match{Service: service}, Starts: at(from), Ends: at(to),
		Author: "ada", Comment: "the rack moves", CreatedAt: at(from),
	}
}

// expect compares the outbox.
func (s *suite) expect(when string, want ...string) {
	s.Helper()
	if diff := cmp.Diff(want, s.queued()); diff != "" {
		s.Fatalf("%s: outbox (-want +got):\n%s", when, diff)
	}
}

func silences(t *testing.T, s *suite) {
	s.put(silenceOf("service-a", 0, 600))
	in := incident("a", 10)
	s.commit(change(detector.ChangeOpened, in, 10))
	got := s.get(in.ID)
	if !got.Silenced || got.Page || got.Status != detector.StatusOpen || got.Severity != detector.SeverityPage || got.Muted == nil {
		t.Fatalf("silenced %v, page %v, %s, %s, %+v", got.Silenced, got.Page, got.Status, got.Severity, got.Muted)
	}
	if want := "silenced: the rack moves, by ada on 4 Mar 2026, until 4 Mar 2026 12:10 UTC"; got.Muted.Why != want {
		t.Errorf("why is %q, want %q", got.Muted.Why, want)
	}
	s.commit(change(detector.ChangeUpdated, in, 70), change(detector.ChangeOpened, incident("b", 20), 20))
	s.expect("while it holds", "slack opened b-20")
	// What was paged before a silence and is not sent yet is withdrawn; what was sent stays told.
	s.put(silenceOf("service-b", 0, 600))
	if n := s.lease("one", 10); len(n) != 0 {
		t.Errorf("%d pages are left to send", len(n))
	}
	if err := s.ReviewMutes(s.ctx); err != nil {
		t.Fatal(err)
	}
	if !s.get("b-20").Silenced || !s.get(in.ID).Silenced {
		t.Error("a review let go what is still silenced")
	}
	// It ends, and what is open pages, by the review alone. A review again tells nobody.
	s.clock.add(10 * time.Minute)
	for range 2 {
		if err := s.ReviewMutes(s.ctx); err != nil {
			t.Fatal(err)
		}
	}
	s.expect("after its end", "slack opened a-10", "slack opened b-20")
	if got := s.get(in.ID); got.Silenced || !got.Page || got.Muted != nil {
		t.Errorf("after its end: silenced %v, page %v, %+v", got.Silenced, got.Page, got.Muted)
	}
	if got := s.kinds(s.get(in.ID)); !slices.Contains(got, "muted") || !slices.Contains(got, "unmuted") {
		t.Errorf("timeline %v", got)
	}
	// What a person has taken is not told again; what is resolved under a silence is told to nobody.
	taken, over := incident("c", 700), incident("d", 700)
	s.commit(change(detector.ChangeOpened, taken, 700))
	s.act(taken.ID, detector.EntryAcknowledged, "ada", 710)
	s.put(silenceOf("service-c", 700, 1200))
	s.put(silenceOf("service-d", 600, 1200))
	s.commit(change(detector.ChangeOpened, over, 700), change(detector.ChangeResolved, over, 800))
	before := s.queued()
	s.clock.add(10 * time.Minute)
	if err := s.ReviewMutes(s.ctx); err != nil {
		t.Fatal(err)
	}
	s.expect("what was taken", before...)
	if got := s.get(over.ID); got.Muted == nil || got.Status != detector.StatusResolved {
		t.Errorf("what ended under a silence: %s, %+v", got.Status, got.Muted)
	}
	// Whoever was told of an incident is told who silenced it.
	sent := func() (list []plan.Notification) {
		t.Helper()
		for leased := s.lease("one", 10); len(leased) > 0; leased = s.lease("one", 10) {
			for _, n := range leased {
				if err := s.Done(s.ctx, n.ID, "", "", s.clock.Now()); err != nil {
					t.Fatal(err)
				}
			}
			list = append(list, leased...)
		}
		return list
	}
	sent()
	s.commit(change(detector.ChangeOpened, incident("e", 700), 700))
	s.put(silenceOf("service-e", 700, 2400))
	if n := sent(); len(n) != 0 {
		t.Errorf("what was silenced before it was sent: %+v", n)
	}
	s.commit(change(detector.ChangeOpened, incident("f", 700), 700))
	sent()
	s.put(silenceOf("service-f", 700, 2400))
	for i, n := range sent() {
		muted := slices.ContainsFunc(n.Incident.Timeline, func(e detector.Entry) bool { return e.Kind == detector.EntryMuted && e.Actor == "ada" })
		if i != 0 || n.Event != detector.ChangeUpdated || n.Incident.ID != "f-700" || !muted || n.Incident.Muted == nil {
			t.Errorf("%s of %s: %+v", n.Event, n.Incident.ID, n.Incident.Timeline)
		}
	}
	if got := s.queued(); got[len(got)-1] != "slack updated f-700" {
		t.Errorf("what was told and is silenced: %v", got)
	}
	for name, bad := range map[string]func(*mute.Mute){
		"everything": func(m *mute.Mute) { m.Match = mute.Match{} },
		"no length":  func(m *mute.Mute) { m.Ends = m.Starts },
		"no author":  func(m *mute.Mute) { m.Author = "" },
		"no id":      func(m *mute.Mute) { m.ID = "" },
		"for ever":   func(m *mute.Mute) { m.Ends = time.Time{} },
	} {
		m := silenceOf("x", 0, 10)
		bad(&m)
		if err := s.PutMute(s.ctx, m); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.EndMute(s.ctx, "none", "ada", at(1)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("end of no silence: %v", err)
	}
}

// weeklySilence: 4 March 2026 is a Wednesday; noon UTC is 13:00 in Berlin.
func weeklySilence(t *testing.T, s *suite) {
	m := silenceOf("service-a", 0, 0)
	m.Weekly, m.Ends = &mute.Weekly{Days: []string{"wed"}, From: "13:00", To: "13:10", Zone: "Europe/Berlin"}, time.Time{}
	s.put(m)
	s.commit(change(detector.ChangeOpened, incident("a", 10), 10))
	s.expect("within its hours")
	s.clock.add(10 * time.Minute)
	// The engine's next word is enough, before any review.
	s.commit(change(detector.ChangeUpdated, incident("a", 10), 600))
	s.expect("after its hours", "slack opened a-10")
	list, err := s.Mutes(s.ctx, at(600))
	if err != nil || len(list) != 1 || list[0].Weekly == nil || list[0].Weekly.Zone != "Europe/Berlin" || !list[0].Ends.IsZero() {
		t.Errorf("the list: %+v, %v", list, err)
	}
}

func marks(t *testing.T, s *suite) {
	batch := incident("a", 10)
	s.commit(change(detector.ChangeOpened, batch, 10))
	_, err := s.Act(s.ctx, batch.ID, store.Act{
		Kind: detector.EntryExpected, Actor: "ann", Text: "nightly batch", At: at(20),
		Mark: &mute.Mute{
			Match:  mute.Match{Service: "service-a", TemplateID: batch.TemplateID},
			Weekly: &mute.Weekly{From: "12:00", To: "12:10", Zone: "UTC"}, Ends: at(30 * 86400),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	told := []string{"slack opened a-10", "slack resolved a-10"}
	s.expect("when it is marked", told...)
	// The next day at the hour, counted late by the clock: it is still that hour's.
	next := incident("a", 86400+60)
	s.clock.add(24*time.Hour + 30*time.Minute)
	s.commit(change(detector.ChangeOpened, next, 86400+60))
	got := s.get(next.ID)
	if got.Page || got.Silenced || got.Severity != detector.SeverityRecord || got.Muted == nil || got.Muted.As != "expected" ||
		!strings.HasPrefix(got.Muted.Why, "expected: nightly batch, marked by ann on 4 Mar 2026") {
		t.Fatalf("page %v, severity %s, %+v", got.Page, got.Severity, got.Muted)
	}
	if err := s.ReviewMutes(s.ctx); err != nil {
		t.Fatal(err)
	}
	s.expect("at the hour", told...)
	// It goes on after the hour: now it is not expected, and pages.
	s.commit(change(detector.ChangeUpdated, next, 86400+660))
	s.expect("after the hour", append(told, "slack opened "+next.ID)...)
	// An error that hides in it is not what was marked; nor is another service.
	masked := incident("a", 2*86400)
	masked.SeriesKey, masked.ID = "series a2", "a2"
	masked.Hidden = &detector.Hidden{TemplateID: 7, Template: "disk on fire"}
	other := incident("b", 2*86400)
	s.commit(change(detector.ChangeOpened, masked, 2*86400), change(detector.ChangeOpened, other, 2*86400))
	if s.get("a2").Muted != nil || s.get(other.ID).Muted != nil {
		t.Error("a mark covers what it was not made for")
	}
	// A merged template keeps its mark.
	if err := s.PutAliases(s.ctx, []store.Alias{{From: 0xaa, To: 0x9, At: at(0)}}); err != nil {
		t.Fatal(err)
	}
	merged := incident("a", 2*86400+30)
	merged.SeriesKey, merged.ID, merged.TemplateID = "series a3", "a3", "0000000000000009"
	s.commit(change(detector.ChangeOpened, merged, 2*86400+30))
	if s.get("a3").Muted == nil {
		t.Error("the mark was lost with the merge of its template")
	}
	if list, _, err := s.Incidents(s.ctx, store.Filter{MutedBy: s.get("a3").Muted.By}); err != nil || len(list) != 1 || list[0].ID != "a3" {
		t.Errorf("what it covers: %d incidents, %v", len(list), err)
	}
	if _, err := s.Act(s.ctx, other.ID, store.Act{
		Kind: detector.EntryNoise, Actor: "ann", At: at(2*86400 + 50), Mark: &mute.Mute{Match: mute.Match{Service: "service-a"}},
	}); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a mark of another service: %v", err)
	}
}

func undoes(t *testing.T, s *suite) {
	first := incident("a", 10)
	s.commit(change(detector.ChangeOpened, first, 10))
	if _, err := s.Act(s.ctx, first.ID, store.Act{
		Kind: detector.EntryNoise, Actor: "ann", At: at(20), Mark: &mute.Mute{Match: mute.Match{Service: "service-a", Kind: detector.KindSurge}},
	}); err != nil {
		t.Fatal(err)
	}
	later := incident("a", 100)
	s.commit(change(detector.ChangeOpened, later, 100))
	told := []string{"slack opened a-10", "slack resolved a-10"}
	s.expect("while it is noise", told...)
	list, err := s.Mutes(s.ctx, at(100))
	if err != nil || len(list) != 1 || list[0].Sort != mute.Noise || list[0].Incident != first.ID {
		t.Fatalf("marks: %+v, %v", list, err)
	}
	if n, err := s.CountByMute(s.ctx); err != nil || len(n) != 1 || n[list[0].ID] != 1 {
		t.Errorf("the mark covers %v, %v, not the one incident that came after it", n, err)
	}
	for range 2 { // twice is once
		if err := s.EndMute(s.ctx, list[0].ID, "bob", at(110)); err != nil {
			t.Fatal(err)
		}
	}
	s.expect("when it is taken back", append(told, "slack opened a-100")...)
	if got := s.get(later.ID); !got.Page || got.Severity != detector.SeverityPage || got.Muted != nil {
		t.Errorf("page %v, severity %s, %+v", got.Page, got.Severity, got.Muted)
	}
	if got := s.get(first.ID); got.Timeline[len(got.Timeline)-1].Kind != detector.EntryUnmuted || got.Timeline[len(got.Timeline)-1].Actor != "bob" {
		t.Errorf("the incident does not say who took it back: %+v", got.Timeline)
	}
	if n, err := s.CountByMute(s.ctx); err != nil || len(n) != 0 {
		t.Errorf("what is covered: %v, %v", n, err)
	}
	log, _, err := s.AuditLog(s.ctx, store.AuditFilter{Subject: list[0].ID})
	if err != nil || len(log) != 2 || log[0].Action != "noise.ended" || log[0].Actor != "bob" || log[1].Action != "noise.created" {
		t.Errorf("audit: %+v, %v", log, err)
	}
}

// replicasAgree: what is put through one store holds for the next commit of another, without any wait.
func replicasAgree(t *testing.T, s *suite) {
	other := Open(t, s.options())
	if err := other.PutMute(s.ctx, silenceOf("service-a", 0, 600)); err != nil {
		t.Fatal(err)
	}
	s.commit(change(detector.ChangeOpened, incident("a", 10), 10))
	s.expect("a silence of another replica")
	if err := s.EndMute(s.ctx, "s-service-a", "bob", at(20)); err != nil {
		t.Fatal(err)
	}
	s.clock.add(20 * time.Second)
	if err := other.ReviewMutes(s.ctx); err != nil {
		t.Fatal(err)
	}
	s.expect("when another replica ends it", "slack opened a-10")
}
