package storetest

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/store"
)

// lateAnswers: a sender whose lease has ended says what became of its try. That takes the notification from nobody who
// has it since, and stands where nobody has.
func lateAnswers(t *testing.T, s *suite) {
	in := incident("a", 0)
	s.commit(change(detector.ChangeOpened, in, 0))
	n := s.lease("one", 1)[0]
	s.clock.add(ttl)
	if again := s.lease("two", 1); len(again) != 1 {
		t.Fatalf("leased %v after the first lease's end, want it again", names(again))
	}
	late := map[string]func() error{
		"Retry": func() error { return s.Retry(s.ctx, "one", n.ID, s.clock.Now(), "late") },
		"Dead":  func() error { return s.Dead(s.ctx, "one", n.ID, "late") },
	}
	for name, answer := range late {
		if err := answer(); err != nil {
			t.Fatalf("%s after the lease's end: %v", name, err)
		}
		if third := s.lease("three", 1); len(third) != 0 {
			t.Errorf("%s after the lease's end took the notification from its sender", name)
		}
		items, _, err := s.Outbox(s.ctx, store.OutboxFilter{Incident: in.ID})
		if err != nil || len(items) != 1 || items[0].State == store.OutboxDead || items[0].Error != "" {
			t.Errorf("%s after the lease's end: the outbox has %+v, %v; want it on its way", name, items, err)
		}
	}
	s.clock.add(ttl)
	if err := s.Retry(s.ctx, "two", n.ID, s.clock.Now().Add(time.Minute), "503"); err != nil {
		t.Fatal(err)
	}
	if early := s.lease("three", 1); len(early) != 0 {
		t.Error("the answer of the last to have it is not kept once its lease has ended")
	}
	s.clock.add(time.Minute)
	if again := s.lease("three", 1); len(again) != 1 || again[0].Attempts != 3 {
		t.Errorf("leased %+v, want the third attempt", again)
	}
}
