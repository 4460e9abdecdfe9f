package source_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// broker is where the tests' Kafka is.
func broker(t testing.TB) string {
	t.Helper()
	addr := os.Getenv("TOCSIN_TEST_KAFKA")
	if addr == "" {
		t.Fatal("TOCSIN_TEST_KAFKA is not set: it must be host:port of a Kafka (.ci/services up; eval \"$(.ci/services env)\")")
	}
	return addr
}

var names atomic.Int64

func uniqueName(kind string) string {
	return fmt.Sprintf("%s-%d-%d", kind, time.Now().UnixNano(), names.Add(1))
}

// createTopic makes a topic and removes it in the end.
func createTopic(t testing.TB, addr string, partitions int, config ...kafka.ConfigEntry) string {
	t.Helper()
	name := uniqueName("sourcetest")
	client := &kafka.Client{Addr: kafka.TCP(addr), Transport: new(kafka.Transport), Timeout: 20 * time.Second}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	res, err := client.CreateTopics(ctx, &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: name, NumPartitions: partitions, ReplicationFactor: 1, ConfigEntries: config}},
	})
	if err = errors.Join(err, res.Errors[name]); err != nil {
		t.Fatalf("create topic: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if _, err := client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{name}}); err != nil {
			t.Errorf("delete topic: %v", err)
		}
	})
	testkit.Until(t, "the topic's leaders", func() bool {
		res, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{name}})
		return err == nil && len(res.Topics) == 1 && res.Topics[0].Error == nil && len(res.Topics[0].Partitions) == partitions
	})
	return name
}

func produce(t testing.TB, addr, topic string, records ...detector.Record) {
	t.Helper()
	w, err := source.NewWriter(source.WriterOptions{Options: source.Options{Brokers: []string{addr}, Topics: []string{topic}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := w.Write(ctx, records...); err != nil {
		t.Fatal(err)
	}
}

// run runs a consumer until the test ends or stop is called.
func run(t testing.TB, opts source.Options, h source.Handler) (c *source.Consumer, stop func()) {
	t.Helper()
	c, err := source.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx, h) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		select {
		case err := <-done:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Run: %v, want context.Canceled", err)
			}
		case <-time.After(20 * time.Second):
			t.Error("Run did not return within 20 s")
		}
	}
	t.Cleanup(stop)
	return c, stop
}

// collect reads each partition from its oldest record and sends all records, with bytes of their own, and gaps.
type collect struct {
	records chan detector.Record
	gaps    chan source.Gap
}

func newCollect() *collect {
	return &collect{records: make(chan detector.Record, 1_000_000), gaps: make(chan source.Gap, 1000)}
}

func (c *collect) Consume(ctx context.Context, p *source.Partition) error {
	for {
		b, err := p.Next(ctx)
		if err != nil {
			return err
		}
		for _, g := range b.Gaps {
			c.gaps <- g
		}
		for i := range b.Records {
			c.records <- copyRecord(b.Records[i])
		}
	}
}

func copyRecord(r detector.Record) detector.Record {
	if r.Key != nil {
		r.Key = append([]byte{}, r.Key...)
	}
	if r.Value != nil {
		r.Value = append([]byte{}, r.Value...)
	}
	var headers []detector.Header
	for _, h := range r.Headers {
		headers = append(headers, detector.Header{Key: h.Key, Value: append([]byte{}, h.Value...)})
	}
	r.Headers = headers
	return r
}

// take waits for n records.
func (c *collect) take(t testing.TB, n int) []detector.Record {
	t.Helper()
	var out []detector.Record
	deadline := time.After(40 * time.Second)
	for len(out) < n {
		select {
		case r := <-c.records:
			out = append(out, r)
		case <-deadline:
			t.Fatalf("%d of %d records came within 40 s", len(out), n)
		}
	}
	return out
}
