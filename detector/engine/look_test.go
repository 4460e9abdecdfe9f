package engine

import (
	"context"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// asked counts what a backend is asked for.
type asked struct {
	rate.Backend
	partitions, blocks int
}

func (b *asked) Partitions(ctx context.Context) ([]rate.Status, error) {
	b.partitions++
	return b.Backend.Partitions(ctx)
}

func (b *asked) Blocks(ctx context.Context, p rate.Partition, width time.Duration, starts []time.Time, shards rate.ShardSet) ([]rate.Block, error) {
	b.blocks++
	return b.Backend.Blocks(ctx, p, width, starts, shards)
}

// A look at buckets that are not complete asks each partition how far it is before and after, and once for its blocks:
// every replica does that for every partition, twice a second.
func TestWhatALookCosts(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	b := &asked{Backend: r.backend}
	r.e.backend, r.e.reader = b, rate.NewReader(b, rate.ReaderOptions{Now: func() time.Time { return r.now }})
	r.v = newEvaluator(r.e)
	r.own()
	r.until(day.Add(time.Hour), traffic(1))
	step(t, r)
	b.partitions, b.blocks = 0, 0
	r.until(r.now.Add(3*time.Second), nil)
	step(t, r)
	if b.partitions != 2 || b.blocks != 3 {
		t.Errorf("asked %d times for all partitions and %d times for the blocks of one, want 2 and 3", b.partitions, b.blocks)
	}
}

func TestLooksAreSeldomerWhereReplicasAndPartitionsAreMany(t *testing.T) {
	for _, c := range []struct {
		partitions, owned int
		want              time.Duration
	}{
		{16, 0, tick}, {16, 64, tick}, {64, 16, tick}, {32, 8, tick}, {400, 1, 2560 * time.Millisecond}, {1000, 4, 1600 * time.Millisecond},
	} {
		v := &evaluator{expected: make([]rate.Partition, c.partitions), owned: rate.AllShards >> (rate.Shards - c.owned)}
		if got := v.pause(); got != c.want {
			t.Errorf("%d partitions, %d shards: every %s, want %s", c.partitions, c.owned, got, c.want)
		}
	}
}
