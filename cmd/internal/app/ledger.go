package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/template"
	"github.com/tocsin-io/tocsin/store"
)

// ledger lets the engine keep its words in the store.
type ledger struct {
	store *store.Store
	now   func() time.Time
	poke  func() // wakes the deliverer
}

func (l ledger) NextEpoch(ctx context.Context) (uint64, error) { return l.store.NextEpoch(ctx) }

func (l ledger) PartitionMark(ctx context.Context, p rate.Partition) (int64, bool, error) {
	marks, err := l.store.Partitions(ctx)
	if err != nil {
		return 0, false, err
	}
	for _, m := range marks {
		if m.Partition == p {
			return m.Next, true, nil
		}
	}
	return 0, false, nil
}

func (l ledger) MarkPartition(ctx context.Context, p rate.Partition, epoch uint64, next int64) error {
	return l.store.MarkPartition(ctx, p.Topic, p.ID, epoch, next, l.now())
}

// pinned is the store's opaque data of a shape that comes from a configured pattern.
var pinned = []byte("pinned")

func (l ledger) PutShapes(ctx context.Context, shapes []template.Known) error {
	rows := make([]store.Shape, len(shapes))
	for i, k := range shapes {
		rows[i] = store.Shape{
			ID: k.ID, Service: k.Service, Environment: k.Environment, Level: k.Level, Text: k.Text, First: k.First, Last: k.First,
		}
		if k.Pinned {
			rows[i].Data = pinned
		}
	}
	return l.store.PutShapes(ctx, rows)
}

func (l ledger) Shapes(ctx context.Context, after int64, limit int) ([]template.Known, int64, error) {
	rows, err := l.store.Shapes(ctx, after, limit)
	if err != nil {
		return nil, after, err
	}
	out := make([]template.Known, len(rows))
	for i, r := range rows {
		out[i] = template.Known{
			ID: r.ID, Service: r.Service, Environment: r.Environment, Level: r.Level, Text: r.Text, First: r.First,
			Pinned: slices.Equal(r.Data, pinned),
		}
		after = max(after, r.Sequence)
	}
	return out, after, nil
}

func (l ledger) PutAliases(ctx context.Context, aliases []template.Alias) error {
	rows := make([]store.Alias, len(aliases))
	for i, a := range aliases {
		rows[i] = store.Alias{From: a.From, To: a.To, At: l.now()}
	}
	return l.store.PutAliases(ctx, rows)
}

func (l ledger) ClaimShards(ctx context.Context, shards []int, epoch uint64) ([]engine.Mark, error) {
	marks, err := l.store.Claim(ctx, shards, epoch)
	if err != nil {
		return nil, fenced(err)
	}
	out := make([]engine.Mark, len(marks))
	for i, m := range marks {
		out[i] = engine.Mark(m)
	}
	return out, nil
}

func (l ledger) Commit(ctx context.Context, marks []engine.Mark, changes []detector.Change) error {
	c := store.Commit{Marks: make([]store.Mark, len(marks)), Changes: changes}
	for i, m := range marks {
		c.Marks[i] = store.Mark(m)
	}
	return fenced(l.store.Commit(ctx, c))
}

func fenced(err error) error {
	if errors.Is(err, store.ErrFenced) {
		return fmt.Errorf("%w: %w", engine.ErrShardFenced, err)
	}
	return err
}

func (l ledger) Settle(ctx context.Context, early []string, decide func([]detector.Incident) map[string]detector.Relation) error {
	err := l.store.Settle(ctx, early, decide)
	if err == nil {
		l.poke() // what waited for it may be due
	}
	return err
}

func (l ledger) Evaluated(ctx context.Context) (time.Time, error) { return l.store.Evaluated(ctx) }

func (l ledger) Unresolved(ctx context.Context) ([]detector.Incident, error) {
	return l.store.Unresolved(ctx)
}

func (l ledger) Acts(ctx context.Context, since time.Time) ([]engine.Act, error) {
	acts, err := l.store.ActsSince(ctx, since)
	if err != nil {
		return nil, err
	}
	out := make([]engine.Act, len(acts))
	for i, a := range acts {
		out[i] = engine.Act{ID: a.Incident, At: a.At, Reopened: a.Kind == detector.EntryReopened}
	}
	return out, nil
}

func (l ledger) Deploys(ctx context.Context, since time.Time) ([]detector.Deploy, error) {
	return l.store.DeploysTold(ctx, since)
}

func (l ledger) PutNearMisses(ctx context.Context, list []detector.NearMiss) error {
	return l.store.PutNearMisses(ctx, list)
}
