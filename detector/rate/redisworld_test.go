package rate_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// ownRedis starts a Redis of the test's own, which it may ill-treat.
func ownRedis(t testing.TB, args ...string) (addr string, admin *redis.Client) {
	t.Helper()
	s := newRedisServer(t, args...)
	return s.addr, s.admin
}

func backendAt(t testing.TB, opts rate.RedisOptions) *rate.Redis {
	t.Helper()
	opts.Now = time.Now
	b, err := rate.NewRedis(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

var p0 = rate.Partition{Topic: "logs", ID: 0}

func flush(n uint64, text string) rate.Flush {
	return rate.Flush{
		Sequence: n, Checkpoint: rate.Checkpoint{Next: int64(n)},
		Blocks: []rate.Block{{Width: rate.Fine, Start: rate.FloorFine(epoch0), Data: []byte(text)}},
	}
}

// TestRedisForgetsScripts is a restart or a fail-over to a server that never saw the scripts.
func TestRedisForgetsScripts(t *testing.T) {
	addr, admin := ownRedis(t)
	b := backendAt(t, rate.RedisOptions{Addresses: []string{addr}})
	ctx := t.Context()
	for n := range uint64(3) {
		if err := admin.ScriptFlush(ctx).Err(); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			if _, err := b.Claim(ctx, p0, 1); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Write(ctx, p0, 1, flush(n+1, "x")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRedisThatIsFull(t *testing.T) {
	addr, admin := ownRedis(t, "--maxmemory", "4mb", "--maxmemory-policy", "noeviction")
	b := backendAt(t, rate.RedisOptions{Addresses: []string{addr}})
	ctx := t.Context()
	if _, err := b.Claim(ctx, p0, 1); err != nil {
		t.Fatal(err)
	}
	if err := b.Write(ctx, p0, 1, flush(1, "kept")); err != nil {
		t.Fatal(err)
	}
	for i, size := 0, 256<<10; size > 0; i++ {
		if err := admin.Set(ctx, fmt.Sprint("fill", i), strings.Repeat("x", size), 0).Err(); err != nil {
			size /= 4 // down to what makes no difference
		}
	}
	err := b.Write(ctx, p0, 1, flush(2, "new"))
	if err == nil || errors.Is(err, rate.ErrFenced) || errors.Is(err, rate.ErrSequence) || !strings.Contains(err.Error(), "OOM") {
		t.Fatalf("write into a full Redis: %v, want an error of the moment that says OOM", err)
	}
	if err := admin.Del(ctx, "fill0", "fill1", "fill2").Err(); err != nil {
		t.Fatal(err)
	}
	if err := b.Write(ctx, p0, 1, flush(2, "new")); err != nil {
		t.Fatalf("the same write once there is room: %v", err)
	}
}

func TestRedisThatLostEverything(t *testing.T) {
	addr, admin := ownRedis(t)
	b := backendAt(t, rate.RedisOptions{Addresses: []string{addr}})
	ctx := t.Context()
	if _, err := b.Claim(ctx, p0, 1); err != nil {
		t.Fatal(err)
	}
	if err := b.Write(ctx, p0, 1, flush(1, "x")); err != nil {
		t.Fatal(err)
	}
	if err := admin.FlushAll(ctx).Err(); err != nil {
		t.Fatal(err)
	}
	if err := b.Write(ctx, p0, 1, flush(2, "x")); !errors.Is(err, rate.ErrSequence) {
		t.Fatalf("write after the loss: %v, want ErrSequence", err)
	}
	if c, err := b.Claim(ctx, p0, 2); err != nil || c.Found {
		t.Fatalf("claim after the loss: %+v, %v; want nothing found", c, err)
	}
	if err := b.Write(ctx, p0, 2, flush(1, "y")); err != nil {
		t.Fatal(err)
	}
	if s, err := b.Partitions(ctx); err != nil || len(s) != 1 {
		t.Errorf("partitions after the loss: %v, %v; want the one that was claimed again", s, err)
	}
}

// TestRedisWrittenByAnOlderReplica holds that the length of a dictionary is known although its writer does not say it.
func TestRedisWrittenByAnOlderReplica(t *testing.T) {
	addr, admin := ownRedis(t)
	b := backendAt(t, rate.RedisOptions{Addresses: []string{addr}})
	ctx := t.Context()
	for _, p := range []rate.Partition{p0, {Topic: p0.Topic, ID: p0.ID + 1}} {
		if _, err := b.Claim(ctx, p, 1); err != nil {
			t.Fatal(err)
		}
		f := flush(1, "x")
		f.NewSeries = []detector.Series{{Class: detector.ClassLine, Service: "a"}, {Class: detector.ClassLine, Service: "b"}}
		if err := b.Write(ctx, p, 1, f); err != nil {
			t.Fatal(err)
		}
	}
	want, err := b.Partitions(ctx)
	if err != nil || len(want) != 2 || want[0].Series == 0 {
		t.Fatalf("before: %+v, %v", want, err)
	}
	keys, err := admin.Keys(ctx, "*{"+p0.String()+"}*").Result()
	if err != nil {
		t.Fatal(err)
	}
	unsaid := 0
	for _, key := range keys {
		if n, err := admin.HDel(ctx, key, "n").Result(); err == nil { // the others are no hashes
			unsaid += int(n)
		}
	}
	if got, err := b.Partitions(ctx); err != nil || !reflect.DeepEqual(got, want) || unsaid != 1 {
		t.Errorf("%+v, %v with %d lengths taken away; want %+v", got, err, unsaid, want)
	}
}

// TestRedisThatHangs holds that a deadline ends a call.
func TestRedisThatHangs(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b := backendAt(t, rate.RedisOptions{Addresses: []string{l.Addr().String()}})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := b.Ping(ctx); err == nil {
		t.Error("Ping of a server that never answers succeeded")
	}
	if d := time.Since(began); d > 3*time.Second {
		t.Errorf("a call with a deadline of 200 ms took %v", d)
	}
}

func TestRedisSecretsStayInside(t *testing.T) {
	addr, _ := ownRedis(t, "--requirepass", "right")
	b := backendAt(t, rate.RedisOptions{Addresses: []string{addr}, Password: "hunter2-wrong"})
	err := b.Ping(t.Context())
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Ping with a wrong password: %v", err)
	}
}

func TestRedisOptions(t *testing.T) {
	for want, opts := range map[string]rate.RedisOptions{
		"no address":        {Now: time.Now},
		"neither databases": {Now: time.Now, Addresses: []string{"a:1"}, Cluster: true, DB: 2},
		"no clock":          {Addresses: []string{"a:1"}},
	} {
		if _, err := rate.NewRedis(opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q in it", opts, err, want)
		}
	}
}

// TestRedisBytesACounter measures what the promise of 10 bytes a counter speaks of: the whole of Redis' memory for an
// hour of fine buckets over many services, divided by the counters in it.
func TestRedisBytesACounter(t *testing.T) {
	testkit.OneGoroutine(t)
	addr, admin := ownRedis(t)
	b := backendAt(t, rate.RedisOptions{Addresses: []string{addr}})
	ctx := t.Context()
	before := usedMemory(t, admin)
	rnd := rand.New(rand.NewPCG(3, 4))
	const series, buckets = 20_000, 60
	counters, written := 0, 0
	for part := range 2 {
		p := rate.Partition{Topic: "logs", ID: part}
		claim, err := b.Claim(ctx, p, 1)
		if err != nil {
			t.Fatal(err)
		}
		c := rate.NewCounter(p, 1, claim, b, rate.CounterOptions{})
		for n := range buckets {
			at := epoch0.Add(time.Duration(n) * rate.Fine)
			for s := range series {
				// A third of all series has lines in any bucket, some a few and some thousands.
				if rnd.IntN(3) != 0 {
					continue
				}
				lines := uint64(math.Exp(rnd.Float64() * 8))
				c.Hit(detector.Series{
					Service: fmt.Sprint("service-", s%400), Environment: "prod", Level: detector.Level(s % 7), Shape: detector.ShapeID(rnd2(s)),
				}, at, lines, lines*uint64(80+rnd.IntN(200)))
				counters++
			}
			if err := c.Flush(ctx, rate.Checkpoint{Next: int64(n), Watermark: at}); err != nil {
				t.Fatal(err)
			}
		}
		written += int(c.Stats().Written)
	}
	used := usedMemory(t, admin) - before
	t.Logf("%d counters: %.1f bytes each in Redis with dictionaries and coarse buckets, %.1f bytes of blocks", counters,
		float64(used)/float64(counters), float64(written)/float64(counters))
	if each := float64(used) / float64(counters); each > 10 {
		t.Errorf("%.1f bytes a counter, 10 are promised", each)
	}
}

func rnd2(s int) uint64 { return uint64(s)*0x9e3779b97f4a7c15 | 2 }

func usedMemory(t testing.TB, c *redis.Client) int64 {
	t.Helper()
	info, err := c.Info(context.Background(), "memory").Result()
	if err != nil {
		t.Fatal(err)
	}
	var used int64
	for line := range strings.Lines(info) {
		if _, err := fmt.Sscanf(line, "used_memory_dataset:%d", &used); err == nil {
			return used
		}
	}
	t.Fatal("Redis does not say what memory it uses")
	return 0
}
