package engine

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/tocsin-io/tocsin/detector/incident"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// acquire gives up the shards that are not ours any more and takes over those that are new.
func (v *evaluator) acquire(ctx context.Context, want rate.ShardSet) error {
	if gone := v.owned &^ want; gone != 0 {
		if err := v.saveShards(ctx, gone); err != nil {
			v.e.log.Warn("the state of shards that we give up was not saved; their new owner judges more buckets again", "error", err)
		}
		v.drop(gone)
	}
	fresh := want &^ v.owned
	if fresh == 0 {
		return nil
	}
	var numbers []int
	for shard := range fresh.All {
		numbers = append(numbers, shard)
	}
	epoch, err := v.e.ledger.NextEpoch(ctx)
	if err != nil {
		return fmt.Errorf("mint an epoch: %w", err)
	}
	marks, err := v.e.ledger.ClaimShards(ctx, numbers, epoch)
	if err != nil {
		return fmt.Errorf("claim %d shards: %w", len(numbers), err)
	}
	open, err := v.e.ledger.Unresolved(ctx)
	if err != nil {
		return fmt.Errorf("read open incidents: %w", err)
	}
	for _, m := range marks {
		s, err := v.e.restore(ctx, m.Shard)
		if err != nil {
			return err
		}
		for i := range open {
			if series, ok := incident.ParseSeriesKey(open[i].SeriesKey); ok && rate.ShardOf(series) == m.Shard {
				s.tracker.Adopt(&open[i], s.Next())
			}
		}
		s.tracker.Judged(s.Next(), m.Evaluated)
		v.mu.Lock()
		v.shards[m.Shard], v.marks[m.Shard] = s, m
		v.mu.Unlock()
		v.saved[m.Shard] = s.Next()
		v.owned |= rate.ShardsOf(m.Shard)
	}
	v.tried = time.Time{}
	v.alias(fresh, v.e.Templates.Aliases())
	v.acted, v.deploys = v.acted.Add(-time.Hour), v.deploys.Add(-time.Hour) // the states taken over are older
	v.e.log.Info("judging", "shards", v.owned.Len(), "epoch", epoch)
	return nil
}

func (v *evaluator) drop(gone rate.ShardSet) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for shard := range gone.All {
		v.shards[shard], v.marks[shard], v.saved[shard] = nil, Mark{}, time.Time{}
	}
	v.owned &^= gone
	maps.DeleteFunc(v.frozen, func(_ string, f frozen) bool { return gone.Has(f.shard) })
}

// restore makes a shard as it was saved last; where nothing was saved, or it is not understood any more, a new one
// that judges all the buckets that are kept.
func (e *Engine) restore(ctx context.Context, number int) (*Shard, error) {
	data, err := e.backend.LoadState(ctx, number)
	if err != nil {
		return nil, fmt.Errorf("load state of shard %d: %w", number, err)
	}
	s := e.newShard(number)
	if data == nil {
		return s, nil
	}
	if err := s.Restore(data); err != nil {
		e.log.Warn("the saved state of a shard is not understood; judging all kept buckets again", "shard", number, "error", err)
		s = e.newShard(number)
	}
	return s, nil
}

// news takes over what people did: incidents that they resolved or reopened, deployments that were told, new rules.
func (v *evaluator) news(ctx context.Context) error {
	const overlap = 5 * time.Second // clocks of replicas and of the store differ
	now := v.e.clock()
	acts, err := v.e.ledger.Acts(ctx, v.acted.Add(-overlap))
	if err != nil {
		return fmt.Errorf("read people's acts: %w", err)
	}
	deploys, err := v.e.ledger.Deploys(ctx, v.deploys.Add(-overlap))
	if err != nil {
		return fmt.Errorf("read deployments: %w", err)
	}
	for _, a := range acts {
		for shard := range v.owned.All {
			v.shards[shard].Act(a)
		}
		if !a.Reopened {
			delete(v.frozen, a.ID) // its signal says no more
		}
	}
	if len(acts)+len(deploys) > 0 {
		v.tried = time.Time{}
	}
	v.deployed(deploys, now)
	for _, d := range deploys {
		for shard := range v.owned.All { // of every environment
			v.mu.Lock()
			v.shards[shard].suite.Deploy(d.Service, d.At)
			v.mu.Unlock()
		}
	}
	v.acted, v.deploys = now, now
	if r := v.e.rules.Load(); r != nil && *r != v.rules {
		v.tried = time.Time{}
		for shard := range v.owned.All {
			v.mu.Lock()
			err := v.shards[shard].SetRules((*r).Judge(shard))
			v.mu.Unlock()
			if err != nil {
				return err // all are given them again at the next step
			}
		}
		v.rules = *r
		v.filling.Forget() // others of their series are looked at
	}
	return nil
}
