package engine

import (
	"context"
	"errors"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/template"
)

// ErrShardFenced: a newer owner has a shard. What was to be committed is not.
var ErrShardFenced = errors.New("engine: a newer owner has this shard")

// Ledger is what must outlive every process. Its methods return when ctx ends; an error other than ErrShardFenced is
// one of the moment, after which the same call is made again.
type Ledger interface {
	// NextEpoch mints a number higher than every one before.
	NextEpoch(ctx context.Context) (uint64, error)
	// PartitionMark is how far a partition was counted when it was last marked; false if it never was.
	PartitionMark(ctx context.Context, p rate.Partition) (next int64, ok bool, err error)
	// MarkPartition remembers that a partition is counted up to next, as its owner since epoch says. What an older owner says
	// after a newer is passed over.
	MarkPartition(ctx context.Context, p rate.Partition, epoch uint64, next int64) error

	// PutShapes keeps shapes before anything is counted under them.
	PutShapes(ctx context.Context, shapes []template.Known) error
	// Shapes returns shapes in the order in which they were kept, from after the cursor on, and the next cursor.
	Shapes(ctx context.Context, after int64, limit int) (shapes []template.Known, cursor int64, err error)
	// PutAliases keeps which shapes are one template.
	PutAliases(ctx context.Context, aliases []template.Alias) error

	// ClaimShards makes epoch the owner of the shards and returns how far each is evaluated.
	ClaimShards(ctx context.Context, shards []int, epoch uint64) ([]Mark, error)
	// Commit keeps marks and changes, with the notifications that follow from them, in one transaction.
	Commit(ctx context.Context, marks []Mark, changes []detector.Change) error
	// Evaluated is how far every shard is judged; zero while one never was.
	Evaluated(ctx context.Context) (time.Time, error)
	// Settle lets decide say how the unresolved incidents of all services relate; no other replica does meanwhile. Pages that
	// wait for that go where every shard has judged what decided them, and those of the incidents in early.
	Settle(ctx context.Context, early []string, decide func(unresolved []detector.Incident) map[string]detector.Relation) error
	// Unresolved returns all incidents that are not resolved.
	Unresolved(ctx context.Context) ([]detector.Incident, error)
	// Acts returns what people did to incidents since then, oldest first.
	Acts(ctx context.Context, since time.Time) ([]Act, error)
	// Deploys returns the deployments that were told since then.
	Deploys(ctx context.Context, since time.Time) ([]detector.Deploy, error)
	// PutNearMisses keeps what was too weak to be called. They are for people who tune: losing some does no harm.
	PutNearMisses(ctx context.Context, list []detector.NearMiss) error
}

// Mark says how far a shard is evaluated, and by which owner.
type Mark struct {
	Shard     int
	Epoch     uint64
	Evaluated time.Time // buckets that end at or before it are done; zero: none
}

// Act is a person's act by which an incident ended, or was opened again.
type Act struct {
	ID       string
	At       time.Time
	Reopened bool // else resolved
}
