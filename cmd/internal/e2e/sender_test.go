package e2e

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// kind is what lines are counted by: service, level, and the first word of the message, which names the template.
type kind struct{ service, level, word string }

// kinds are logged all the time; %d is a number that no other line has.
var kinds = []struct {
	kind
	text string
}{
	{kind{"orders", "info", "request"}, "request %d of customer c-%d took %d ms"},
	{kind{"orders", "error", "basket"}, "basket b-%d could not be emptied by session %d after %d s"},
	{kind{"search", "warn", "cache"}, "cache lookup for key k-%d missed in shard %d after %d tries"},
	{kind{"gateway", "info", "payment"}, "payment %d was taken by bank %d with code %d"},
}

// sender is Kafka's idempotent producer, with numbered lines. It tries again for as long as it takes, and knows what was
// acknowledged.
type sender struct {
	client *kgo.Client
	random *rand.Rand

	mu      sync.Mutex
	n       int
	acked   map[kind]uint64
	failure error
}

// newSender sends to brokers until stop; acked may hold what others sent before.
func newSender(t *testing.T, broker, topic string, random *rand.Rand, acked map[kind]uint64, opts ...kgo.Opt) *sender {
	t.Helper()
	client, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(broker), kgo.DefaultProduceTopic(topic), kgo.ProducerBatchCompression(kgo.Lz4Compression()),
		kgo.RequestRetries(1_000_000), kgo.RetryBackoffFn(func(int) time.Duration { return 100 * time.Millisecond }),
		kgo.MetadataMinAge(100 * time.Millisecond), kgo.UnknownTopicRetries(-1),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	s := &sender{client: client, random: random, acked: maps.Clone(acked)}
	if s.acked == nil {
		s.acked = make(map[kind]uint64)
	}
	t.Cleanup(client.Close)
	return s
}

// send sends so many lines of all kinds; it does not wait for them.
func (s *sender) send(lines int) {
	for range lines {
		k := &kinds[s.random.IntN(len(kinds))]
		s.n++
		s.line(k.kind, "h1", fmt.Sprintf(k.text, s.n, s.random.IntN(1000), s.random.IntN(1000)))
	}
}

func (s *sender) line(k kind, host, text string) {
	value := fmt.Appendf(nil, `{"time":%q,"level":%q,"service":%q,"host":%q,"msg":%q}`,
		time.Now().UTC().Format(time.RFC3339Nano), k.level, k.service, host, text)
	s.produce(k, &kgo.Record{Value: value})
}

func (s *sender) produce(k kind, rec *kgo.Record) {
	s.client.Produce(context.Background(), rec, func(_ *kgo.Record, err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if err != nil {
			s.failure = err
			return
		}
		s.acked[k]++
	})
}

// run sends until ctx ends, in bursts.
func (s *sender) run(ctx context.Context) {
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			s.send(20 + s.random.IntN(60))
		}
	}
}

// flush waits until all that was sent is acknowledged, and returns how much that is.
func (s *sender) flush(t *testing.T) map[kind]uint64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	if err := s.client.Flush(ctx); err != nil {
		t.Fatalf("lines are not acknowledged: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure != nil {
		t.Fatalf("a line was refused for good: %v", s.failure)
	}
	return maps.Clone(s.acked)
}

// countedByKind is what the API says was counted.
func countedByKind(base string, from time.Time) (map[kind]uint64, error) {
	var got struct {
		Counts []struct {
			Service, Level, Template string
			Lines                    uint64
		}
	}
	q := url.Values{
		"from": {from.Format(time.RFC3339)}, "to": {time.Now().Add(time.Minute).Format(time.RFC3339)}, "by": {"service,level,template"},
	}
	if err := tryGet(base+"/api/v1/counts?"+q.Encode(), &got); err != nil {
		return nil, err
	}
	out := make(map[kind]uint64)
	for _, c := range got.Counts {
		word, _, _ := strings.Cut(c.Template, " ")
		out[kind{c.Service, c.Level, word}] += c.Lines
	}
	return out, nil
}

// exactly waits until what was acknowledged is counted by service, level and template, each line once.
func exactly(t *testing.T, base string, from time.Time, want map[kind]uint64) {
	t.Helper()
	eventually(t, 90*time.Second, "every acknowledged line counted, once", func() (bool, string) {
		got, err := countedByKind(base, from)
		return err == nil && maps.Equal(want, got), fmt.Sprintf("counted %v, acknowledged %v, %v", sorted(got), sorted(want), err)
	})
}

func sorted(m map[kind]uint64) (out []string) {
	for k, n := range m {
		out = append(out, fmt.Sprintf("%s/%s/%s %d", k.service, k.level, k.word, n))
	}
	slices.Sort(out)
	return out
}

// seeded is a random source whose seed is told where the test fails.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 0))
}
