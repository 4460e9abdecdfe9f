package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

const ttl = 30 * time.Second

func (s *suite) lease(owner string, limit int) []plan.Notification {
	s.Helper()
	ns, err := s.Lease(s.ctx, owner, s.clock.Now(), limit, ttl)
	if err != nil {
		s.Fatalf("lease: %v", err)
	}
	return ns
}

// messageLink is where the messages of done are read.
const messageLink = "https://chat.example.com/archives/C1/p1"

func (s *suite) done(id, ref string) {
	s.Helper()
	if err := s.Done(s.ctx, id, ref, messageLink, s.clock.Now()); err != nil {
		s.Fatalf("done: %v", err)
	}
}

func names(ns []plan.Notification) []string {
	out := []string{}
	for _, n := range ns {
		out = append(out, fmt.Sprintf("%s %s %s", n.Receiver, n.Event, n.Incident.ID))
	}
	return out
}

func outboxOrder(t *testing.T, s *suite) {
	s.router.receivers = []string{"slack", "hook"}
	a, b := incident("a", 10), incident("b", 20)
	s.commit(change(detector.ChangeOpened, a, 10), change(detector.ChangeOpened, b, 20), change(detector.ChangeResolved, a, 60))
	first := s.lease("one", 100)
	want := []string{"slack opened a-10", "hook opened a-10", "slack opened b-20", "hook opened b-20"}
	if diff := cmp.Diff(want, names(first)); diff != "" {
		t.Fatalf("leased (-want +got):\n%s", diff)
	}
	if n := first[0]; n.ID == "" || n.Attempts != 1 || n.Incident.Title != a.Title || len(n.Incident.Samples) != 1 ||
		n.Incident.SeriesKey != a.SeriesKey || n.Incident.Status != detector.StatusOpen || len(n.Incident.Timeline) != 2 {
		t.Errorf("notification %+v does not hold the incident as it was", n)
	}
	if again := s.lease("two", 100); len(again) != 0 {
		t.Errorf("leased twice: %v", names(again))
	}
	s.done(first[1].ID, "")
	if diff := cmp.Diff([]string{"hook resolved a-10"}, names(s.lease("two", 100))); diff != "" {
		t.Errorf("after the hook's first was sent (-want +got):\n%s", diff)
	}
	if err := s.Dead(s.ctx, "one", first[0].ID, "channel is archived"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"slack resolved a-10"}, names(s.lease("two", 100))); diff != "" {
		t.Errorf("after Slack's first was given up (-want +got):\n%s", diff)
	}
	got := s.get(a.ID)
	kinds := s.kinds(got)
	if !slices.Contains(kinds, "paged") || !slices.Contains(kinds, "page_failed") {
		t.Errorf("timeline %v, want paged and page_failed", kinds)
	}
	for _, e := range got.Timeline {
		if e.Kind == detector.EntryPaged && (e.Actor != "hook" || e.Text != messageLink) {
			t.Errorf("the page stands in the timeline as %+v", e)
		}
		if e.Kind == detector.EntryPageFailed && (e.Actor != "slack" || e.Text != "channel is archived") {
			t.Errorf("page_failed: %+v", e)
		}
	}
}

// longTimeline: what is loaded of thousands of entries are the newest, how it began, and that somebody was told.
func longTimeline(t *testing.T, s *suite) {
	a := incident("a", 10)
	s.commit(change(detector.ChangeOpened, a, 10))
	s.done(s.lease("one", 1)[0].ID, "")
	const many = 700
	for i := range many {
		a.Timeline = append(a.Timeline, detector.Entry{At: at(60 + i), Kind: detector.EntryWorse, Text: "outside again"})
	}
	s.commit(change(detector.ChangeUpdated, a, 60+many))
	a.Timeline = a.Timeline[len(a.Timeline)-2:] // as the engine forgets what the store has
	s.commit(change(detector.ChangeUpdated, a, 120+many))
	got := s.get(a.ID).Timeline
	count := make(map[detector.EntryKind]int)
	for _, e := range got {
		count[e.Kind]++
	}
	want := map[detector.EntryKind]int{detector.EntryOnset: 1, detector.EntryOpened: 1, detector.EntryPaged: 1, detector.EntryWorse: 500}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if first, last := got[0], got[len(got)-1]; first.Kind != detector.EntryOnset || !last.At.Equal(at(60+many-1)) {
		t.Errorf("from %+v to %+v", first, last)
	}
}

func leasesEnd(t *testing.T, s *suite) {
	s.router.wait = 5 * time.Second
	s.commit(change(detector.ChangeOpened, incident("a", 0), 0))
	if early := s.lease("one", 1); len(early) != 0 {
		t.Fatalf("leased before its time: %v", names(early))
	}
	s.clock.add(5 * time.Second)
	first := s.lease("one", 1)
	s.clock.add(ttl - 1)
	if len(first) != 1 || len(s.lease("two", 1)) != 0 {
		t.Fatalf("leased %v; another owner must wait for its end", names(first))
	}
	s.clock.add(time.Second)
	second := s.lease("two", 1)
	if len(second) != 1 || second[0].ID != first[0].ID || second[0].Attempts != 2 {
		t.Fatalf("after its end: %+v, want the same with 2 attempts", second)
	}
	s.done(first[0].ID, "")
	s.done(first[0].ID, "")
	if err := s.Retry(s.ctx, "two", first[0].ID, s.clock.Now(), "late answer"); err != nil {
		t.Fatal(err)
	}
	s.clock.add(time.Hour)
	if left := s.lease("two", 1); len(left) != 0 {
		t.Errorf("what was sent is leased again: %v", names(left))
	}
	if _, err := s.Lease(s.ctx, "", s.clock.Now(), 1, ttl); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("lease for nobody: %v", err)
	}
}

func manySenders(t *testing.T, s *suite) {
	s.router.receivers = []string{"slack", "hook", "mail"}
	const incidents, senders = 12, 6
	for i := range incidents {
		in := incident(fmt.Sprintf("s%d", i), i)
		s.commit(change(detector.ChangeOpened, in, i), change(detector.ChangeResolved, in, i+20))
	}
	var mu sync.Mutex
	sent, busy := map[string][]detector.ChangeEvent{}, map[string]bool{}
	total := 0
	var wg sync.WaitGroup
	for i := range senders {
		wg.Go(func() {
			for {
				ns, err := s.Lease(s.ctx, fmt.Sprint("sender ", i), s.clock.Now(), 5, ttl)
				if err != nil {
					t.Errorf("lease: %v", err)
					return
				}
				for _, n := range ns {
					queue := n.Receiver + " " + n.Incident.ID
					mu.Lock()
					if busy[queue] {
						t.Errorf("two senders have a message of %s", queue)
					}
					busy[queue] = true
					mu.Unlock()
				}
				for _, n := range ns {
					queue := n.Receiver + " " + n.Incident.ID
					mu.Lock()
					sent[queue] = append(sent[queue], n.Event)
					busy[queue] = false
					total++
					mu.Unlock()
					if err := s.Done(s.ctx, n.ID, "", "", s.clock.Now()); err != nil {
						t.Errorf("done: %v", err)
						return
					}
				}
				mu.Lock()
				finished := total >= incidents*3*2
				mu.Unlock()
				if finished || s.ctx.Err() != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	for queue, events := range sent {
		if !slices.Equal(events, []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeResolved}) {
			t.Errorf("%s: %v, want opened and then resolved, once each", queue, events)
		}
	}
	if len(sent) != incidents*3 {
		t.Errorf("%d queues were sent, want %d", len(sent), incidents*3)
	}
}

func retries(t *testing.T, s *suite) {
	in := incident("a", 10)
	s.commit(change(detector.ChangeOpened, in, 10))
	n := s.lease("one", 1)[0]
	if n.Late(s.clock.Now()) != 0 || n.Failure != "" {
		t.Errorf("before the first try it is late by %v, %q", n.Late(s.clock.Now()), n.Failure)
	}
	if err := s.Retry(s.ctx, "one", n.ID, s.clock.Now().Add(time.Minute), "429"); err != nil {
		t.Fatal(err)
	}
	state := func(want store.OutboxState, note string) store.OutboxItem {
		t.Helper()
		items, _, err := s.Outbox(s.ctx, store.OutboxFilter{State: []store.OutboxState{want}, Incident: in.ID})
		if err != nil || len(items) != 1 {
			t.Fatalf("%s: %d notifications are %s, want 1; %v", note, len(items), want, err)
		}
		return items[0]
	}
	if i := state(store.OutboxFailed, "after Retry"); i.Error != "429" || !i.NextAt.Equal(noon.Add(time.Minute)) || i.Attempts != 1 {
		t.Errorf("after Retry: %+v", i)
	}
	if early := s.lease("one", 1); len(early) != 0 {
		t.Error("leased before its next try")
	}
	s.clock.add(time.Minute)
	again := s.lease("one", 1)
	if len(again) != 1 || again[0].Attempts != 2 {
		t.Fatalf("leased %v, want it with 2 attempts", again)
	}
	if late := again[0].Late(s.clock.Now()); late != time.Minute || again[0].Failure != "429" {
		t.Errorf("a minute after its first failure it is late by %v, %q", late, again[0].Failure)
	}
	receivers := func() store.ReceiverStats {
		t.Helper()
		stats, err := s.Receivers(s.ctx, noon.Add(-time.Hour))
		if err != nil || len(stats) != 1 {
			t.Fatalf("receivers: %+v, %v", stats, err)
		}
		return stats[0]
	}
	if r := receivers(); r.Failed != 1 || !r.FailingFrom.Equal(noon) || r.LastError != "429" || r.Oldest.IsZero() || r.Oldest.After(noon) {
		t.Errorf("receivers after Retry: %+v", r)
	}
	if err := s.Dead(s.ctx, "one", n.ID, "token revoked"); err != nil {
		t.Fatal(err)
	}
	if i := state(store.OutboxDead, "after Dead"); i.Error != "token revoked" || !i.NextAt.IsZero() {
		t.Errorf("after Dead: %+v", i)
	}
	if r := receivers(); r.Dead != 1 || r.LastError != "token revoked" || !r.FailingFrom.Equal(noon) {
		t.Errorf("receivers after Dead: %+v", r)
	}
	if err := s.Resend(s.ctx, n.ID); err != nil {
		t.Fatal(err)
	}
	again = s.lease("one", 1)
	if len(again) != 1 || again[0].ID != n.ID || again[0].Attempts != 1 {
		t.Fatalf("after Resend: %+v, want the same id", again)
	}
	s.done(n.ID, "C1/123.4")
	if i := state(store.OutboxSent, "after Done"); i.Error != "" || i.Reference != "C1/123.4" || !i.SentAt.Equal(s.clock.Now()) {
		t.Errorf("after Done: %+v", i)
	}
	if r := receivers(); r.Sent != 1 || r.Dead+r.Failed+r.Waiting != 0 || !r.FailingFrom.IsZero() || !r.Oldest.IsZero() {
		t.Errorf("receivers after Done: %+v", r)
	}
	for name, err := range map[string]error{
		"Done": s.Done(s.ctx, "none", "", "", noon), "Retry": s.Retry(s.ctx, "one", "none", noon, ""),
		"Dead": s.Dead(s.ctx, "one", "none", ""), "Resend": s.Resend(s.ctx, "none"),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s of no notification: %v, want ErrNotFound", name, err)
		}
	}
}
