package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// A receiver that failed and takes a message gets all that waited for it, in order and at once; a message that it refused
// while it took others keeps its wait.
func recovers(t *testing.T, s *suite) {
	fail := func(n plan.Notification) {
		if err := s.Retry(s.ctx, "one", n.ID, s.clock.Now().Add(5*time.Minute), "500"); err != nil {
			t.Fatal(err)
		}
		s.clock.add(time.Second)
	}
	for i, name := range []string{"poison", "a", "b", "c", "d"} {
		s.commit(change(detector.ChangeOpened, incident(name, 10+i), 10+i))
	}
	all := s.lease("one", 5)
	if len(all) != 5 {
		t.Fatalf("leased %v", names(all))
	}
	fail(all[0])
	s.done(all[1].ID, "")
	s.clock.add(time.Second)
	if again := s.lease("one", 1); len(again) != 1 || again[0].ID != all[0].ID {
		t.Fatalf("after the first success: %v", names(again))
	}
	fail(all[0])
	fail(all[2])
	fail(all[3])
	if early := s.lease("one", 9); len(early) != 0 {
		t.Fatalf("leased before its next try: %v", names(early))
	}
	s.done(all[4].ID, "")
	if diff := cmp.Diff(names(all[2:4]), names(s.lease("one", 9))); diff != "" {
		t.Errorf("due once it takes messages again (-want +got):\n%s", diff)
	}
}
