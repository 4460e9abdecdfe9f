package rate

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tocsin-io/tocsin/detector"
)

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
