package engine

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/template"
)

// memoryLedger is a Ledger of one test. It keeps every change that was committed.
type memoryLedger struct {
	mu      sync.Mutex
	epoch   uint64
	marks   map[int]Mark
	parts   map[rate.Partition]int64
	shapes  []template.Known
	kept    map[template.Known]bool // which shapes these are, without text and time
	changes []detector.Change
	last    map[string]detector.Incident
	fail    func() error // asked before each commit
	refuse  int          // how often aliases are not taken
	aliases []template.Alias

	relations map[string]detector.Relation // as they were settled
	settled   int                          // times
	early     []string                     // incidents whose pages went at once
}

func newMemoryLedger() *memoryLedger {
	return &memoryLedger{marks: make(map[int]Mark), parts: make(map[rate.Partition]int64), last: make(map[string]detector.Incident)}
}

func (l *memoryLedger) NextEpoch(context.Context) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epoch++
	return l.epoch, nil
}

func (l *memoryLedger) PartitionMark(_ context.Context, p rate.Partition) (int64, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, ok := l.parts[p]
	return n, ok, nil
}

func (l *memoryLedger) MarkPartition(_ context.Context, p rate.Partition, _ uint64, next int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.parts[p] = next
	return nil
}

func (l *memoryLedger) PutShapes(_ context.Context, shapes []template.Known) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range shapes {
		of := template.Known{ID: k.ID, Service: k.Service, Environment: k.Environment, Level: k.Level}
		if l.kept == nil {
			l.kept = make(map[template.Known]bool)
		}
		if !l.kept[of] {
			l.kept[of] = true
			l.shapes = append(l.shapes, k)
		}
	}
	return nil
}

func (l *memoryLedger) Shapes(_ context.Context, after int64, limit int) ([]template.Known, int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	to := min(len(l.shapes), int(after)+limit)
	return l.shapes[after:to], int64(to), nil
}

func (l *memoryLedger) PutAliases(_ context.Context, aliases []template.Alias) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refuse > 0 {
		l.refuse--
		return errors.New("away")
	}
	l.aliases = append(l.aliases, aliases...)
	return nil
}

func (l *memoryLedger) ClaimShards(_ context.Context, shards []int, epoch uint64) ([]Mark, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []Mark
	for _, s := range shards {
		m := l.marks[s]
		if m.Epoch > epoch {
			return nil, ErrShardFenced
		}
		m.Shard, m.Epoch = s, epoch
		l.marks[s] = m
		out = append(out, m)
	}
	return out, nil
}

func (l *memoryLedger) Commit(_ context.Context, marks []Mark, changes []detector.Change) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		if err := l.fail(); err != nil {
			return err
		}
	}
	for _, m := range marks {
		if l.marks[m.Shard].Epoch > m.Epoch {
			return ErrShardFenced
		}
	}
	for _, m := range marks {
		l.marks[m.Shard] = m
	}
	l.changes = append(l.changes, changes...)
	for _, ch := range changes {
		l.last[ch.Incident.ID] = *ch.Incident
	}
	return nil
}

func (l *memoryLedger) Evaluated(context.Context) (least time.Time, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for shard := range rate.Shards {
		if at := l.marks[shard].Evaluated; shard == 0 || at.Before(least) {
			least = at
		}
	}
	return least, nil
}

// judged says that other replicas have judged shards up to a time.
func (l *memoryLedger) judged(shards rate.ShardSet, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for shard := range shards.All {
		l.marks[shard] = Mark{Shard: shard, Epoch: l.marks[shard].Epoch, Evaluated: at}
	}
}

func (l *memoryLedger) Unresolved(context.Context) ([]detector.Incident, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []detector.Incident
	for _, in := range l.last {
		if in.Status != detector.StatusResolved {
			out = append(out, in)
		}
	}
	return out, nil
}

func (l *memoryLedger) Settle(ctx context.Context, early []string, decide func([]detector.Incident) map[string]detector.Relation) error {
	open, err := l.Unresolved(ctx)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settled++
	l.early = append(l.early, early...)
	if l.relations == nil {
		l.relations = make(map[string]detector.Relation)
	}
	for i := range open { // as the store does: what was settled stays
		if rel, ok := l.relations[open[i].ID]; ok && !rel.Link && open[i].ExplainedBy == "" {
			open[i].ExplainedBy, open[i].Page = rel.To, false
		}
	}
	maps.Copy(l.relations, decide(open))
	return nil
}

func (l *memoryLedger) Acts(context.Context, time.Time) ([]Act, error) { return nil, nil }

func (l *memoryLedger) PutNearMisses(context.Context, []detector.NearMiss) error { return nil }

func (l *memoryLedger) Deploys(context.Context, time.Time) ([]detector.Deploy, error) {
	return nil, nil
}
