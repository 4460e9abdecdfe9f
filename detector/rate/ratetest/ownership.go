package ratetest

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

func firstClaim(t *testing.T, s *suite) {
	if got := s.claim(1); got.Found || got.Sequence != 0 || len(got.Dictionary) != 0 {
		t.Errorf("first claim: %+v, want an empty one", got)
	}
	// A claim writes nothing: the next owner still finds nothing.
	if got := s.claim(2); got.Found || got.Sequence != 0 {
		t.Errorf("claim after a claim without a write: %+v, want an empty one", got)
	}
}

func claimsRise(t *testing.T, s *suite) {
	s.claim(10)
	for _, epoch := range []uint64{10, 9, 1} {
		if _, err := s.b.Claim(s.ctx, s.p, epoch); !errors.Is(err, rate.ErrFenced) {
			t.Errorf("claim with epoch %d after 10: %v, want ErrFenced", epoch, err)
		}
	}
	s.claim(1 << 40)
}

func writeIsFound(t *testing.T, s *suite) {
	s.claim(1)
	want := checkpoint(500)
	s.write(1, rate.Flush{Sequence: 1, Checkpoint: want, NewSeries: []detector.Series{series(0), series(1)}})
	got := s.claim(2)
	if !got.Found || got.Sequence != 1 {
		t.Errorf("claim: found %v, sequence %d; want true and 1", got.Found, got.Sequence)
	}
	if diff := cmp.Diff(want, got.Checkpoint); diff != "" {
		t.Errorf("checkpoint (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]detector.Series{series(0), series(1)}, got.Dictionary); diff != "" {
		t.Errorf("dictionary (-want +got):\n%s", diff)
	}
}

func zombie(t *testing.T, s *suite) {
	s.claim(1)
	s.write(1, rate.Flush{Sequence: 1, Checkpoint: checkpoint(10), Blocks: []rate.Block{block(0, 0, "old")}})
	s.claim(2)
	s.refused(1, rate.Flush{Sequence: 2, Checkpoint: checkpoint(20), Blocks: []rate.Block{block(0, 0, "zombie")}}, rate.ErrFenced)
	// Not even what would be a retry for the owner.
	s.refused(1, rate.Flush{Sequence: 1, Checkpoint: checkpoint(10)}, rate.ErrFenced)
	if got := s.blocks(s.p, 0); got["0/0"] != "old" {
		t.Errorf("block after a zombie's write: %q, want \"old\"", got["0/0"])
	}
	// What the last owner wrote is no retry of the new one.
	s.refused(2, rate.Flush{Sequence: 1, Checkpoint: checkpoint(10)}, rate.ErrSequence)
	s.write(2, rate.Flush{Sequence: 2, Checkpoint: checkpoint(11)})
}

func retry(t *testing.T, s *suite) {
	s.claim(1)
	f := rate.Flush{Sequence: 1, Checkpoint: checkpoint(10), NewSeries: []detector.Series{series(0)}, Blocks: []rate.Block{block(0, 5, "five")}}
	s.write(1, f)
	s.write(1, f)
	s.write(1, f)
	if got := s.claim(2); got.Sequence != 1 || len(got.Dictionary) != 1 || got.Checkpoint.Next != 10 {
		t.Errorf("after two retries: sequence %d, %d series, next %d; want 1, 1, 10", got.Sequence, len(got.Dictionary), got.Checkpoint.Next)
	}
	if got := s.blocks(s.p, 0); got["0/5"] != "five" || len(got) != 1 {
		t.Errorf("blocks after two retries: %v", got)
	}
}

func outOfSequence(t *testing.T, s *suite) {
	s.claim(1)
	s.refused(1, rate.Flush{Sequence: 2, Checkpoint: checkpoint(10)}, rate.ErrSequence)
	s.refused(1, rate.Flush{Sequence: 0, Checkpoint: checkpoint(10)}, rate.ErrSequence)
	s.write(1, rate.Flush{Sequence: 1, Checkpoint: checkpoint(10), NewSeries: []detector.Series{series(0)}})
	s.write(1, rate.Flush{Sequence: 2, First: 1, Checkpoint: checkpoint(20)})
	for _, sequence := range []uint64{0, 1, 4, 100} {
		s.refused(1, rate.Flush{Sequence: sequence, First: 1, Checkpoint: checkpoint(30)}, rate.ErrSequence)
	}
	// A dictionary that is shorter or longer than the owner believes was written by another history.
	s.refused(1, rate.Flush{Sequence: 3, First: 0, Checkpoint: checkpoint(30)}, rate.ErrSequence)
	s.refused(1, rate.Flush{Sequence: 3, First: 2, Checkpoint: checkpoint(30)}, rate.ErrSequence)
	s.write(1, rate.Flush{Sequence: 3, First: 1, Checkpoint: checkpoint(30)})
	if got := s.claim(2); got.Sequence != 3 || got.Checkpoint.Next != 30 {
		t.Errorf("sequence %d, next %d; want 3 and 30", got.Sequence, got.Checkpoint.Next)
	}
}

func refusedWhole(t *testing.T, s *suite) {
	s.claim(1)
	s.write(1, rate.Flush{Sequence: 1, Checkpoint: checkpoint(10)})
	s.refused(1, rate.Flush{
		Sequence: 3, Checkpoint: checkpoint(99), NewSeries: []detector.Series{series(7)},
		Blocks: []rate.Block{block(0, 1, "x")}, Samples: []rate.SampleSet{{Series: 0, Data: []byte("x")}},
	}, rate.ErrSequence)
	got := s.claim(2)
	if got.Sequence != 1 || got.Checkpoint.Next != 10 || len(got.Dictionary) != 0 {
		t.Errorf("a refused flush left sequence %d, next %d, %d series", got.Sequence, got.Checkpoint.Next, len(got.Dictionary))
	}
	if blocks := s.blocks(s.p, 0); len(blocks) != 0 {
		t.Errorf("a refused flush left blocks %v", blocks)
	}
	if sets, err := s.b.Samples(s.ctx, s.p, []int{0}); err != nil || len(sets) != 0 {
		t.Errorf("a refused flush left samples %v, %v", sets, err)
	}
}

// unclaimed is a backend that lost everything, the claim too.
func unclaimed(t *testing.T, s *suite) {
	s.refused(5, rate.Flush{Sequence: 1, Checkpoint: checkpoint(10)}, rate.ErrSequence)
	s.refused(5, rate.Flush{Sequence: 8, First: 3, Checkpoint: checkpoint(10)}, rate.ErrSequence)
	s.claim(5)
	// An owner whose epoch the backend has not seen: the claim was acknowledged and lost.
	s.refused(6, rate.Flush{Sequence: 1, Checkpoint: checkpoint(10)}, rate.ErrSequence)
	if got := s.claim(6); got.Found {
		t.Error("a refused first write counts as found")
	}
}

func race(t *testing.T, s *suite) {
	const n = 16
	var won, fenced [n]bool
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			epoch := uint64(i + 1)
			if _, err := s.b.Claim(s.ctx, s.p, epoch); err != nil {
				fenced[i] = errors.Is(err, rate.ErrFenced)
				return
			}
			err := s.b.Write(s.ctx, s.p, epoch, rate.Flush{Sequence: 1, Checkpoint: checkpoint(int64(epoch))})
			won[i] = err == nil
			fenced[i] = errors.Is(err, rate.ErrFenced) || errors.Is(err, rate.ErrSequence)
		})
	}
	wg.Wait()
	wins := 0
	for i := range n {
		if won[i] {
			wins++
		} else if !fenced[i] {
			t.Errorf("epoch %d neither wrote nor was refused", i+1)
		}
	}
	if wins != 1 {
		t.Errorf("%d owners wrote sequence 1, want exactly one", wins)
	}
}
