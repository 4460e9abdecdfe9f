package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// failover is a backend that becomes another one in the middle of a read, as a Redis does whose replica takes over.
type failover struct {
	rate.Backend
	counted, starts rate.Backend // what it is from the next call of these on; nil: it stays
	asked           rate.Backend // what it is from the next call of Partitions on; nil: it stays
}

func (b *failover) Counted(ctx context.Context, p rate.Partition, starts []time.Time, shards rate.ShardSet) ([]rate.Block, time.Time, error) {
	if b.counted != nil {
		b.Backend, b.counted = b.counted, nil
	}
	return b.Backend.Counted(ctx, p, starts, shards)
}

func (b *failover) Partitions(ctx context.Context) ([]rate.Status, error) {
	if b.asked != nil && b.counted == nil {
		b.Backend, b.asked = b.asked, nil
	}
	return b.Backend.Partitions(ctx)
}

func (b *failover) Starts(ctx context.Context, p rate.Partition, width time.Duration, from, to time.Time) ([]time.Time, error) {
	if b.starts != nil {
		b.Backend, b.starts = b.starts, nil
	}
	return b.Backend.Starts(ctx, p, width, from, to)
}

// over lets r's evaluator read from b.
func (r *rig) over(b rate.Backend) {
	r.e.backend, r.e.reader = b, rate.NewReader(b, rate.ReaderOptions{Now: func() time.Time { return r.now }})
	r.v = newEvaluator(r.e)
}

// Counts that go back between the question how far they are and the reading of buckets are not judged as if they were all, nor
// where all of them are there again before anybody asks once more: their owner writes within a moment what was lost.
func TestCountsThatGoBackWhileTheyAreReadAreNotJudged(t *testing.T) {
	for _, again := range []bool{false, true} {
		countsGoBack(t, again)
	}
}

func countsGoBack(t *testing.T, again bool) {
	const hour = time.Hour
	before := newRig(t, rate.NewMemory(), newMemoryLedger())
	before.own()
	before.until(day.Add(hour), traffic(1))
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	b := &failover{Backend: r.backend}
	r.over(b)
	r.own()
	rest := r.until(day.Add(hour), traffic(1))
	step(t, r)
	r.until(day.Add(hour+time.Minute), rest)
	b.counted = before.backend
	if again {
		b.asked = b.Backend
	}
	if err := r.v.step(t.Context()); !errors.Is(err, errRewound) {
		t.Errorf("%v, want that the counts went back", err)
	}
	for shard, m := range r.ledger.marks {
		if m.Evaluated.After(day.Add(hour)) || r.v.shards[shard].Next().After(day.Add(hour)) {
			t.Fatalf("shard %d is judged up to %s, beyond the counts", shard, r.v.shards[shard].Next())
		}
	}
}

// A shard without a state begins with the oldest bucket. One that is asked for of a backend that just lost everything does not
// begin with the newest: what is counted anew would be passed over.
func TestAShardDoesNotBeginWhereCountsWereLost(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	b := &failover{Backend: r.backend, starts: rate.NewMemory()}
	r.over(b)
	r.own()
	r.until(day.Add(time.Hour), traffic(1))
	if err := r.v.step(t.Context()); !errors.Is(err, errRewound) {
		t.Errorf("%v, want that the counts went back", err)
	}
	for shard := range r.v.owned.All {
		if next := r.v.shards[shard].Next(); !next.IsZero() {
			t.Fatalf("shard %d begins at %s", shard, next)
		}
	}
}

// stateless is a backend whose states of shards are lost.
type stateless struct{ rate.Backend }

func (stateless) LoadState(context.Context, int) ([]byte, error) { return nil, nil }

// Whoever takes over shards whose state is old, or gone, judges buckets again that were judged: nothing of them is told twice,
// and how far was judged does not go back.
func TestBucketsThatAreJudgedAgainTellNothing(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	r.until(end, traffic(1))
	step(t, r)
	told, want := len(r.ledger.changes), outline(r.ledger)
	if len(want) < 3 {
		t.Fatalf("the traffic has three faults, found:\n%v", want)
	}
	reached := r.ledger.marks[0].Evaluated
	next := newRig(t, r.backend, r.ledger)
	next.now = r.now
	next.over(stateless{r.backend})
	commits := 0
	r.ledger.fail = func() error { commits++; return nil }
	step(t, next)
	if commits == 0 {
		t.Fatal("the next owner commits nothing, not even its marks")
	}
	for _, ch := range r.ledger.changes[told:] {
		t.Errorf("%s of %s is told again: %s", ch.Event, ch.Incident.Service, ch.Incident.Kind)
	}
	for shard, m := range r.ledger.marks {
		if m.Evaluated.Before(reached) {
			t.Fatalf("shard %d was judged up to %s, its next owner says %s", shard, reached, m.Evaluated)
		}
	}
}

// An incident that an owner opened before it died without a trace of why, as the counts are lost too, is its successor's:
// what belongs to it opens no other.
func TestOpenIncidentsOfAnOwnerThatIsGoneAreTakenOver(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	r.until(day.Add(time.Hour), traffic(1))
	step(t, r)
	r.counters[1].Hit(leaked, r.now, 1, 100)
	r.until(r.now.Add(time.Second), nil)
	step(t, r)
	if opened, _ := r.told(); opened != 1 {
		t.Fatalf("opened %d incidents of the secret, want 1", opened)
	}
	next := newRig(t, rate.NewMemory(), r.ledger)
	next.own()
	next.until(r.now.Add(time.Minute), nil)
	step(t, next)
	shard := rate.ShardOf(leaked)
	if open := next.v.shards[shard].Open(); len(open) != 1 {
		t.Fatalf("the next owner knows of %d open incidents, want 1", len(open))
	}
	next.counters[1].Hit(leaked, next.now, 1, 100)
	next.until(next.now.Add(time.Second), nil)
	step(t, next)
	if opened, _ := next.told(); opened != 1 {
		t.Errorf("opened %d incidents of one secret", opened)
	}
	var open []detector.Incident
	for _, in := range r.ledger.last {
		if in.Service == leaked.Service {
			open = append(open, in)
		}
	}
	if len(open) != 1 {
		t.Errorf("%d incidents stand of one secret", len(open))
	}
}

// A flood that shows in a bucket that was judged before its lines came, as its new owner judges it again, and goes on: nobody was told of
// it, and now is.
func TestAFloodThatABucketJudgedAgainShowsIsTold(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	began := day.Add(3 * time.Hour)
	rest := r.until(began, traffic(1))
	step(t, r)
	if err := r.v.leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	next := newRig(t, r.backend, r.ledger)
	next.own()
	rest = next.until(began.Add(time.Minute), rest)
	step(t, next)
	flood := detector.Series{Service: "svc-4", Level: detector.LevelInfo, Shape: 100}
	for i := range 3 {
		next.counters[0].Hit(flood, began.Add(time.Duration(i)*rate.Fine), 4000, 1)
	}
	last := newRig(t, r.backend, r.ledger)
	next.until(began.Add(time.Minute), nil)
	last.own()
	for i := range 12 {
		last.counters[0].Hit(flood, began.Add(time.Minute).Add(time.Duration(i)*rate.Fine), 4000, 1)
	}
	last.until(began.Add(3*time.Minute), rest)
	step(t, last)
	told := 0
	for _, ch := range r.ledger.changes {
		if ch.Incident.Service == flood.Service && ch.Event == detector.ChangeOpened && ch.Incident.Kind == detector.KindSurge && !ch.Quiet {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the flood is told %d times, want once", told)
	}
}

// A secret that was told by a clock that is behind its bucket is one line still when a new owner judges that bucket.
func TestASecretOfABucketBeyondNowIsCountedOnce(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	began := day.Add(time.Hour)
	r.until(began, traffic(1))
	step(t, r)
	if err := r.v.leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	ahead := newRig(t, r.backend, r.ledger)
	ahead.own()
	ahead.counters[1].Hit(leaked, began.Add(time.Second), 1, 100)
	ahead.until(began, nil)
	ahead.now = began.Add(-40 * time.Second)
	step(t, ahead)
	if opened, _ := ahead.told(); opened != 1 {
		t.Fatalf("opened %d incidents of the secret, want 1", opened)
	}
	next := newRig(t, r.backend, r.ledger)
	next.own()
	for i := range 12 {
		next.until(began.Add(time.Duration(i+1)*rate.Fine), nil)
		step(t, next)
	}
	for _, in := range r.ledger.last {
		if in.Service == leaked.Service && in.Lines != 1 {
			t.Errorf("its incident tells %d lines, want 1", in.Lines)
		}
	}
}
