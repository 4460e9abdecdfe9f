package rate

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/redis/go-redis/v9"

	"github.com/tocsin-io/tocsin/detector"
)

// Blocks implements Backend.
func (r *Redis) Blocks(ctx context.Context, p Partition, width time.Duration, starts []time.Time, shards ShardSet) ([]Block, error) {
	if shards != AllShards {
		return r.someBlocks(ctx, p, width, starts, shards)
	}
	return r.blocks(ctx, p, width, starts, r.client.Pipelined, func(redis.Pipeliner) func() error { return nil })
}

// Load implements Backend: comparison and blocks are read in one transaction.
func (r *Redis) Load(ctx context.Context, p Partition, epoch, sequence uint64, width time.Duration, starts []time.Time) ([]Block, error) {
	return r.blocks(ctx, p, width, starts, r.client.TxPipelined, func(pipe redis.Pipeliner) func() error {
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
func (r *Redis) blocks(ctx context.Context, p Partition, width time.Duration, starts []time.Time,
	piped func(context.Context, func(redis.Pipeliner) error) ([]redis.Cmder, error), first func(redis.Pipeliner) func() error,
) ([]Block, error) {
	var out []Block
	for chunk := range slices.Chunk(starts, readChunk) {
		n, cmds := 0, make([]*redis.MapStringStringCmd, len(chunk))
		var answer func() error
		_, err := piped(ctx, func(pipe redis.Pipeliner) error {
			answer = first(pipe)
			for i, start := range chunk {
				cmds[i] = pipe.HGetAll(ctx, r.bucketKey(p, width, start.Unix()))
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
		for _, cmd := range cmds {
			n += len(cmd.Val())
		}
		out = slices.Grow(out, n)
		for i, start := range chunk {
			for field, data := range cmds[i].Val() {
				shard, err := strconv.Atoi(field)
				if err != nil {
					return nil, fmt.Errorf("redis: %s has a field %q", r.bucketKey(p, width, start.Unix()), field)
				}
				out = append(out, Block{Width: width, Start: start.UTC(), Shard: shard, Data: shared(data)})
			}
		}
	}
	return out, nil
}

// shared is the bytes of an answer, which nobody changes: a block is read only.
func shared(data string) []byte { return unsafe.Slice(unsafe.StringData(data), len(data)) }

// someBlocks reads the blocks of some shards alone: each of many replicas judges a few.
func (r *Redis) someBlocks(ctx context.Context, p Partition, width time.Duration, starts []time.Time, shards ShardSet) ([]Block, error) {
	var numbers []int
	var fields []string
	for shard := range shards.All {
		numbers, fields = append(numbers, shard), append(fields, strconv.Itoa(shard))
	}
	if len(fields) == 0 {
		return nil, nil
	}
	var out []Block
	for chunk := range slices.Chunk(starts, readChunk) {
		cmds := make([]*redis.SliceCmd, len(chunk))
		_, err := r.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			for i, start := range chunk {
				cmds[i] = pipe.HMGet(ctx, r.bucketKey(p, width, start.Unix()), fields...)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("redis: %w", err)
		}
		for i, start := range chunk {
			for j, value := range cmds[i].Val() {
				if data, ok := value.(string); ok {
					out = append(out, Block{Width: width, Start: start.UTC(), Shard: numbers[j], Data: shared(data)})
				}
			}
		}
	}
	return out, nil
}

// Starts implements Backend.
func (r *Redis) Starts(ctx context.Context, p Partition, width time.Duration, from, to time.Time) ([]time.Time, error) {
	got, err := r.client.ZRangeByScore(ctx, r.key(p, "z"+widthName(width)), &redis.ZRangeBy{
		Min: strconv.FormatInt(from.Unix(), 10), Max: "(" + strconv.FormatInt(to.Unix(), 10),
	}).Result()
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	out := make([]time.Time, len(got))
	for i, text := range got {
		sec, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("redis: %s has a member %q", r.key(p, "z"+widthName(width)), text)
		}
		out[i] = utc(sec)
	}
	return out, nil
}

// dictionaryChunk is how many series are read at once, so that no read holds Redis up for long.
const dictionaryChunk = 5000

// Dictionary implements Backend.
func (r *Redis) Dictionary(ctx context.Context, p Partition, first int) ([]detector.Series, error) {
	var in interner
	var out []detector.Series
	for {
		from := first + len(out)
		got, err := r.client.LRange(ctx, r.key(p, "d"), int64(from), int64(from+dictionaryChunk-1)).Result()
		if err != nil {
			return nil, fmt.Errorf("redis: %w", err)
		}
		for i, text := range got {
			s, err := in.series([]byte(text))
			if err != nil {
				return nil, fmt.Errorf("redis: entry %d of %s: %w", from+i, r.key(p, "d"), err)
			}
			out = append(out, s)
		}
		if len(got) < dictionaryChunk {
			return out, nil
		}
	}
}

// Samples implements Backend.
func (r *Redis) Samples(ctx context.Context, p Partition, series []int) ([]SampleSet, error) {
	var out []SampleSet
	for chunk := range slices.Chunk(series, 500) {
		fields := make([]string, len(chunk))
		for i, n := range chunk {
			fields[i] = strconv.Itoa(n)
		}
		var weeks [2]*redis.SliceCmd
		_, err := r.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			for back := range weeks {
				weeks[back] = pipe.HMGet(ctx, r.sampleKey(p, int64(back)), fields...)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("redis: %w", err)
		}
		for i, n := range chunk {
			for _, week := range weeks {
				if data, ok := week.Val()[i].(string); ok {
					out = append(out, SampleSet{Series: n, Data: []byte(data)})
					break
				}
			}
		}
	}
	return out, nil
}

// partitions reads the set of partitions, in order.
func (r *Redis) partitions(ctx context.Context) ([]Partition, error) {
	names, err := r.client.SMembers(ctx, r.partitionsKey()).Result()
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	out := make([]Partition, len(names))
	for i, name := range names {
		at := strings.LastIndexByte(name, '/')
		id, err := strconv.Atoi(name[at+1:])
		if at < 0 || err != nil {
			return nil, fmt.Errorf("redis: %s has a member %q", r.partitionsKey(), name)
		}
		out[i] = Partition{Topic: name[:at], ID: id}
	}
	slices.SortFunc(out, ComparePartitions)
	return out, nil
}
