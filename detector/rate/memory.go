package rate

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// ErrClosed: the backend was closed.
var ErrClosed = errors.New("rate: the backend is closed")

// Memory is a Backend that lives and dies with the process: the plainest one, beside which tests hold the others.
type Memory struct {
	mu     sync.RWMutex
	closed bool
	parts  map[Partition]*memoryPartition
	states map[int][]byte
}

type memoryPartition struct {
	writer     uint64 // epoch of the last write; 0 until the first: a claim alone is not "found"
	status     Status
	dictionary []detector.Series
	blocks     map[time.Duration]map[int64]map[int][]byte // width, start in Unix seconds, shard
	samples    map[int][]byte
}

var _ Backend = (*Memory)(nil)

// NewMemory returns an empty backend. It holds what Expire has not removed, and every sample.
func NewMemory() *Memory {
	return &Memory{parts: make(map[Partition]*memoryPartition), states: make(map[int][]byte)}
}

// Claim implements Backend.
func (m *Memory) Claim(ctx context.Context, p Partition, epoch uint64) (Claim, error) {
	if err := ctx.Err(); err != nil {
		return Claim{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return Claim{}, ErrClosed
	}
	part, ok := m.parts[p]
	if !ok {
		part = &memoryPartition{
			status:  Status{Partition: p},
			blocks:  map[time.Duration]map[int64]map[int][]byte{Fine: {}, Coarse: {}},
			samples: make(map[int][]byte),
		}
		m.parts[p] = part
	}
	if epoch <= part.status.Epoch {
		return Claim{}, ErrFenced
	}
	part.status.Epoch = epoch
	return Claim{
		Found:      part.writer != 0,
		Sequence:   part.status.Sequence,
		Checkpoint: cloneCheckpoint(part.status.Checkpoint),
		Dictionary: slices.Clone(part.dictionary),
	}, nil
}

// Write implements Backend.
func (m *Memory) Write(ctx context.Context, p Partition, epoch uint64, f Flush) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	part, ok := m.parts[p]
	switch {
	case !ok || part.status.Epoch < epoch:
		return ErrSequence // the claim itself is lost
	case part.status.Epoch > epoch:
		return ErrFenced
	case part.status.Sequence == f.Sequence && part.writer == epoch:
		return nil
	case part.status.Sequence+1 != f.Sequence || len(part.dictionary) != f.First:
		return ErrSequence
	}
	part.writer = epoch
	part.status.Sequence = f.Sequence
	part.status.Checkpoint = cloneCheckpoint(f.Checkpoint)
	part.dictionary = append(part.dictionary, f.NewSeries...)
	part.status.Series = len(part.dictionary)
	for _, b := range f.Blocks {
		starts, ok := part.blocks[b.Width]
		if !ok {
			starts = make(map[int64]map[int][]byte)
			part.blocks[b.Width] = starts
		}
		shards, ok := starts[b.Start.Unix()]
		if !ok {
			shards = make(map[int][]byte)
			starts[b.Start.Unix()] = shards
		}
		shards[b.Shard] = slices.Clone(b.Data)
	}
	for _, s := range f.Samples {
		part.samples[s.Series] = slices.Clone(s.Data)
	}
	return nil
}

// SaveState implements Backend.
func (m *Memory) SaveState(ctx context.Context, shard int, data []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	m.states[shard] = slices.Clone(data)
	return nil
}

// Expire implements Backend.
func (m *Memory) Expire(ctx context.Context, fine, coarse time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	for _, part := range m.parts {
		for width, limit := range map[time.Duration]time.Time{Fine: fine, Coarse: coarse} {
			for start := range part.blocks[width] {
				if start < limit.Unix() {
					delete(part.blocks[width], start)
				}
			}
		}
	}
	return nil
}

// Forget implements Backend.
func (m *Memory) Forget(ctx context.Context, p Partition, epoch uint64) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false, ErrClosed
	}
	part, ok := m.parts[p]
	if !ok || part.status.Epoch != epoch || len(part.blocks[Fine])+len(part.blocks[Coarse]) > 0 {
		return false, nil
	}
	delete(m.parts, p)
	return true, nil
}

// Ping implements Backend.
func (m *Memory) Ping(ctx context.Context) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return ErrClosed
	}
	return ctx.Err()
}

// Close implements Backend.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

func cloneCheckpoint(c Checkpoint) Checkpoint {
	c.Pending = slices.Clone(c.Pending)
	return c
}
