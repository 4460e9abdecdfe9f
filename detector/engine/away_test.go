package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// cutCounts are counts of which samples and statuses cannot be read while they are cut off.
type cutCounts struct {
	*rate.Memory
	cut bool
}

var errCut = errors.New("connection refused")

func (c *cutCounts) Samples(ctx context.Context, p rate.Partition, series []int) ([]rate.SampleSet, error) {
	if c.cut {
		return nil, errCut
	}
	return c.Memory.Samples(ctx, p, series)
}

func (c *cutCounts) Partitions(ctx context.Context) ([]rate.Status, error) {
	if c.cut {
		return nil, errCut
	}
	return c.Memory.Partitions(ctx)
}

// cutRig is a rig that has judged something, over counts that can be cut off.
func cutRig(t *testing.T) (*rig, *cutCounts) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	cut := &cutCounts{Memory: r.backend}
	r.e.reader = rate.NewReader(cut, rate.ReaderOptions{Now: r.e.clock})
	r.own()
	r.until(day.Add(time.Hour), traffic(1))
	step(t, r)
	if away := r.e.health.Away(); len(away) > 0 {
		t.Fatalf("%+v is away from the start", away)
	}
	return r, cut
}

func wantAway(t *testing.T, r *rig, parts ...string) {
	t.Helper()
	away := r.e.health.Away()
	if len(away) != len(parts) {
		t.Fatalf("away are %+v, want %v", away, parts)
	}
	for i := range parts {
		if away[i].Part != parts[i] {
			t.Fatalf("away are %+v, want %v", away, parts)
		}
	}
}

// What evidence could not be read from is back as soon as the evaluator reads it again: no flush and no other incident is
// waited for, of which there may be none for hours.
func TestCountsThatEvidenceMissedAreBackWithTheNextRead(t *testing.T) {
	r, cut := cutRig(t)
	cut.cut = true
	r.e.lines(t.Context(), &detector.Incident{Service: "shop"}, detector.Series{Class: detector.ClassLine, Service: "shop"})
	wantAway(t, r, "counts")
	if err := r.v.step(t.Context()); !errors.Is(err, errCut) {
		t.Fatalf("a step without counts: %v", err)
	}
	wantAway(t, r, "counts")
	cut.cut = false
	step(t, r)
	wantAway(t, r)
}

// A partition that is written does not take back that another one cannot be, and one that is given up says nothing more.
func TestAPartitionTakesBackItsOwnWordAlone(t *testing.T) {
	r, _ := cutRig(t)
	one := &worker{e: r.e, id: rate.Partition{Topic: "logs", ID: 1}}
	two := &worker{e: r.e, id: rate.Partition{Topic: "logs", ID: 2}}
	one.told("counts", errCut)
	two.told("counts", nil)
	wantAway(t, r, "counts")
	one.told("store", errCut)
	one.told("counts", nil)
	wantAway(t, r, "store")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := r.e.consume(ctx, one.id, nil); err != nil {
		t.Fatal(err)
	}
	wantAway(t, r)
}

// Who judges nothing any more does not say that something is away.
func TestAnEvaluatorWithoutShardsSaysNothing(t *testing.T) {
	r, cut := cutRig(t)
	cut.cut = true
	if err := r.v.step(t.Context()); !errors.Is(err, errCut) {
		t.Fatalf("a step without counts: %v", err)
	}
	r.e.health.fault(evaluation, errCut)
	wantAway(t, r, "counts", evaluation)
	for i := range 3 {
		r.e.health.assigned(rate.Partition{Topic: "logs", ID: i}, false)
	}
	step(t, r)
	wantAway(t, r)
}
