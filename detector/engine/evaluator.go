package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/template"
)

// evaluator judges the shards that are ours.
type evaluator struct {
	e        *Engine
	mu       sync.Mutex // guards the shards' state: charts are drawn by other goroutines
	shards   [rate.Shards]*Shard
	marks    [rate.Shards]Mark
	saved    [rate.Shards]time.Time // next bucket of the state that was saved last
	owned    rate.ShardSet
	expected []rate.Partition // of the topics, as of this step
	losses   rate.ShardSet    // where lost offsets of the topics are counted
	rules    Rules
	acted    time.Time // people's acts are known up to here
	deploys  time.Time
	told     time.Time // marks were committed
	looked   time.Time // for secrets, while older buckets are judged

	standstill standstill
	waits      string // what is waited for, as health was told
	whole      time.Time
	settling   settling
	missed     missed
	recent     []detector.Deploy // of the last hour

	frozen  map[string]frozen // by id, of open incidents
	unsaved []detector.Change // judged, and not taken by the ledger yet

	filling *rate.Filling // the buckets that are not complete
	tried   time.Time     // what was complete when these were tried last; zero: they are to be tried although they did not change

	ahead     [][rate.Shards]*detector.Bucket // buckets that were read ahead, for the shards of aheadOf
	aheadFrom time.Time
	aheadOf   rate.ShardSet
}

// tick is how often the evaluator looks for complete buckets and tries the unfinished ones. Each look asks the backend for
// every partition: where replicas times partitions are many, each looks so seldom that all of them together look at a
// partition once in lookEach.
const (
	tick     = 500 * time.Millisecond
	lookEach = 100 * time.Microsecond
)

// pause is how long it is from one look to the next.
func (v *evaluator) pause() time.Duration {
	if v.owned == 0 {
		return tick
	}
	replicas := rate.Shards / v.owned.Len()
	return max(tick, time.Duration(replicas*len(v.expected))*lookEach)
}

// evaluate runs until ctx ends, and saves the state of its shards then.
func (e *Engine) evaluate(ctx context.Context) error {
	v := newEvaluator(e)
	e.judging.Store(v)
	every := tick
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		if now := v.pause(); now != every {
			every = now
			t.Reset(every)
		}
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
			e.health.fault(evaluation, err)
			e.log.Warn("evaluation waits", "error", err)
		}
	}
}

// evaluation is a part of the engine, and one of those that use the counts and the store.
const evaluation = "evaluation"

// toldRead says in health whether the counts answered the evaluator.
func (e *Engine) toldRead(err error) { e.health.told("counts", evaluation, err) }

func newEvaluator(e *Engine) *evaluator {
	hourAgo := e.clock().Add(-time.Hour)
	v := &evaluator{e: e, frozen: make(map[string]frozen), standstill: make(standstill), acted: hourAgo, deploys: hourAgo}
	v.filling = v.newFilling()
	return v
}

// rest takes back what was said to be away: who judges nothing does not learn when it is back.
func (v *evaluator) rest() {
	v.waits = ""
	for _, part := range []string{evaluation, "counting"} {
		v.e.health.recovered(part)
	}
	for _, part := range []string{"counts", "store"} {
		v.e.health.recoveredOf(part, evaluation)
	}
}

// step takes shards over or gives them up, judges every bucket that is complete, then tries those that are not.
func (v *evaluator) step(ctx context.Context) error {
	expected, err := v.e.partitions(ctx)
	if err != nil {
		return err
	}
	v.expected = expected
	if err := v.acquire(ctx, rate.OwnedShards(expected, v.e.health.owns)); err != nil {
		return err
	}
	if v.owned == 0 {
		v.rest()
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
	v.e.health.recovered(evaluation)
	if err := v.peek(ctx, p); err != nil {
		return err
	}
	if err := v.again(ctx); err != nil {
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
		// Pages may wait for all shards to be judged up to here.
		newest := !start.Add(rate.Fine).Before(complete)
		if err := v.commit(ctx, changes, newest); err != nil {
			return err
		}
		v.e.nearMisses(ctx, near)
		if err := v.save(ctx); err != nil {
			return err
		}
	}
}

// alias tells the shards which templates became one.
func (v *evaluator) alias(shards rate.ShardSet, aliases []template.Alias) {
	if len(aliases) > 0 {
		v.filling.Forget()
	}
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
