package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// markEvery is how often marks are committed while nothing changes.
const markEvery = 10 * time.Second

// commit gives changes their evidence and keeps them with the marks; it tries until the ledger takes them, for what is
// judged is not judged again.
func (v *evaluator) commit(ctx context.Context, changes []detector.Change, now bool) error {
	at := v.e.clock()
	if len(changes) == 0 && !now && !passed(at, v.told, markEvery) {
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
			v.e.health.told("store", evaluation, nil)
			v.e.changed(changes)
			v.settling.note(changes)
			v.thaw(changes)
			return nil
		case errors.Is(err, ErrShardFenced):
			v.unsaved = nil // their new owner judges these buckets
			v.e.health.told("store", evaluation, nil)
			return err
		}
		v.e.health.told("store", evaluation, err)
		v.e.log.Warn("the store does not take incidents; trying again", "changes", len(changes), "error", err)
		if !wait(ctx) {
			return ctx.Err()
		}
	}
}

// saveEvery is how many buckets may be judged before a shard's state is saved again: what must be judged anew after a
// crash.
const saveEvery = 30

// save keeps the state of shards whose last saved state is old, a few at a time.
func (v *evaluator) save(ctx context.Context) error {
	const most = 4
	var old rate.ShardSet
	for shard := range v.owned.All {
		if v.shards[shard].Next().Sub(v.saved[shard]) >= saveEvery*rate.Fine && old.Len() < most {
			old |= rate.ShardsOf(shard)
		}
	}
	return v.saveShards(ctx, old)
}

// saveShards keeps the state of shards, but of none that was judged further than the counts stand: where they went back,
// its next owner would pass over what is counted there anew.
func (v *evaluator) saveShards(ctx context.Context, shards rate.ShardSet) error {
	if shards == 0 {
		return nil
	}
	p, err := v.reach(ctx, v.expected)
	if err != nil {
		return err
	}
	for shard := range shards.All {
		next := v.shards[shard].Next()
		if next.After(p.complete) {
			continue
		}
		v.mu.Lock()
		state, err := v.shards[shard].AppendState(nil)
		v.mu.Unlock()
		if err != nil {
			return fmt.Errorf("state of shard %d: %w", shard, err)
		}
		if err := v.e.backend.SaveState(ctx, shard, state); err != nil {
			return fmt.Errorf("save state of shard %d: %w", shard, err)
		}
		v.saved[shard] = next
	}
	return nil
}

// leave commits the marks and saves every shard, within a bound. Where another replica has claimed some of them meanwhile,
// as when all are handed over, it judges from what was kept.
func (v *evaluator) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if v.owned == 0 {
		return nil
	}
	switch err := v.commit(ctx, v.unsaved, true); {
	case errors.Is(err, ErrShardFenced):
		v.e.Stats.Fenced.Add(1)
		v.e.log.Info("a newer owner has our shards already")
		return nil
	case err != nil:
		return fmt.Errorf("leave: %w", err)
	}
	return v.saveShards(ctx, v.owned)
}
