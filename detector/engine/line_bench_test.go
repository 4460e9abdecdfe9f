package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"math"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

func benchRecords(n int, at time.Time) []detector.Record {
	out := make([]detector.Record, n)
	for i := range out {
		out[i] = detector.Record{Topic: "logs", Offset: int64(i), Time: at, Value: benchLine(nil, i, at)}
	}
	return out
}

// TestNoAllocationALine: in steady state the way of a line through all stages, from decoding over redaction and shape to
// counted, allocates nothing.
func TestNoAllocationALine(t *testing.T) {
	redactor, err := defaultRedactor()
	if err != nil {
		t.Fatal(err)
	}
	p, err := benchPipeline(redactor)
	if err != nil {
		t.Fatal(err)
	}
	records := benchRecords(4096, day.Add(time.Hour))
	for range 3 {
		for i := range records {
			p.Record(&records[i])
		}
	}
	before := p.stats.Lines.Load()
	pass := func() {
		for i := range records {
			p.Record(&records[i])
		}
	}
	// A run is all the lines, since AllocsPerRun rounds down, and the least of ten runs counts, since it sees the whole
	// process: a connection that another test left closing allocates now and then, a line that allocates does in each run.
	least := math.Inf(1)
	for range 10 {
		if least = min(least, testing.AllocsPerRun(1, pass)); least == 0 {
			break
		}
	}
	if least != 0 {
		t.Errorf("%v allocations in %d lines", least, len(records))
	}
	if got := p.stats.Lines.Load() - before; got < uint64(2*len(records)) {
		t.Errorf("only %d lines were counted", got)
	}
}

// fastest times every few of records by themselves and reports the fastest of all passes as min-ns/line.
func fastest(b *testing.B, p *Pipeline, records []detector.Record, few int) {
	best := make([]time.Duration, len(records)/few)
	b.ReportAllocs()
	for b.Loop() {
		for i := range best {
			began := time.Now()
			for k := range few {
				p.Record(&records[i*few+k])
			}
			if took := time.Since(began); best[i] == 0 || took < best[i] {
				best[i] = took
			}
		}
	}
	var sum time.Duration
	for _, d := range best {
		sum += d
	}
	b.ReportMetric(float64(sum)/float64(len(records)), "min-ns/line")
}

// BenchmarkLine is a line's way through all stages of a partition, without Kafka and Redis. What counts is min-ns/line:
// every few lines are timed by themselves and the fastest of all passes is taken, so that a busy machine tells the same.
func BenchmarkLine(b *testing.B) {
	redactor, err := defaultRedactor()
	if err != nil {
		b.Fatal(err)
	}
	for name, r := range map[string]Redactor{"redacted": redactor, "unredacted": unredacted{}} {
		b.Run(name, func(b *testing.B) {
			p, err := benchPipeline(r)
			if err != nil {
				b.Fatal(err)
			}
			records := benchRecords(4096, day.Add(time.Hour))
			for i := range records {
				p.Record(&records[i])
			}
			fastest(b, p, records, 16)
		})
	}
}

func need(b *testing.B, name string) string {
	v := os.Getenv(name)
	if v == "" {
		b.Fatalf("%s is not set: run make bench", name)
	}
	return v
}

// BenchmarkKafkaToCounted counts a real topic into a real Redis with the default packs. Reported are lines a second of
// this process's processor time: over all of them, and over the best fifth in a row, which tells more of the program and
// less of what else the machine does.
func BenchmarkKafkaToCounted(b *testing.B) {
	const lines = 400_000
	addr := need(b, "TOCSIN_TEST_KAFKA")
	u, err := url.Parse(need(b, "TOCSIN_TEST_REDIS"))
	if err != nil {
		b.Fatal(err)
	}
	topic := "bench_" + rand.Text()
	produce(b, addr, topic, lines, benchLine)
	p, err := loadPacks()
	if err != nil {
		b.Fatal(err)
	}
	redactor, err := defaultRedactor()
	if err != nil {
		b.Fatal(err)
	}
	for name, r := range map[string]Redactor{"redacted": redactor, "unredacted": unredacted{}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				consumeAll(b, addr, u.Host, topic, p, r, lines)
			}
		})
	}
}

func produce(b *testing.B, addr, topic string, lines int, line func(b []byte, i int, at time.Time) []byte) {
	client := &kafka.Client{Addr: kafka.TCP(addr), Transport: new(kafka.Transport), Timeout: 20 * time.Second}
	res, err := client.CreateTopics(b.Context(), &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: topic, NumPartitions: 1, ReplicationFactor: 1}},
	})
	if err = errors.Join(err, res.Errors[topic]); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if _, err := client.DeleteTopics(context.Background(), &kafka.DeleteTopicsRequest{Topics: []string{topic}}); err != nil {
			b.Error(err)
		}
	})
	w, err := source.NewWriter(source.WriterOptions{Options: source.Options{Brokers: []string{addr}, Topics: []string{topic}}, Compression: "lz4"})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	now := time.Now().UTC()
	for n := 0; n < lines; n += 5000 {
		records := make([]detector.Record, 5000)
		for i := range records {
			records[i].Value = line(nil, n+i, now.Add(time.Duration(n+i)*50*time.Microsecond-20*time.Second))
		}
		if err := w.Write(b.Context(), records...); err != nil {
			b.Fatal(err)
		}
	}
}

func consumeAll(b *testing.B, addr, redis, topic string, p *packs, redactor Redactor, lines uint64) {
	backend, err := rate.NewRedis(rate.RedisOptions{Addresses: []string{redis}, Prefix: "bench_" + rand.Text(), Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer backend.Close()
	consumer, err := source.New(source.Options{Brokers: []string{addr}, Topics: []string{topic}, Group: "bench_" + rand.Text()})
	if err != nil {
		b.Fatal(err)
	}
	e := New(Options{
		Log: consumer, Backend: backend, Reader: rate.NewReader(backend, rate.ReaderOptions{Now: time.Now}),
		Ledger: newMemoryLedger(), Clock: time.Now, Logger: slog.New(slog.DiscardHandler), Retention: 48 * time.Hour,
		Redactor: func() Redactor { return redactor }, Corrector: func() Corrector { return clock.New(clock.Options{}) },
	})
	e.SetRules(p)
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- consumer.Run(ctx, e) }()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for e.Stats.Lines.Load() == 0 && ctx.Err() == nil {
		<-tick.C
	}
	first, began := e.Stats.Lines.Load(), testkit.CPU(b)
	laps := []lap{{first, began}}
	for e.Stats.Lines.Load() < lines && ctx.Err() == nil {
		<-tick.C
		laps = append(laps, lap{e.Stats.Lines.Load(), testkit.CPU(b)})
	}
	reached := int64(0)
	for poll := time.NewTicker(20 * time.Millisecond); reached < int64(lines) && ctx.Err() == nil; <-poll.C {
		statuses, err := backend.Partitions(ctx)
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range statuses {
			reached = s.Checkpoint.Next
		}
	}
	used := testkit.CPU(b) - began
	cancel()
	<-done
	if reached != int64(lines) {
		b.Fatalf("%d of %d lines are counted in Redis", reached, lines)
	}
	b.ReportMetric(float64(lines-first)/used.Seconds(), "lines/cpu-s")
	b.ReportMetric(bestRate(laps, lines/5), "best-lines/cpu-s")
}

// lap is how many lines were counted after how much processor time.
type lap struct {
	lines uint64
	used  time.Duration
}

// bestRate is the highest number of lines a second of processor time over any stretch of at least so many lines.
func bestRate(laps []lap, stretch uint64) float64 {
	best, from := 0.0, 0
	for _, to := range laps {
		for ; to.lines-laps[from].lines >= stretch; from++ {
			best = max(best, float64(to.lines-laps[from].lines)/(to.used-laps[from].used).Seconds())
		}
	}
	return best
}
