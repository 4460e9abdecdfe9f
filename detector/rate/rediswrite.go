package rate

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Claim implements Backend.
func (r *Redis) Claim(ctx context.Context, p Partition, epoch uint64) (Claim, error) {
	r.mu.Lock()
	delete(r.listed, p)
	r.mu.Unlock()
	if err := r.list(ctx, p); err != nil {
		return Claim{}, err
	}
	got, err := claimScript.Run(ctx, r.client, []string{r.key(p, "m")}, epoch).StringSlice()
	if err != nil {
		return Claim{}, fmt.Errorf("redis: claim: %w", err)
	}
	if len(got) != 3 {
		return Claim{}, ErrFenced
	}
	var c Claim
	sequence, err1 := strconv.ParseUint(got[0], 10, 64)
	writer, err2 := strconv.ParseUint(got[1], 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		return Claim{}, fmt.Errorf("redis: %s holds no numbers: %w", r.key(p, "m"), err)
	}
	c.Sequence, c.Found = sequence, writer != 0
	if c.Found {
		if c.Checkpoint, err = DecodeCheckpoint([]byte(got[2])); err != nil {
			return Claim{}, fmt.Errorf("redis: %s: %w", r.key(p, "m"), err)
		}
	}
	// Nobody else can write the partition from here on, so this needs no script.
	if c.Dictionary, err = r.Dictionary(ctx, p, 0); err != nil {
		return Claim{}, err
	}
	return c, nil
}

// Write implements Backend.
func (r *Redis) Write(ctx context.Context, p Partition, epoch uint64, f Flush) error {
	if err := r.list(ctx, p); err != nil {
		return err
	}
	keys := []string{r.key(p, "m"), r.key(p, "d"), r.key(p, "zf"), r.key(p, "zc"), r.sampleKey(p, 0)}
	args := make([]any, 0, 8+len(f.NewSeries)+2*len(f.Samples)+5*len(f.Blocks))
	args = append(args, epoch, f.Sequence, f.First, AppendCheckpoint(nil, f.Checkpoint), int(SamplesStay/time.Second), len(f.NewSeries))
	for _, s := range f.NewSeries {
		args = append(args, AppendSeries(nil, s))
	}
	args = append(args, len(f.Samples))
	for _, s := range f.Samples {
		args = append(args, s.Series, s.Data)
	}
	type bucket struct {
		width time.Duration
		start int64
	}
	grouped := make(map[bucket][]any)
	for _, b := range f.Blocks {
		if b.Width != Fine && b.Width != Coarse {
			return fmt.Errorf("redis: a block of width %v", b.Width)
		}
		k := bucket{b.Width, b.Start.Unix()}
		grouped[k] = append(grouped[k], b.Shard, b.Data)
	}
	for k, fields := range grouped {
		keys = append(keys, r.bucketKey(p, k.width, k.start))
		args = append(args, widthName(k.width), k.start, len(fields)/2)
		args = append(args, fields...)
	}
	code, err := writeScript.Run(ctx, r.client, keys, args...).Int()
	if err != nil {
		return fmt.Errorf("redis: write: %w", err)
	}
	switch code {
	case scriptDone:
		return nil
	case scriptFenced:
		return ErrFenced
	case scriptSequence:
		return ErrSequence
	}
	return fmt.Errorf("redis: the script answered %d", code)
}

// SaveState implements Backend.
func (r *Redis) SaveState(ctx context.Context, shard int, data []byte) error {
	if err := r.client.HSet(ctx, r.stateKey(), strconv.Itoa(shard), data).Err(); err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	return nil
}

// LoadState implements Backend.
func (r *Redis) LoadState(ctx context.Context, shard int) ([]byte, error) {
	data, err := r.client.HGet(ctx, r.stateKey(), strconv.Itoa(shard)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	return data, nil
}

// expireChunk is how many buckets are removed in one step.
const expireChunk = 500

// Expire implements Backend.
func (r *Redis) Expire(ctx context.Context, fine, coarse time.Time) error {
	parts, err := r.partitions(ctx)
	if err != nil {
		return err
	}
	for _, p := range parts {
		for width, limit := range map[time.Duration]time.Time{Fine: fine, Coarse: coarse} {
			if err := r.expire(ctx, p, width, limit.Unix()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Redis) expire(ctx context.Context, p Partition, width time.Duration, limit int64) error {
	index := r.key(p, "z"+widthName(width))
	for {
		old, err := r.client.ZRangeByScore(ctx, index, &redis.ZRangeBy{
			Min: "-inf", Max: "(" + strconv.FormatInt(limit, 10), Count: expireChunk,
		}).Result()
		if err != nil {
			return fmt.Errorf("redis: %w", err)
		}
		if len(old) == 0 {
			return nil
		}
		_, err = r.client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
			members := make([]any, len(old))
			keys := make([]string, len(old))
			for i, start := range old {
				members[i] = start
				keys[i] = r.key(p, widthName(width)+":"+start)
			}
			pipe.Unlink(ctx, keys...)
			pipe.ZRem(ctx, index, members...)
			return nil
		})
		if err != nil {
			return fmt.Errorf("redis: %w", err)
		}
	}
}
