package source_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/rate/ratetest"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

func openRedis(t testing.TB) *rate.Redis {
	t.Helper()
	u, err := url.Parse(os.Getenv("TOCSIN_TEST_REDIS"))
	if err != nil || u.Host == "" {
		t.Fatal("TOCSIN_TEST_REDIS is not set: it must be the URL of a Redis (.ci/services up; eval \"$(.ci/services env)\")")
	}
	b, err := rate.NewRedis(rate.RedisOptions{Addresses: []string{u.Host}, Prefix: ratetest.Topic(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// counting counts each line by the claim protocol, and sometimes dies without a flush.
type counting struct {
	backend rate.Backend
	epochs  *atomic.Uint64
	die     bool // now and then
	zombie  *zombies
	lines   atomic.Int64
}

// zombies keeps counters of owners that were told to stop and did not.
type zombies struct {
	mu   sync.Mutex
	left []*rate.Counter
}

var errDied = errors.New("died")

func (h *counting) Consume(ctx context.Context, p *source.Partition) error {
	part := rate.Partition{Topic: p.Topic, ID: p.ID}
	epoch := h.epochs.Add(1)
	claim, err := h.backend.Claim(ctx, part, epoch)
	if err != nil {
		return err
	}
	c := rate.NewCounter(part, epoch, claim, h.backend, rate.CounterOptions{})
	p.SeekTo(claim.Checkpoint.Next)
	rnd := rand.New(rand.NewPCG(epoch, 7))
	cp := claim.Checkpoint
	for ctx.Err() == nil {
		b, err := p.Next(ctx)
		if err != nil {
			break
		}
		if len(b.Gaps) > 0 {
			return fmt.Errorf("gaps %v", b.Gaps)
		}
		for i := range b.Records {
			r := &b.Records[i]
			c.Line(r.Time, "service", "", detector.LevelInfo, detector.ShapeID(2+r.Value[len(r.Value)-1]), len(r.Value))
			cp.Watermark = r.Time.Add(-20 * time.Second)
		}
		h.lines.Add(int64(len(b.Records)))
		cp.Next, cp.End = b.Next, b.End
		if h.die && rnd.IntN(40) == 0 {
			return errDied
		}
		if rnd.IntN(3) == 0 || len(b.Records) == 0 {
			if err := c.Flush(ctx, cp); err != nil {
				return err
			}
		}
	}
	h.zombie.mu.Lock()
	h.zombie.left = append(h.zombie.left, c)
	h.zombie.mu.Unlock()
	return ctx.Err()
}

// TestRebalance counts 200,000 lines while members come and go, die between flushes, and wake as zombies.
func TestRebalance(t *testing.T) {
	const lines, partitions = 200_000, 6
	addr := broker(t)
	topic := createTopic(t, addr, partitions)
	backend := openRedis(t)
	epochs, zombie := new(atomic.Uint64), new(zombies)
	opts := options(t, addr, topic)
	member := func(die bool) (*source.Consumer, func()) {
		return run(t, opts, &counting{backend: backend, epochs: epochs, die: die, zombie: zombie})
	}
	produced := make(chan map[detector.ShapeID]uint64, 1)
	go func() { produced <- produceLines(t, addr, topic, lines) }()

	first, stopFirst := member(true)
	testkit.Until(t, "the first assignment", func() bool { return len(first.Membership().Assigned) == partitions })
	second, _ := member(false)
	third, stopThird := member(true)
	testkit.Until(t, "three members' assignments", func() bool {
		return len(first.Membership().Assigned) == 2 && len(second.Membership().Assigned) == 2 && len(third.Membership().Assigned) == 2
	})
	stopFirst()
	testkit.Until(t, "two members' assignments", func() bool {
		return len(second.Membership().Assigned) == 3 && len(third.Membership().Assigned) == 3
	})
	stopThird()
	want := <-produced
	reader := rate.NewReader(backend, rate.ReaderOptions{Now: time.Now})
	testkit.Until(t, "the end of the log in the checkpoints", func() bool {
		statuses, err := reader.Statuses(t.Context())
		var next int64
		for _, s := range statuses {
			next += s.Checkpoint.Next
		}
		return err == nil && next >= lines
	})
	checkZombies(t, zombie)

	now := time.Now()
	sums, err := reader.Sum(t.Context(), now.Add(-time.Hour), now.Add(time.Hour), rate.By{Shape: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var total uint64
	for _, c := range sums.Counts {
		total += c.Lines
		if c.Lines != want[c.Shape] {
			t.Errorf("shape %v: %d lines counted, %d produced", c.Shape, c.Lines, want[c.Shape])
		}
	}
	if total != lines || len(sums.Counts) != len(want) {
		t.Errorf("%d lines of %d shapes counted; %d of %d produced", total, len(sums.Counts), lines, len(want))
	}
	t.Logf("%d claims, %d zombies", epochs.Load(), len(zombie.left))
}

// checkZombies lets every owner that was stopped try to write: all but the last of each partition are refused.
func checkZombies(t *testing.T, z *zombies) {
	t.Helper()
	z.mu.Lock()
	defer z.mu.Unlock()
	fenced := 0
	for _, c := range z.left {
		c.Line(time.Now(), "zombie", "", detector.LevelInfo, 99_999, 1)
		if err := c.Flush(t.Context(), c.Checkpoint()); errors.Is(err, rate.ErrFenced) {
			fenced++
		} else {
			t.Errorf("a zombie's write: %v, want ErrFenced", err)
		}
	}
	if fenced == 0 {
		t.Error("no owner was ever stopped: the test shows nothing of zombies")
	}
}

func produceLines(t *testing.T, addr, topic string, n int) map[detector.ShapeID]uint64 {
	counts := make(map[detector.ShapeID]uint64)
	w, err := source.NewWriter(source.WriterOptions{
		Options: source.Options{Brokers: []string{addr}, Topics: []string{topic}}, Compression: "lz4",
	})
	if err != nil {
		t.Error(err)
		return counts
	}
	defer w.Close()
	const batch = 4000
	for from := 0; from < n; from += batch {
		records := make([]detector.Record, batch)
		for i := range records {
			value := fmt.Appendf(nil, `{"n":%d,"message":"something of about the usual length of a line"} %c`, from+i, 'a'+(from+i)%17)
			records[i].Value = value
			counts[detector.ShapeID(2+value[len(value)-1])]++
		}
		if err := w.Write(context.Background(), records...); err != nil {
			t.Error(err)
			return counts
		}
	}
	return counts
}
