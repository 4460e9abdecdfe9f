package rate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// read runs fn on the partition under the lock; a partition that was never claimed reads as empty.
func (m *Memory) read(ctx context.Context, p Partition, fn func(*memoryPartition)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return ErrClosed
	}
	if part, ok := m.parts[p]; ok {
		fn(part)
	}
	return nil
}

// Blocks implements Backend.
func (m *Memory) Blocks(ctx context.Context, p Partition, width time.Duration, starts []time.Time, shards ShardSet) ([]Block, error) {
	var out []Block
	err := m.read(ctx, p, func(part *memoryPartition) {
		out = part.take(width, starts, shards)
	})
	return out, err
}

// Counted implements Backend.
func (m *Memory) Counted(ctx context.Context, p Partition, starts []time.Time, shards ShardSet) (out []Block, until time.Time, err error) {
	err = m.read(ctx, p, func(part *memoryPartition) {
		out, until = part.take(Fine, starts, shards), part.status.Checkpoint.Watermark
	})
	return out, until, err
}

func (part *memoryPartition) take(width time.Duration, starts []time.Time, shards ShardSet) (out []Block) {
	for _, start := range starts {
		for shard, data := range part.blocks[width][start.Unix()] {
			// Write never changes data that it stored, so readers may share it.
			if shards.Has(shard) {
				out = append(out, Block{Width: width, Start: start.UTC(), Shard: shard, Data: data})
			}
		}
	}
	return out
}

// Load implements Backend.
func (m *Memory) Load(ctx context.Context, p Partition, epoch, sequence uint64, width time.Duration, starts []time.Time) ([]Block, error) {
	var out []Block
	failed := ErrSequence // the claim itself is lost
	err := m.read(ctx, p, func(part *memoryPartition) {
		if failed = stands(part.status.Epoch, part.status.Sequence, epoch, sequence); failed == nil {
			out = part.take(width, starts, AllShards)
		}
	})
	if err == nil {
		err = failed
	}
	return out, err
}

// stands compares where a backend is with where an owner left it.
func stands(epoch, sequence, mine, last uint64) error {
	switch {
	case epoch > mine:
		return ErrFenced
	case epoch < mine || sequence != last:
		return ErrSequence
	}
	return nil
}

// Starts implements Backend.
func (m *Memory) Starts(ctx context.Context, p Partition, width time.Duration, from, to time.Time) ([]time.Time, error) {
	var out []time.Time
	err := m.read(ctx, p, func(part *memoryPartition) {
		for start := range part.blocks[width] {
			if t := time.Unix(start, 0).UTC(); !t.Before(from) && t.Before(to) {
				out = append(out, t)
			}
		}
	})
	slices.SortFunc(out, time.Time.Compare)
	return out, err
}

// Dictionary implements Backend.
func (m *Memory) Dictionary(ctx context.Context, p Partition, first int) ([]detector.Series, error) {
	var out []detector.Series
	err := m.read(ctx, p, func(part *memoryPartition) {
		if first >= 0 && first < len(part.dictionary) {
			out = slices.Clone(part.dictionary[first:])
		}
	})
	return out, err
}

// Samples implements Backend.
func (m *Memory) Samples(ctx context.Context, p Partition, series []int) ([]SampleSet, error) {
	var out []SampleSet
	err := m.read(ctx, p, func(part *memoryPartition) {
		for _, i := range series {
			if data, ok := part.samples[i]; ok {
				out = append(out, SampleSet{Series: i, Data: data})
			}
		}
	})
	return out, err
}

// Partitions implements Backend.
func (m *Memory) Partitions(ctx context.Context) ([]Status, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return nil, ErrClosed
	}
	out := make([]Status, 0, len(m.parts))
	for _, part := range m.parts {
		s := part.status
		s.Checkpoint = cloneCheckpoint(s.Checkpoint)
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Status) int { return ComparePartitions(a.Partition, b.Partition) })
	return out, nil
}

// LoadState implements Backend.
func (m *Memory) LoadState(ctx context.Context, shard int) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return nil, ErrClosed
	}
	return slices.Clone(m.states[shard]), nil
}

// ComparePartitions orders by topic, then by number: the order in which shards are dealt out.
func ComparePartitions(a, b Partition) int {
	if c := strings.Compare(a.Topic, b.Topic); c != 0 {
		return c
	}
	return a.ID - b.ID
}
