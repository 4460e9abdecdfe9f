package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

// random lets several replicas commit, replay and lose their state while people act and senders send, and holds the
// result against what must always be so.
func random(t *testing.T, s *suite) {
	const replicas, series = 3, 4
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	s.router.receivers = []string{"slack", "hook"}
	sent := newDelivered()
	var wg sync.WaitGroup
	for r := range replicas {
		wg.Go(func() { replica(t, s, rand.New(rand.NewPCG(seed, uint64(r))), series) })
		wg.Go(func() { person(t, s, rand.New(rand.NewPCG(seed, uint64(100+r)))) })
		wg.Go(func() { sender(t, s, rand.New(rand.NewPCG(seed, uint64(200+r))), fmt.Sprint("sender ", r), sent) })
	}
	wg.Wait()
	for quiet := 0; quiet < 2; {
		s.clock.add(time.Hour) // leases of senders that died end
		ns := s.lease("last", 500)
		if len(ns) == 0 {
			quiet++
		}
		for _, n := range ns {
			sent.add(t, n)
			s.done(n.ID, "")
		}
	}
	invariants(t, s, sent)
}

// replica is an engine that follows a few series and sometimes forgets all or repeats itself.
func replica(t *testing.T, s *suite, r *rand.Rand, series int) {
	open := map[string]*detector.Incident{}
	var history []detector.Change
	for step := 1; step <= 40; step++ {
		name := fmt.Sprint(r.IntN(series))
		var ch detector.Change
		switch in := open[name]; {
		case in == nil:
			in = incident(name, step)
			open[name] = in
			ch = change(detector.ChangeOpened, in, step)
		case r.IntN(3) == 0:
			ch = change(detector.ChangeResolved, in, step)
			if r.IntN(2) == 0 {
				delete(open, name)
			}
		case r.IntN(4) == 0:
			ch = change(detector.ChangeReopened, in, step)
		default:
			ch = change(detector.ChangeUpdated, in, step)
		}
		history = append(history, ch)
		batch := []detector.Change{ch}
		switch r.IntN(6) {
		case 0:
			clear(open)
		case 1:
			batch = history[r.IntN(len(history)):]
		}
		if err := s.Commit(s.ctx, store.Commit{Changes: batch}); err != nil {
			t.Errorf("commit: %v", err)
			return
		}
	}
}

func person(t *testing.T, s *suite, r *rand.Rand) {
	kinds := []detector.EntryKind{
		detector.EntryAcknowledged, detector.EntryUnacknowledged, detector.EntryResolved, detector.EntryReopened,
		detector.EntryNote, detector.EntryExpected,
	}
	for i := range 20 {
		page, _, err := s.Incidents(s.ctx, store.Filter{Limit: 10})
		if err != nil {
			t.Errorf("list: %v", err)
			return
		}
		if len(page) == 0 {
			continue
		}
		a := store.Act{Kind: kinds[r.IntN(len(kinds))], Actor: fmt.Sprint("person ", r.IntN(2)), Text: "x", At: at(i)}
		var refused *store.RefusedError
		if _, err := s.Act(s.ctx, page[r.IntN(len(page))].ID, a); err != nil && !errors.As(err, &refused) {
			t.Errorf("act: %v", err)
			return
		}
	}
}

// sender delivers what it leases; sometimes it dies before it says so.
func sender(t *testing.T, s *suite, r *rand.Rand, name string, sent *delivered) {
	for range 20 {
		ns, err := s.Lease(s.ctx, name, s.clock.Now(), 3, ttl)
		if err != nil {
			t.Errorf("lease: %v", err)
			return
		}
		for _, n := range ns {
			switch r.IntN(5) {
			case 0: // dies before sending
			case 1:
				err = s.Retry(s.ctx, name, n.ID, s.clock.Now(), "503")
			default:
				sent.add(t, n)
				err = s.Done(s.ctx, n.ID, "", "", s.clock.Now())
			}
			if err != nil {
				t.Errorf("answer: %v", err)
				return
			}
		}
	}
}

// delivered is what receivers got.
type delivered struct {
	mu   sync.Mutex
	ids  map[string]bool
	last map[string]int64 // sequence of the last one of a receiver and incident
}

func newDelivered() *delivered { return &delivered{ids: map[string]bool{}, last: map[string]int64{}} }

func (d *delivered) add(t *testing.T, n plan.Notification) {
	d.mu.Lock()
	defer d.mu.Unlock()
	queue := n.Receiver + " " + n.Incident.ID
	if d.ids[n.ID] {
		t.Errorf("notification %s (%s %s) was sent twice", n.ID, queue, n.Event)
	}
	if n.Sequence <= d.last[queue] {
		t.Errorf("notification %d of %s was sent after %d", n.Sequence, queue, d.last[queue])
	}
	d.ids[n.ID], d.last[queue] = true, n.Sequence
}

func invariants(t *testing.T, s *suite, sent *delivered) {
	open, err := s.Unresolved(s.ctx)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, in := range open {
		if other, twice := seen[in.SeriesKey]; twice {
			t.Errorf("%s and %s are both unresolved", other, in.ID)
		}
		seen[in.SeriesKey] = in.ID
	}
	all, next, err := s.Incidents(s.ctx, store.Filter{Limit: 500})
	if err != nil || next != "" {
		t.Fatalf("list: next %q, %v", next, err)
	}
	for _, light := range all {
		in := s.get(light.ID)
		if (in.Status == detector.StatusResolved) != (in.ResolvedAt != nil) {
			t.Errorf("%s is %s with resolved at %v", in.ID, in.Status, in.ResolvedAt)
		}
		if (in.Status == detector.StatusAcknowledged) && in.Assignee == "" {
			t.Errorf("%s is acknowledged by nobody", in.ID)
		}
		keys := map[string]bool{}
		for _, e := range in.Timeline {
			k := fmt.Sprint(e)
			if keys[k] {
				t.Errorf("%s has %s twice in its timeline", in.ID, k)
			}
			keys[k] = true
		}
	}
	cursor, n := "", 0
	for {
		items, next, err := s.Outbox(s.ctx, store.OutboxFilter{Limit: 500, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range items {
			n++
			if i.State != store.OutboxSent || !sent.ids[i.ID] {
				t.Errorf("notification %s (%s) is %s, delivered %v", i.ID, i.Event, i.State, sent.ids[i.ID])
			}
		}
		if cursor = next; next == "" {
			break
		}
	}
	if n != len(sent.ids) || n == 0 {
		t.Errorf("%d notifications are in the outbox, %d were delivered", n, len(sent.ids))
	}
}
