package app

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// sharing is a replica among others: what it judges itself it expects 1 of, and what is kept says 7.
type sharing struct {
	alone bool
	reads []string
	next  time.Time
	err   error
}

func (s *sharing) JudgesAll() bool { return s.alone }

func (s *sharing) Bands(dst []engine.Band, _ detector.Series, at []time.Time) ([]engine.Band, bool) {
	for range at {
		dst = append(dst, engine.Band{Expected: 1})
	}
	return dst, true
}

func (s *sharing) Outlined(_ context.Context, shard int, templates bool) (engine.Outlined, error) {
	s.reads = append(s.reads, fmt.Sprint(shard, templates))
	out := engine.Outlined{Next: s.next}
	for _, of := range ofShard(shard) {
		out.Outlines = append(out.Outlines, detector.Outline{Series: of, Level: 7})
		if of.Shape = 5; templates {
			out.Outlines = append(out.Outlines, detector.Outline{Series: of, Level: 2})
		}
	}
	return out, s.err
}

// ofShard are the services of a shard among a hundred.
func ofShard(shard int) (out []detector.Series) {
	for n := range 100 {
		if s := (detector.Series{Service: fmt.Sprint("svc-", n)}); rate.ShardOf(s) == shard {
			out = append(out, s)
		}
	}
	return out
}

func expect(t *testing.T, o *outlook, s detector.Series, want float64) {
	t.Helper()
	got, ok, err := o.Bands(t.Context(), nil, s, []time.Time{o.now()})
	if err != nil || ok != (want > 0) || ok && got[0].Expected != want {
		t.Errorf("%+v: %v, %v, %v, want %v", s, got, ok, err, want)
	}
}

// TestReplicasExpectTheSame takes what is kept, also of what is judged here, as soon as others judge a part; and reads a shard again
// only once its judge has kept another state.
func TestReplicasExpectTheSame(t *testing.T) {
	now := time.Date(2026, 11, 23, 3, 5, 0, 0, time.UTC)
	j := &sharing{alone: true, next: now.Add(5 * time.Minute)}
	o := newOutlook(j, func() time.Time { return now })
	of := detector.Series{Service: "svc-1"}
	expect(t, o, of, 1)
	if j.alone = false; len(j.reads) > 0 {
		t.Error("what is judged here alone is read")
	}
	for range 3 {
		expect(t, o, of, 7)
		expect(t, o, detector.Series{Service: "unknown"}, 0)
	}
	seen := len(j.reads)
	if now = now.Add(5*time.Minute + outlookLate - time.Second); true {
		expect(t, o, of, 7)
	}
	if len(j.reads) != seen || seen > 2 {
		t.Errorf("read %v though nothing else was kept", j.reads)
	}
	now = now.Add(time.Second)
	expect(t, o, of, 7) // and is overdue: asked for once a minute
	expect(t, o, of, 7)
	if len(j.reads) != seen+1 {
		t.Errorf("read %v", j.reads)
	}
	j.err = errors.New("away")
	now = now.Add(outlookAgain)
	expect(t, o, of, 7) // what was known stays
	other := detector.Series{Service: "svc-2"}
	if _, ok, err := o.Bands(t.Context(), nil, other, []time.Time{now}); ok || !errors.Is(err, j.err) {
		t.Errorf("%v, %v of what was never read while the backend is away", ok, err)
	}
	j.err = nil
	expect(t, o, other, 7)
}

// TestTemplatesOfFewShardsAreHeld reads a shard's templates when one is asked for, and holds those of the last few.
func TestTemplatesOfFewShardsAreHeld(t *testing.T) {
	now := time.Date(2026, 11, 23, 3, 5, 0, 0, time.UTC)
	j := &sharing{next: now.Add(time.Hour)}
	o := newOutlook(j, func() time.Time { return now })
	for range 2 {
		for n := range 100 {
			expect(t, o, detector.Series{Service: fmt.Sprint("svc-", n), Shape: 5}, 2)
			expect(t, o, detector.Series{Service: fmt.Sprint("svc-", n)}, 7)
		}
	}
	held := 0
	for k := range o.shards {
		if o.shards[k].templates != nil {
			held++
		}
	}
	if held != outlookDeep || len(o.deep) != outlookDeep {
		t.Errorf("the templates of %d shards are held, want %d", held, outlookDeep)
	}
	seen := len(j.reads)
	expect(t, o, detector.Series{Service: "svc-99", Shape: 5}, 2)
	if len(j.reads) != seen {
		t.Error("the templates that were asked for last are read again")
	}
}
