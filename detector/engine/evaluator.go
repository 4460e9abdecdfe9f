package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/template"
)

// evaluator judges the shards that are ours.
type evaluator struct {
	e       *Engine
	mu      sync.Mutex // guards the shards' state: charts are drawn by other goroutines
	shards  [rate.Shards]*Shard
	marks   [rate.Shards]Mark
	saved   [rate.Shards]time.Time // next bucket of the state that was saved last
	owned   rate.ShardSet
	losses  rate.ShardSet // where lost offsets of the topics are counted
	rules   Rules
	acted   time.Time // people's acts are known up to here
	deploys time.Time
	told    time.Time // marks were committed
	looked  time.Time // for secrets, while older buckets are judged

	standstill standstill
	waits      string // what is waited for, as health was told
	whole      time.Time
	settling   settling
	recent     []detector.Deploy // of the last hour

	frozen  map[string]frozen // by series key, of open incidents
	unsaved []detector.Change // judged, and not taken by the ledger yet

	ahead     [][rate.Shards]*detector.Bucket // buckets that were read ahead, for the shards of aheadOf
	aheadFrom time.Time
	aheadOf   rate.ShardSet
}

// tick is how often the evaluator looks for complete buckets and tries the unfinished ones.
const tick = 500 * time.Millisecond

// saveEvery is how many buckets may be judged before a shard's state is saved again: what must be judged anew after a
// crash.
const saveEvery = 30

// evaluate runs until ctx ends, and saves the state of its shards then.
func (e *Engine) evaluate(ctx context.Context) error {
	v := newEvaluator(e)
	e.judging.Store(v)
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return v.leave(ctx)
		case <-t.C:
		}
		switch err := v.step(ctx); {
		case err == nil, ctx.Err() != nil:
		case errors.Is(err, ErrShardFenced):
			e.Stats.Fenced.Add(1)
			e.log.Warn("a newer owner has some of our shards; claiming again")
			v.drop(v.owned)
		default:
			e.health.fault("evaluation", err)
			e.log.Warn("evaluation waits", "error", err)
		}
	}
}

func newEvaluator(e *Engine) *evaluator {
	hourAgo := e.clock().Add(-time.Hour)
	return &evaluator{e: e, frozen: make(map[string]frozen), standstill: make(standstill), acted: hourAgo, deploys: hourAgo}
}

// step takes shards over or gives them up, judges every bucket that is complete, then tries those that are not.
func (v *evaluator) step(ctx context.Context) error {
	expected, err := v.e.partitions(ctx)
	if err != nil {
		return err
	}
	if err := v.acquire(ctx, rate.OwnedShards(expected, v.e.health.owns)); err != nil {
		return err
	}
	if v.owned == 0 {
		return nil
	}
	v.losses = 0
	for _, p := range expected {
		v.losses |= rate.ShardsOf(rate.ShardOf(detector.Series{Class: detector.ClassLoss, Name: p.Topic}))
	}
	aliases, err := v.e.learn(ctx)
	v.alias(v.owned, aliases)
	if err != nil {
		return err
	}
	if err := v.news(ctx); err != nil {
		return err
	}
	p, err := v.reach(ctx, expected)
	if err != nil || p.complete.IsZero() {
		return err
	}
	complete := p.complete
	v.whole = p.whole
	if err := v.judge(ctx, complete); err != nil {
		return err
	}
	v.e.health.judging(complete, v.owned.Len())
	v.e.health.recovered("evaluation")
	if err := v.peek(ctx, complete); err != nil {
		return err
	}
	return v.settle(ctx, complete)
}

// judge steps every shard through its buckets up to complete.
func (v *evaluator) judge(ctx context.Context, complete time.Time) error {
	v.looked = v.e.clock() // what is not judged within this is looked at between two buckets
	for {
		start, due, err := v.due(ctx, complete)
		if err != nil || due == 0 {
			return err
		}
		if err := v.urgent(ctx); err != nil {
			return err
		}
		buckets, err := v.read(ctx, start, complete, due|v.losses)
		if err != nil {
			return err
		}
		gap := false
		for shard := range v.losses.All {
			gap = gap || lossy(buckets[shard])
		}
		var changes []detector.Change
		var near []detector.NearMiss
		for shard := range due.All {
			b := buckets[shard]
			v.e.canonical(b)
			b.Gap = gap || b.End().After(v.whole)
			v.mu.Lock()
			got := v.shards[shard].Step(b)
			v.mu.Unlock()
			v.e.Stats.Buckets.Add(1)
			if b.End().After(v.marks[shard].Evaluated) {
				changes = append(changes, got...)
				near = append(near, v.shards[shard].Near()...)
				v.marks[shard].Evaluated = b.End()
			}
		}
		if err := v.commit(ctx, changes, false); err != nil {
			return err
		}
		v.e.nearMisses(ctx, near)
		if err := v.save(ctx); err != nil {
			return err
		}
	}
}

// readAhead is how many buckets are read at once while many are due, as after a start.
const readAhead = 64

// read returns the buckets that start at start. Complete ones do not change, so what was read ahead is used.
func (v *evaluator) read(ctx context.Context, start, complete time.Time, shards rate.ShardSet) ([rate.Shards]*detector.Bucket, error) {
	if at := int(start.Sub(v.aheadFrom) / rate.Fine); shards == v.aheadOf && at >= 0 && at < len(v.ahead) {
		return v.ahead[at], nil
	}
	n := min(readAhead, int(complete.Sub(start)/rate.Fine))
	got, err := v.e.reader.Buckets(ctx, start, n, shards)
	if err != nil {
		return [rate.Shards]*detector.Bucket{}, err
	}
	v.ahead, v.aheadFrom, v.aheadOf = got, start, shards
	return got[0], nil
}

// alias tells the shards which templates became one.
func (v *evaluator) alias(shards rate.ShardSet, aliases []template.Alias) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, a := range aliases {
		for _, service := range v.e.Templates.Services(a.From) {
			for shard := range shards.All {
				v.shards[shard].suite.Alias(service, a.From, a.To)
			}
		}
	}
}

// lossy reports whether a bucket says that offsets were lost in it.
func lossy(b *detector.Bucket) bool {
	for i := range b.Rows {
		if b.Rows[i].Series.Class == detector.ClassLoss {
			return true
		}
	}
	return false
}

// due is the earliest bucket that some shard has not judged although it is complete, and the shards for which it is
// the next one.
func (v *evaluator) due(ctx context.Context, complete time.Time) (time.Time, rate.ShardSet, error) {
	var start time.Time
	var due rate.ShardSet
	for shard := range v.owned.All {
		next := v.shards[shard].Next()
		if next.IsZero() {
			first, err := v.first(ctx, complete)
			if err != nil {
				return start, 0, err
			}
			if first.Equal(complete) {
				// Unfinished buckets are tried after a judged one: an empty one is, so that a secret in the very
				// first lines is told at once.
				first = first.Add(-rate.Fine)
			}
			v.shards[shard].Begin(first)
			next = first
		}
		if !next.Before(complete) {
			continue
		}
		switch {
		case due == 0 || next.Before(start):
			start, due = next, rate.ShardsOf(shard)
		case next.Equal(start):
			due |= rate.ShardsOf(shard)
		}
	}
	return start, due, nil
}

// first is the start of the oldest bucket that is kept, within the retention of fine buckets.
func (v *evaluator) first(ctx context.Context, complete time.Time) (time.Time, error) {
	statuses, err := v.e.backend.Partitions(ctx)
	if err != nil {
		return complete, err
	}
	first := complete
	for _, s := range statuses {
		starts, err := v.e.backend.Starts(ctx, s.Partition, rate.Fine, complete.Add(-v.e.retention), complete)
		if err != nil {
			return complete, err
		}
		if len(starts) > 0 && starts[0].Before(first) {
			first = starts[0]
		}
	}
	return first, nil
}

// peek tries the buckets that are not complete yet, so that what is plain already is not waited for.
func (v *evaluator) peek(ctx context.Context, complete time.Time) error {
	now := v.e.clock()
	for start := complete; start.Before(now); start = start.Add(rate.Fine) {
		buckets, err := v.e.reader.Bucket(ctx, start, v.owned)
		if err != nil {
			return err
		}
		var changes []detector.Change
		for shard := range v.owned.All {
			b := buckets[shard]
			if len(b.Rows) == 0 || !v.shards[shard].Next().Equal(complete) {
				continue
			}
			v.e.canonical(b)
			v.mu.Lock()
			changes = append(changes, v.shards[shard].Peek(b, now)...)
			v.mu.Unlock()
		}
		if err := v.commit(ctx, changes, false); err != nil {
			return err
		}
	}
	return nil
}

// markEvery is how often marks are committed while nothing changes.
const markEvery = 10 * time.Second

// commit gives changes their evidence and keeps them with the marks; it tries until the ledger takes them, for what is
// judged is not judged again.
func (v *evaluator) commit(ctx context.Context, changes []detector.Change, now bool) error {
	at := v.e.clock()
	if len(changes) == 0 && !now && at.Sub(v.told) < markEvery {
		return nil
	}
	v.e.prepare(ctx, v, changes)
	v.unsaved = changes
	marks := make([]Mark, 0, rate.Shards)
	for shard := range v.owned.All {
		marks = append(marks, v.marks[shard])
	}
	for wait := backoff(); ; {
		err := v.e.ledger.Commit(ctx, marks, changes)
		switch {
		case err == nil:
			v.told, v.unsaved = at, nil
			v.e.health.recovered("store")
			v.e.changed(changes)
			v.settling.note(changes)
			return nil
		case errors.Is(err, ErrShardFenced):
			return err
		}
		v.e.health.fault("store", err)
		v.e.log.Warn("the store does not take incidents; trying again", "changes", len(changes), "error", err)
		if !wait(ctx) {
			return ctx.Err()
		}
	}
}

// save keeps the state of shards whose last saved state is old, a few at a time.
func (v *evaluator) save(ctx context.Context) error {
	const most = 4
	n := 0
	for shard := range v.owned.All {
		next := v.shards[shard].Next()
		if next.Sub(v.saved[shard]) < saveEvery*rate.Fine {
			continue
		}
		if n++; n > most {
			return nil
		}
		if err := v.saveShard(ctx, shard); err != nil {
			return err
		}
	}
	return nil
}

func (v *evaluator) saveShard(ctx context.Context, shard int) error {
	v.mu.Lock()
	state, err := v.shards[shard].AppendState(nil)
	v.mu.Unlock()
	if err != nil {
		return fmt.Errorf("state of shard %d: %w", shard, err)
	}
	if err := v.e.backend.SaveState(ctx, shard, state); err != nil {
		return fmt.Errorf("save state of shard %d: %w", shard, err)
	}
	v.saved[shard] = v.shards[shard].Next()
	return nil
}

// leave commits the marks and saves every shard, within a bound.
func (v *evaluator) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if v.owned == 0 {
		return nil
	}
	if err := v.commit(ctx, v.unsaved, true); err != nil {
		return fmt.Errorf("leave: %w", err)
	}
	for shard := range v.owned.All {
		if err := v.saveShard(ctx, shard); err != nil {
			return err
		}
	}
	return nil
}

// Band is what is expected of a series in the bucket at t, and what would be normal; false where this process does not
// judge it, or nothing is expected yet.
func (e *Engine) Band(s detector.Series, t time.Time) (expected, low, high float64, ok bool) {
	v := e.judging.Load()
	if v == nil {
		return 0, 0, 0, false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	shard := v.shards[rate.ShardOf(s)]
	if shard == nil {
		return 0, 0, 0, false
	}
	return shard.suite.BandAt(s, t)
}
