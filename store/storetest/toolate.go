package storetest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/store"
)

// The engine hears of every act that ends an incident: what its service does next is no part of it.
func endingActs(t *testing.T, s *suite) {
	var want []store.Acted
	for i, kind := range []detector.EntryKind{detector.EntryResolved, detector.EntryExpected, detector.EntryNoise} {
		in := incident(string(kind), 10)
		s.commit(change(detector.ChangeOpened, in, 10))
		if got := s.act(in.ID, kind, "ada", 20+i); got.Status != detector.StatusResolved {
			t.Errorf("%s leaves it %s", kind, got.Status)
		}
		want = append(want, store.Acted{Incident: in.ID, Kind: kind, At: at(20 + i)})
	}
	got, err := s.ActsSince(s.ctx, at(15))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("acts (-want +got):\n%s", diff)
	}
}

// What the engine reads too late opens quietly and without a page. Where it goes on once the engine is up to date it
// pages, once; where it is over by then, or a person has taken it, it does not.
func tooLate(t *testing.T, s *suite) {
	late := func(series string) *detector.Incident {
		in := incident(series, 10)
		in.Page = false
		opened := change(detector.ChangeOpened, in, 10)
		opened.Quiet = true
		s.commit(opened)
		in.Page = true
		return in
	}
	quiet := func(event detector.ChangeEvent, in *detector.Incident, seconds int) {
		ch := change(event, in, seconds)
		ch.Quiet = true
		s.commit(ch)
	}
	goesOn, over, taken := late("on"), late("over"), late("taken")
	over.Page = false
	quiet(detector.ChangeResolved, over, 20)
	s.act(taken.ID, detector.EntryAcknowledged, "ada", 20)
	told := s.queued()
	for seconds := 30; seconds < 60; seconds += 10 {
		quiet(detector.ChangeUpdated, goesOn, seconds)
		quiet(detector.ChangeUpdated, taken, seconds)
	}
	if diff := cmp.Diff([]string{"slack opened " + goesOn.ID}, slices.DeleteFunc(s.queued(), func(n string) bool { return slices.Contains(told, n) })); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}
