package rate

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unsafe"

	"github.com/redis/go-redis/v9"
)

// Blocks implements Backend.
func (r *Redis) Blocks(ctx context.Context, p Partition, width time.Duration, starts []time.Time, shards ShardSet) ([]Block, error) {
	return r.blocks(ctx, p, width, starts, shards, r.client.Pipelined, func(redis.Pipeliner) func() error { return nil })
}

// Counted implements Backend: checkpoint and blocks are read in one transaction. Of many buckets, which take several, it says
// what held at each.
func (r *Redis) Counted(ctx context.Context, p Partition, starts []time.Time, shards ShardSet) ([]Block, time.Time, error) {
	var marks []time.Time
	out, err := r.blocks(ctx, p, Fine, starts, shards, r.client.TxPipelined, func(pipe redis.Pipeliner) func() error {
		meta := pipe.HMGet(ctx, r.key(p, "m"), "c")
		return func() error {
			var cp Checkpoint
			if text, ok := meta.Val()[0].(string); ok {
				var err error
				if cp, err = DecodeCheckpoint([]byte(text)); err != nil {
					return fmt.Errorf("redis: %s: %w", r.key(p, "m"), err)
				}
			}
			marks = append(marks, cp.Watermark)
			return nil
		}
	})
	if err != nil || len(marks) == 0 {
		return nil, time.Time{}, err
	}
	return out, slices.MinFunc(marks, time.Time.Compare), nil
}

// Load implements Backend: comparison and blocks are read in one transaction.
func (r *Redis) Load(ctx context.Context, p Partition, epoch, sequence uint64, width time.Duration, starts []time.Time) ([]Block, error) {
	return r.blocks(ctx, p, width, starts, AllShards, r.client.TxPipelined, func(pipe redis.Pipeliner) func() error {
		meta := pipe.HMGet(ctx, r.key(p, "m"), "e", "s")
		return func() error {
			var at [2]uint64
			for i, v := range meta.Val() {
				text, ok := v.(string)
				if !ok {
					continue // it is lost, or nothing was written yet
				}
				n, err := strconv.ParseUint(text, 10, 64)
				if err != nil {
					return fmt.Errorf("redis: %s holds no numbers: %w", r.key(p, "m"), err)
				}
				at[i] = n
			}
			return stands(at[0], at[1], epoch, sequence)
		}
	})
}

// blocks reads a chunk of buckets at a time through piped; first puts a question before each chunk, and its answer may
// be an error.
func (r *Redis) blocks(ctx context.Context, p Partition, width time.Duration, starts []time.Time, shards ShardSet,
	piped func(context.Context, func(redis.Pipeliner) error) ([]redis.Cmder, error), first func(redis.Pipeliner) func() error,
) ([]Block, error) {
	if shards == 0 {
		return nil, nil
	}
	ask := asker(shards)
	var out []Block
	for chunk := range slices.Chunk(starts, readChunk) {
		answers := make([]bucketAnswer, len(chunk))
		var answer func() error
		_, err := piped(ctx, func(pipe redis.Pipeliner) error {
			answer = first(pipe)
			for i, start := range chunk {
				answers[i] = ask(ctx, pipe, r.bucketKey(p, width, start.Unix()))
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("redis: %w", err)
		}
		if answer != nil {
			if err := answer(); err != nil {
				return nil, err
			}
		}
		n := 0
		for _, a := range answers {
			n += a.len()
		}
		out = slices.Grow(out, n)
		for i, start := range chunk {
			if out, err = answers[i].appendTo(out, Block{Width: width, Start: start.UTC()}); err != nil {
				return nil, fmt.Errorf("redis: %s %w", r.bucketKey(p, width, start.Unix()), err)
			}
		}
	}
	return out, nil
}

// bucketAnswer is what Redis says of one bucket: of all shards, or of some.
type bucketAnswer struct {
	all     *redis.MapStringStringCmd
	some    *redis.SliceCmd
	numbers []int // of the shards of some
}

// asker asks for the blocks of some shards of a bucket, or for all: each of many replicas judges a few.
func asker(shards ShardSet) func(ctx context.Context, pipe redis.Pipeliner, key string) bucketAnswer {
	if shards == AllShards {
		return func(ctx context.Context, pipe redis.Pipeliner, key string) bucketAnswer {
			return bucketAnswer{all: pipe.HGetAll(ctx, key)}
		}
	}
	var numbers []int
	var fields []string
	for shard := range shards.All {
		numbers, fields = append(numbers, shard), append(fields, strconv.Itoa(shard))
	}
	return func(ctx context.Context, pipe redis.Pipeliner, key string) bucketAnswer {
		return bucketAnswer{some: pipe.HMGet(ctx, key, fields...), numbers: numbers}
	}
}

// len is how many blocks it may hold.
func (a bucketAnswer) len() int {
	if a.all != nil {
		return len(a.all.Val())
	}
	return len(a.some.Val())
}

// appendTo appends the blocks, which are of the width and start of like.
func (a bucketAnswer) appendTo(out []Block, like Block) ([]Block, error) {
	if a.all == nil {
		for i, value := range a.some.Val() {
			if data, ok := value.(string); ok {
				like.Shard, like.Data = a.numbers[i], shared(data)
				out = append(out, like)
			}
		}
		return out, nil
	}
	for field, data := range a.all.Val() {
		shard, err := strconv.Atoi(field)
		if err != nil {
			return nil, fmt.Errorf("has a field %q", field)
		}
		like.Shard, like.Data = shard, shared(data)
		out = append(out, like)
	}
	return out, nil
}

// shared is the bytes of an answer, which nobody changes: a block is read only.
func shared(data string) []byte { return unsafe.Slice(unsafe.StringData(data), len(data)) }
