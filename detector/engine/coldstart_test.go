package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
)

// history is what a topic holds when tocsin first reads it: two days of four services, a flood yesterday, and a fault
// that began just now.
type history struct {
	now time.Time
}

const historyDays = 2

// records are the lines of one bucket.
func (h *history) records(start time.Time) []detector.Record {
	var out []detector.Record
	ago := h.now.Sub(start)
	line := func(i int, service, level, message string) {
		at := start.Add(time.Duration(i%10) * time.Second)
		out = append(out, detector.Record{Time: at, Value: fmt.Appendf(nil, `{"time":%q,"level":%q,"service":%q,"host":"h%d","msg":%q}`,
			at.Format(time.RFC3339Nano), level, service, i%3, message)})
	}
	for s, service := range []string{"cart", "orders", "search", "mail"} {
		for i := range 4 {
			if service == "mail" && ago < 5*time.Minute {
				continue // silent now
			}
			line(i, service, "info", fmt.Sprintf("step %c of %s done in %d ms", 'a'+i, service, 10+s))
		}
		if service == "orders" && ago > 23*time.Hour && ago < 23*time.Hour+20*time.Minute {
			for i := range 60 {
				line(i, service, "error", "stock is away")
			}
		}
		if service == "cart" && ago < 2*time.Minute {
			for i := range 9 {
				line(i, service, "error", "price of item is negative")
			}
		}
	}
	return out
}

// At its first start the engine reads what the topic holds, as fast as it can, learns from it, pages nobody for
// what is long over, and at the end knows enough to page what is wrong now.
func TestColdStartReadsTheTopicBeforeItPages(t *testing.T) {
	addr := os.Getenv("TOCSIN_TEST_KAFKA")
	if addr == "" {
		t.Fatal("TOCSIN_TEST_KAFKA is not set: start the services of .ci/services")
	}
	h := &history{now: time.Now().UTC().Truncate(rate.Fine)}
	topic := "cold_" + rand.Text()
	lines := h.produce(t, addr, topic)

	consumer, err := source.New(source.Options{Brokers: []string{addr}, Topics: []string{topic}, Group: topic})
	if err != nil {
		t.Fatal(err)
	}
	redactor, err := defaultRedactor()
	if err != nil {
		t.Fatal(err)
	}
	backend, ledger := rate.NewMemory(), newMemoryLedger()
	// An eighth as fast as time goes, 5 s until all is read and 10 s from then on at most: the log ends at h.now, and
	// however slow the machine is, nothing falls silent by that.
	began := time.Now()
	var read atomic.Int64 // how long that took; 0: not yet
	slow := func() time.Time {
		elapsed, after := time.Since(began), time.Duration(0)
		if r := time.Duration(read.Load()); r > 0 {
			elapsed, after = r, elapsed-r
		}
		return h.now.Add(10*time.Second + min(elapsed/8, 5*time.Second) + min(after/8, 10*time.Second))
	}
	e := New(Options{
		Log: consumer, Backend: backend, Reader: rate.NewReader(backend, rate.ReaderOptions{Now: slow}),
		Ledger: ledger, Clock: slow, Logger: slog.New(slog.DiscardHandler), Retention: 49 * time.Hour, MaxLate: time.Hour,
		Redactor: func() Redactor { return redactor }, Corrector: func() Corrector { return clock.New(clock.Options{}) },
		Suite: func(tm *Templates) Suite {
			return anomaly.New(anomaly.Options{Text: func(_ string, id detector.ShapeID) string { return tm.Text(id) }})
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	var seen uint64
	var until time.Time
	for moved := time.Now(); until.Before(h.now); <-tick.C {
		counted, judged := e.Stats.Lines.Load(), until
		if until, _ = e.Health().Judged(); counted != seen || !until.Equal(judged) {
			seen, moved = counted, time.Now()
		}
		if read.Load() == 0 && counted >= lines {
			read.Store(int64(time.Since(began)))
		}
		if time.Since(moved) > 4*time.Minute {
			t.Errorf("nothing was read or judged for four minutes: %d of %d lines, judged until %v", counted, lines, until)
			break
		}
	}
	counted := time.Duration(read.Load())
	took := time.Since(began)
	cancel()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	t.Logf("%d lines of %d days counted in %s (%.0f a second), judged in %s", lines, historyDays, counted.Round(time.Millisecond),
		float64(lines)/counted.Seconds(), took.Round(time.Millisecond))
	if e.Stats.Lines.Load() != lines {
		t.Errorf("%d of %d lines are counted", e.Stats.Lines.Load(), lines)
	}
	ledger.mu.Lock()
	defer ledger.mu.Unlock()
	paged := make(map[string]detector.Kind)
	for _, ch := range ledger.changes {
		in := ch.Incident
		if ch.Quiet || !in.Page || ch.Event != detector.ChangeOpened {
			continue
		}
		if in.OpenedAt.Before(h.now.Add(-time.Hour)) {
			t.Errorf("paged for what is over: %s %s, opened %s", in.Service, in.Title, in.OpenedAt)
		}
		paged[in.Service] = in.Kind
	}
	if paged["cart"] != detector.KindNewError || paged["mail"] != detector.KindSilence || len(paged) != 2 {
		t.Errorf("paged %v, want a new error of cart and the silence of mail", paged)
	}
	flood := false
	for _, in := range ledger.last {
		flood = flood || in.Service == "orders" && in.Status == detector.StatusResolved && !in.Page
	}
	if !flood {
		t.Error("yesterday's flood is not on record")
	}
}

// An unknown partition is read from as far back as is configured, by the times that the broker keeps.
func TestHistoryIsReadAsFarBackAsConfigured(t *testing.T) {
	addr := os.Getenv("TOCSIN_TEST_KAFKA")
	if addr == "" {
		t.Fatal("TOCSIN_TEST_KAFKA is not set: start the services of .ci/services")
	}
	now := time.Now().UTC().Truncate(rate.Fine)
	topic := "history_" + rand.Text()
	makeTopic(t, addr, topic)
	var records []detector.Record
	for ago := 10 * time.Hour; ago > 0; ago -= 15 * time.Minute { // 40
		at := now.Add(-ago)
		records = append(records, detector.Record{Time: at, Value: fmt.Appendf(nil, `{"time":%q,"level":"info","msg":"served"}`, at.Format(time.RFC3339))})
	}
	write(t, addr, topic, records)
	for _, c := range []struct {
		history time.Duration
		lines   uint64
	}{{3*time.Hour + time.Minute, 12}, {time.Minute, 0}, {100 * time.Hour, 40}, {0, 40}, {-1, 0}} {
		if got := countedOf(t, addr, topic, c.history); got != c.lines {
			t.Errorf("of a history of %s %d lines are counted, want %d", c.history, got, c.lines)
		}
	}
}

// countedOf is how many lines an engine that knows nothing counts until it is at the end of the topic's log.
func countedOf(t *testing.T, addr, topic string, history time.Duration) uint64 {
	consumer, err := source.New(source.Options{Brokers: []string{addr}, Topics: []string{topic}, Group: topic + rand.Text()})
	if err != nil {
		t.Fatal(err)
	}
	redactor, err := defaultRedactor()
	if err != nil {
		t.Fatal(err)
	}
	backend := rate.NewMemory()
	e := New(Options{
		Log: consumer, Backend: backend, Reader: rate.NewReader(backend, rate.ReaderOptions{Now: time.Now}),
		Ledger: newMemoryLedger(), Clock: time.Now, Logger: slog.New(slog.DiscardHandler), Retention: 48 * time.Hour,
		Redactor: func() Redactor { return redactor }, Corrector: func() Corrector { return clock.New(clock.Options{}) },
		Suite: func(*Templates) Suite { return noSuite{} }, Worker: WorkerOptions{History: history},
	})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for reached := false; !reached && ctx.Err() == nil; <-tick.C {
		statuses, err := backend.Partitions(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range statuses {
			reached = reached || s.Checkpoint.Next == 40
		}
	}
	if ctx.Err() != nil {
		t.Errorf("of a history of %s the end of the log is not reached", history)
	}
	cancel()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return e.Stats.Lines.Load()
}

func makeTopic(t *testing.T, addr, topic string) {
	client := &kafka.Client{Addr: kafka.TCP(addr), Transport: new(kafka.Transport), Timeout: 20 * time.Second}
	res, err := client.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: topic, NumPartitions: 1, ReplicationFactor: 1}},
	})
	if err = errors.Join(err, res.Errors[topic]); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := client.DeleteTopics(context.Background(), &kafka.DeleteTopicsRequest{Topics: []string{topic}}); err != nil {
			t.Error(err)
		}
	})
}

func write(t *testing.T, addr, topic string, records []detector.Record) {
	w, err := source.NewWriter(source.WriterOptions{Options: source.Options{Brokers: []string{addr}, Topics: []string{topic}}, Compression: "lz4"})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Write(t.Context(), records...); err != nil {
		t.Fatal(err)
	}
}

func (h *history) produce(t *testing.T, addr, topic string) (lines uint64) {
	makeTopic(t, addr, topic)
	var batch []detector.Record
	for at := h.now.Add(-historyDays * 24 * time.Hour); at.Before(h.now); at = at.Add(rate.Fine) {
		batch = append(batch, h.records(at)...)
		if len(batch) >= 5000 || !at.Add(rate.Fine).Before(h.now) {
			write(t, addr, topic, batch)
			lines += uint64(len(batch))
			batch = batch[:0]
		}
	}
	return lines
}
