package storetest

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/store"
)

func epochs(t *testing.T, s *suite) {
	const workers, each = 4, 10
	var mu sync.Mutex
	seen := map[uint64]bool{}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			last := uint64(0)
			for range each {
				n, err := s.NextEpoch(s.ctx)
				if err != nil {
					t.Errorf("next epoch: %v", err)
					return
				}
				mu.Lock()
				if seen[n] || n <= last {
					t.Errorf("epoch %d after %d, seen before: %v", n, last, seen[n])
				}
				seen[n] = true
				mu.Unlock()
				last = n
			}
		})
	}
	wg.Wait()
	if len(seen) != workers*each || seen[0] {
		t.Errorf("%d epochs minted, want %d, none of them 0", len(seen), workers*each)
	}
}

func claims(t *testing.T, s *suite) {
	marks, err := s.Claim(s.ctx, []int{7, 3}, 5)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]store.Mark{{Shard: 7, Epoch: 5}, {Shard: 3, Epoch: 5}}, marks); diff != "" {
		t.Errorf("first claim (-want +got):\n%s", diff)
	}
	mark := func(shard int, epoch uint64, seconds int) error {
		return s.Commit(s.ctx, store.Commit{Marks: []store.Mark{{Shard: shard, Epoch: epoch, Evaluated: at(seconds)}}})
	}
	for _, c := range []struct {
		epoch   uint64
		seconds int
		want    error
	}{{5, 10, nil}, {5, 20, nil}, {5, 10, nil}, {4, 30, store.ErrFenced}} {
		if err := mark(3, c.epoch, c.seconds); !errors.Is(err, c.want) {
			t.Errorf("mark at %d with epoch %d: %v, want %v", c.seconds, c.epoch, err, c.want)
		}
	}
	if _, err := s.Claim(s.ctx, []int{7, 3}, 4); !errors.Is(err, store.ErrFenced) {
		t.Errorf("claim with a lower epoch: %v, want ErrFenced", err)
	}
	marks, err = s.Claim(s.ctx, []int{3}, 9)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]store.Mark{{Shard: 3, Epoch: 9, Evaluated: at(20)}}, marks); diff != "" {
		t.Errorf("claim by a new owner (-want +got):\n%s", diff)
	}
	if err := mark(3, 5, 40); !errors.Is(err, store.ErrFenced) {
		t.Errorf("the old owner's mark: %v, want ErrFenced", err)
	}
	// A claim that is refused for one shard takes none.
	if _, err := s.Claim(s.ctx, []int{7, 3}, 8); !errors.Is(err, store.ErrFenced) {
		t.Errorf("claim of a shard that is fenced: %v", err)
	}
	all, err := s.Marks(s.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]store.Mark{{Shard: 3, Epoch: 9, Evaluated: at(20)}, {Shard: 7, Epoch: 5}}, all); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
}

func whole(t *testing.T, s *suite) {
	if _, err := s.Claim(s.ctx, []int{1, 2}, 5); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Claim(s.ctx, []int{2}, 6); err != nil {
		t.Fatal(err)
	}
	in := incident("a", 10)
	c := store.Commit{
		Marks:   []store.Mark{{Shard: 1, Epoch: 5, Evaluated: at(10)}, {Shard: 2, Epoch: 5, Evaluated: at(10)}},
		Changes: []detector.Change{change(detector.ChangeOpened, in, 10)},
	}
	if err := s.Commit(s.ctx, c); !errors.Is(err, store.ErrFenced) {
		t.Fatalf("commit with a fenced shard: %v, want ErrFenced", err)
	}
	if _, err := s.Incident(s.ctx, in.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a refused commit left its incident: %v", err)
	}
	if q := s.queued(); len(q) != 0 {
		t.Errorf("a refused commit left notifications: %v", q)
	}
	c.Marks = c.Marks[:1]
	bad := change(detector.ChangeOpened, incident("b", 10), 10)
	bad.Incident.SeriesKey = ""
	c.Changes = append(c.Changes, bad)
	if err := s.Commit(s.ctx, c); !errors.Is(err, store.ErrInvalid) {
		t.Fatalf("commit of an incident without identity: %v, want ErrInvalid", err)
	}
	marks, err := s.Marks(s.ctx)
	if err != nil || !marks[0].Evaluated.IsZero() {
		t.Errorf("a refused commit moved a mark: %v, %v", marks, err)
	}
	c.Changes = c.Changes[:1]
	if err := s.Commit(s.ctx, c); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"slack opened a-10"}, s.queued()); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
}
