package ratetest

import (
	"errors"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// loads holds that an owner reads blocks only while the backend is where it left it.
func loads(t *testing.T, s *suite) {
	s.claim(3)
	s.write(3, rate.Flush{Sequence: 1, Checkpoint: checkpoint(1), Blocks: []rate.Block{block(0, 5, "mine")}})
	for _, c := range []struct {
		name            string
		epoch, sequence uint64
		want            error
	}{
		{"the owner", 3, 1, nil},
		{"the owner, who wrote more than is there", 3, 2, rate.ErrSequence},
		{"the owner, of whom more is there", 3, 0, rate.ErrSequence},
		{"one whose claim is lost", 4, 1, rate.ErrSequence},
		{"a zombie", 2, 1, rate.ErrFenced},
	} {
		got, err := s.b.Load(s.ctx, s.p, c.epoch, c.sequence, rate.Fine, []time.Time{start(0), start(1)})
		if !errors.Is(err, c.want) || c.want == nil && (err != nil || len(got) != 1 || string(got[0].Data) != "mine") || c.want != nil && len(got) > 0 {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
	other := s.p
	other.ID++
	if _, err := s.b.Load(s.ctx, other, 1, 0, rate.Fine, []time.Time{start(0)}); !errors.Is(err, rate.ErrSequence) {
		t.Errorf("a partition that nobody claimed: %v, want ErrSequence", err)
	}
}
