package rate

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// Partitions implements Backend.
func (r *Redis) Partitions(ctx context.Context) ([]Status, error) {
	parts, err := r.partitions(ctx)
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	metas := make([]*redis.SliceCmd, len(parts))
	_, err = r.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, p := range parts {
			metas[i] = pipe.HMGet(ctx, r.key(p, "m"), "e", "s", "c", "n")
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	out := make([]Status, 0, len(parts))
	var unsaid []int // whose last writer was of a version that does not say how long the dictionary is
	for i, p := range parts {
		meta := metas[i].Val()
		if _, ok := meta[0].(string); !ok {
			continue // listed, but its claim is lost or not made yet
		}
		s, err := r.status(p, meta)
		if err != nil {
			return nil, err
		}
		if meta[3] == nil && s.Sequence > 0 {
			unsaid = append(unsaid, len(out))
		}
		out = append(out, s)
	}
	return out, r.measure(ctx, out, unsaid)
}

// status takes apart what a partition's meta hash says.
func (r *Redis) status(p Partition, meta []any) (s Status, err error) {
	s.Partition = p
	if text, ok := meta[0].(string); ok {
		if s.Epoch, err = strconv.ParseUint(text, 10, 64); err != nil {
			return s, fmt.Errorf("redis: %s: epoch %q", r.key(p, "m"), text)
		}
	}
	if text, ok := meta[1].(string); ok {
		if s.Sequence, err = strconv.ParseUint(text, 10, 64); err != nil {
			return s, fmt.Errorf("redis: %s: sequence %q", r.key(p, "m"), text)
		}
	}
	if text, ok := meta[2].(string); ok {
		if s.Checkpoint, err = DecodeCheckpoint([]byte(text)); err != nil {
			return s, fmt.Errorf("redis: %s: %w", r.key(p, "m"), err)
		}
	}
	if text, ok := meta[3].(string); ok {
		if s.Series, err = strconv.Atoi(text); err != nil {
			return s, fmt.Errorf("redis: %s: length of the dictionary %q", r.key(p, "m"), text)
		}
	}
	return s, nil
}

// measure asks how long the dictionaries of some partitions are.
func (r *Redis) measure(ctx context.Context, out []Status, which []int) error {
	if len(which) == 0 {
		return nil
	}
	lengths := make([]*redis.IntCmd, len(which))
	_, err := r.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, n := range which {
			lengths[i] = pipe.LLen(ctx, r.key(out[n].Partition, "d"))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	for i, n := range which {
		out[n].Series = int(lengths[i].Val())
	}
	return nil
}
