// Package ratetest is the conformance suite of rate.Backend: every backend passes it.
package ratetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// Run runs the suite. open returns a backend that the suite closes; it may hold what other tests wrote, as every test
// uses partitions of its own.
func Run(t *testing.T, open func(t *testing.T) rate.Backend) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *suite)
	}{
		{"first claim finds nothing", firstClaim},
		{"claims need a higher epoch", claimsRise},
		{"a write is found by the next claim", writeIsFound},
		{"a zombie is refused", zombie},
		{"the same flush again is a retry", retry},
		{"a flush out of sequence is refused", outOfSequence},
		{"a refused flush leaves no trace", refusedWhole},
		{"a write without a claim is refused", unclaimed},
		{"an owner loads what it left alone", loads},
		{"values are absolute", absolute},
		{"shards are read apart", shards},
		{"blocks say how far they are counted", counted},
		{"the dictionary only grows", dictionary},
		{"a large flush", large},
		{"samples are replaced", samples},
		{"starts are in order", starts},
		{"partitions are apart", apart},
		{"statuses", statuses},
		{"expire", expire},
		{"forget", forget},
		{"states of shards", states},
		{"a context that ended", ended},
		{"one of many claims wins", race},
		{"close twice", closeTwice},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := open(t)
			t.Cleanup(func() {
				if err := b.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			t.Cleanup(cancel)
			c.run(t, &suite{T: t, ctx: ctx, b: b, p: rate.Partition{Topic: Topic(), ID: 3}})
		})
	}
}

var topics atomic.Int64

// Topic returns a topic's name that no other test uses.
func Topic() string {
	return fmt.Sprintf("ratetest-%d-%d", time.Now().UnixNano(), topics.Add(1))
}

type suite struct {
	*testing.T
	ctx context.Context
	b   rate.Backend
	p   rate.Partition
}

func (s *suite) claim(epoch uint64) rate.Claim {
	s.Helper()
	c, err := s.b.Claim(s.ctx, s.p, epoch)
	if err != nil {
		s.Fatalf("claim with epoch %d: %v", epoch, err)
	}
	return c
}

func (s *suite) write(epoch uint64, f rate.Flush) {
	s.Helper()
	if err := s.b.Write(s.ctx, s.p, epoch, f); err != nil {
		s.Fatalf("write of sequence %d under epoch %d: %v", f.Sequence, epoch, err)
	}
}

func (s *suite) refused(epoch uint64, f rate.Flush, want error) {
	s.Helper()
	if err := s.b.Write(s.ctx, s.p, epoch, f); !errors.Is(err, want) {
		s.Fatalf("write of sequence %d under epoch %d: %v, want %v", f.Sequence, epoch, err, want)
	}
}

// start is a bucket of the day of the test, so that a backend's own retention leaves it alone.
func start(n int) time.Time {
	return time.Now().UTC().Truncate(time.Hour).Add(time.Duration(n) * rate.Fine)
}

func series(n int) detector.Series {
	return detector.Series{Service: "shop", Environment: "prod", Level: detector.LevelError, Shape: detector.ShapeID(1000 + n)}
}

func block(n, shard int, text string) rate.Block {
	return rate.Block{Width: rate.Fine, Start: start(n), Shard: shard, Data: []byte(text)}
}

// checkpoint has times that every backend can hold.
func checkpoint(next int64) rate.Checkpoint {
	return rate.Checkpoint{
		Next: next, End: next + 7,
		Pending:   []detector.Pending{{Offset: next - 1, Skip: 2}},
		Watermark: start(1), Updated: start(2).Add(123 * time.Millisecond),
	}
}

// blocks reads the fine blocks of the buckets as "n/shard" -> data.
func (s *suite) blocks(p rate.Partition, ns ...int) map[string]string {
	s.Helper()
	var at []time.Time
	number := make(map[int64]int)
	for _, n := range ns {
		at = append(at, start(n))
		number[start(n).Unix()] = n
	}
	got, err := s.b.Blocks(s.ctx, p, rate.Fine, at, rate.AllShards)
	if err != nil {
		s.Fatalf("Blocks: %v", err)
	}
	out := make(map[string]string)
	for _, b := range got {
		key := fmt.Sprintf("%d/%d", number[b.Start.Unix()], b.Shard)
		if _, twice := out[key]; twice || b.Width != rate.Fine || b.Start.Location() != time.UTC {
			s.Fatalf("block %s came twice, with width %v or not in UTC (%v)", key, b.Width, b.Start)
		}
		out[key] = string(b.Data)
	}
	return out
}
