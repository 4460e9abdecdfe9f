package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

func references(t *testing.T, s *suite) {
	in := incident("a", 10)
	s.commit(change(detector.ChangeOpened, in, 10))
	if ref, ok, err := s.Reference(s.ctx, in.ID, "slack"); ok || ref != "" || err != nil {
		t.Errorf("reference of what was not sent: %q, %v, %v", ref, ok, err)
	}
	if ref, err := s.LastReference(s.ctx, "slack"); ref != "" || err != nil {
		t.Errorf("newest reference of a receiver that took nothing: %q, %v", ref, err)
	}
	n := s.lease("one", 1)[0]
	if err := s.KeepPayload(s.ctx, n.ID, []byte(`{"text":"x"}`)); err != nil {
		t.Fatal(err)
	}
	s.done(n.ID, "C1/1")
	if ref, ok, err := s.Reference(s.ctx, in.ID, "slack"); !ok || ref != "C1/1" || err != nil {
		t.Errorf("reference %q, %v, %v", ref, ok, err)
	}
	if ref, err := s.LastReference(s.ctx, "slack"); ref != "C1/1" || err != nil {
		t.Errorf("newest reference %q, %v", ref, err)
	}
	if ref, err := s.LastReference(s.ctx, "another"); ref != "" || err != nil {
		t.Errorf("newest reference of another receiver: %q, %v", ref, err)
	}
	if err := s.SetReference(s.ctx, in.ID, "slack", "C2/2"); err != nil {
		t.Fatal(err)
	}
	if ref, _, err := s.Reference(s.ctx, in.ID, "slack"); ref != "C2/2" || err != nil {
		t.Errorf("reference %q, %v", ref, err)
	}
	standing := func(want ...string) {
		t.Helper()
		list, err := s.Standing(s.ctx, "slack", 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range list {
			got = append(got, string(n.Event)+" "+n.Thread)
		}
		if !slices.Equal(got, want) {
			t.Errorf("standing: %v, want %v", got, want)
		}
	}
	other := incident("b", 20)
	s.commit(change(detector.ChangeOpened, other, 20))
	standing("opened " + in.ID) // the other one is not sent yet
	s.done(s.lease("one", 1)[0].ID, "C1/2")
	standing("opened "+in.ID, "opened "+other.ID)
	s.act(in.ID, detector.EntryAcknowledged, "ada", 30)
	s.done(s.lease("one", 1)[0].ID, "C1/1")
	standing("opened "+other.ID, "acknowledged "+in.ID)
	s.act(other.ID, detector.EntryResolved, "ada", 40)
	standing("acknowledged " + in.ID)
	pages, err := s.Pages(s.ctx, noon.Add(-time.Hour), noon.Add(time.Hour))
	if err != nil || len(pages) != 2 || string(pages[0].Payload) != `{"text":"x"}` || pages[0].Title != in.Title {
		t.Errorf("pages: %+v, %v", pages, err)
	}
}
