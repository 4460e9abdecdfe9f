package storetest

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

// releases: a page waits for what may explain it until every shard has judged the bucket that decided it and that was settled, and
// for its time at most; what was decided later waits on.
func releases(t *testing.T, s *suite) {
	s.router.wait = 5 * time.Second
	for _, alone := range []bool{false, true} {
		name := "plain"
		if alone {
			name = "alone"
			s.stateful(plan.Policy{Repeat: 24 * time.Hour}, false)
		}
		now := int(s.clock.Now().Sub(noon) / time.Second)
		first, later := incident(name, now), incident(name+"-later", now+3)
		s.commit(change(detector.ChangeOpened, first, now), change(detector.ChangeOpened, later, now+3))
		settle := func() {
			t.Helper()
			if err := s.Settle(s.ctx, nil, func([]detector.Incident) map[string]detector.Relation { return nil }); err != nil {
				t.Fatal(err)
			}
			s.pace()
		}
		settle()
		s.wantSent("while shards were never judged, or not up to it")
		s.judged(rate.Shards-1, at(now))
		settle()
		s.wantSent("while one shard is not judged")
		s.judged(rate.Shards, at(now))
		s.wantSent("before it is settled")
		settle()
		s.wantSent("settled", "slack opened "+first.ID)
		s.clock.add(8 * time.Second)
		s.pace()
		s.wantSent("at its time", "slack opened "+later.ID)
		s.clock.add(time.Minute)
	}
}

// releasesEarly: the page of what was called before its bucket was complete goes once it was settled with what is open, whatever shards have
// judged; what it is explained by then takes it back.
func releasesEarly(t *testing.T, s *suite) {
	s.router.wait = 5 * time.Second
	for _, alone := range []bool{false, true} {
		name := "plain"
		if alone {
			name = "alone"
			s.stateful(plan.Policy{Repeat: 24 * time.Hour}, false)
		}
		now := int(s.clock.Now().Sub(noon) / time.Second)
		first, other, waits := incident(name, now), incident(name+"-other", now), incident(name+"-waits", now)
		s.commit(change(detector.ChangeOpened, first, now), change(detector.ChangeOpened, other, now), change(detector.ChangeOpened, waits, now))
		s.pace()
		s.wantSent("before it is settled")
		if err := s.Settle(s.ctx, []string{first.ID, other.ID, "gone"}, func([]detector.Incident) map[string]detector.Relation {
			return map[string]detector.Relation{other.ID: {To: first.ID, Why: "both name db-1"}}
		}); err != nil {
			t.Fatal(err)
		}
		s.pace()
		s.wantSent("settled once", "slack opened "+first.ID)
		s.clock.add(8 * time.Second)
		s.pace()
		s.wantSent("at its time", "slack opened "+waits.ID)
		s.clock.add(time.Minute)
	}
}

// judged says that the first n shards were judged up to a time.
func (s *suite) judged(n int, until time.Time) {
	s.Helper()
	epoch, err := s.NextEpoch(s.ctx)
	if err != nil {
		s.Fatal(err)
	}
	var c store.Commit
	for shard := range n {
		c.Marks = append(c.Marks, store.Mark{Shard: shard, Epoch: epoch, Evaluated: until})
	}
	if err := s.Commit(s.ctx, c); err != nil {
		s.Fatal(err)
	}
	got, err := s.Evaluated(s.ctx)
	if err != nil || n == rate.Shards && !got.Equal(until) || n < rate.Shards && got.Equal(until) {
		s.Fatalf("all shards are judged up to %s (%v) once %d are up to %s", got, err, n, until)
	}
}
