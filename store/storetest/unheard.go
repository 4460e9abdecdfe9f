package storetest

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/store"
)

// unheard: what neither the engine nor a person speaks of any more expires, once, and is told; a secret does not, nor anything
// while nothing was evaluated.
func unheard(t *testing.T, s *suite) {
	const week = 7 * 24 * time.Hour
	gone, spoken, secret, untold := incident("a", 10), incident("b", 10), incident("c", 10), incident("d", 10)
	secret.Kind = detector.KindSecret
	untold.Severity, untold.Page = detector.SeverityNotice, false
	for _, in := range []*detector.Incident{gone, spoken, secret, untold} {
		s.commit(change(detector.ChangeOpened, in, 10))
	}
	s.act(gone.ID, detector.EntryAcknowledged, "ada", 20)
	now := s.clock.add(week + time.Hour)
	s.act(spoken.ID, detector.EntryNote, "ada", int((week + time.Hour).Seconds()))
	expire := func() []string {
		t.Helper()
		list, err := s.ExpireUnheard(s.ctx, week)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, in := range list {
			ids = append(ids, in.ID)
		}
		return ids
	}
	if ids := expire(); ids != nil {
		t.Errorf("expired before anything was evaluated: %v", ids)
	}
	s.evaluated(at(60))
	if ids := expire(); ids != nil {
		t.Errorf("expired although a week was not evaluated: %v", ids)
	}
	s.evaluated(now)
	before := s.queued()
	if ids := expire(); !slices.Equal(ids, []string{gone.ID, untold.ID}) {
		t.Errorf("expired: %v", ids)
	}
	if ids := expire(); ids != nil {
		t.Errorf("expired again: %v", ids)
	}
	s.expect("after it expired", append(before, "slack resolved "+gone.ID)...)
	got := s.get(gone.ID)
	last := got.Timeline[len(got.Timeline)-1]
	if got.Status != detector.StatusResolved || !got.ResolvedAt.Equal(now) || last.Kind != detector.EntryExpired || last.Text == "" || last.Actor != "" {
		t.Errorf("%s at %v, %+v", got.Status, got.ResolvedAt, last)
	}
	acts, err := s.ActsSince(s.ctx, now)
	if err != nil || len(acts) != 2 || acts[0].Kind != detector.EntryExpired {
		t.Errorf("what the engine is told: %+v, %v", acts, err)
	}
	// It comes again: the same incident is open once more, and that is told.
	s.commit(change(detector.ChangeReopened, gone, int((week + 2*time.Hour).Seconds())))
	if got := s.get(gone.ID); got.Status != detector.StatusOpen || got.Reopened != 1 {
		t.Errorf("it came again: %s, reopened %d times", got.Status, got.Reopened)
	}
	// A person may say that it is not over.
	s.act(untold.ID, detector.EntryReopened, "ada", int((week + 2*time.Hour).Seconds()))
	if got := s.get(untold.ID); got.Status != detector.StatusOpen {
		t.Errorf("reopened by a person: %s", got.Status)
	}
}

// evaluated says that a shard was judged up to a time.
func (s *suite) evaluated(until time.Time) {
	s.Helper()
	epoch, err := s.NextEpoch(s.ctx)
	if err != nil {
		s.Fatal(err)
	}
	if _, err := s.Claim(s.ctx, []int{1}, epoch); err != nil {
		s.Fatal(err)
	}
	if err := s.Commit(s.ctx, store.Commit{Marks: []store.Mark{{Shard: 1, Epoch: epoch, Evaluated: until}}}); err != nil {
		s.Fatal(err)
	}
}

// unheardOnce: of replicas that look at the same time one says of each incident that it expired.
func unheardOnce(t *testing.T, s *suite) {
	const incidents = 30
	for i := range incidents {
		s.commit(change(detector.ChangeOpened, incident(strconv.Itoa(i), 10), 10))
	}
	s.evaluated(s.clock.add(25 * time.Hour))
	replicas := []*store.Store{s.Store, Open(t, s.options())}
	lists, errs := make([][]*detector.Incident, len(replicas)), make([]error, len(replicas))
	var all sync.WaitGroup
	for i, r := range replicas {
		all.Go(func() { lists[i], errs[i] = r.ExpireUnheard(s.ctx, 24*time.Hour) })
	}
	all.Wait()
	said := make(map[string]int)
	for i, list := range lists {
		if errs[i] != nil {
			t.Error(errs[i])
		}
		for _, in := range list {
			said[in.ID]++
		}
	}
	if len(said) != incidents {
		t.Errorf("%d of %d incidents expired", len(said), incidents)
	}
	for id, n := range said {
		if n != 1 {
			t.Errorf("that %s expired is said %d times", id, n)
		}
	}
}
