package tool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/source"
)

// createTopic makes a topic and waits until the broker names a leader for each partition.
func createTopic(t *testing.T, ctx context.Context, conn *kafka.Conn, config kafka.TopicConfig) {
	t.Helper()
	if err := conn.CreateTopics(config); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		found, err := conn.ReadPartitions(config.Topic)
		led := slices.IndexFunc(found, func(p kafka.Partition) bool { return p.Error != nil || p.Leader.Port == 0 }) < 0
		if err == nil && led && len(found) == config.NumPartitions {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the topic has %d partitions: %v", len(found), err)
		}
	}
}

// readAll reads the first partition of a topic as a backtest does: how many records it has, and how many are missing.
func readAll(t *testing.T, ctx context.Context, topic Topic) (records int, missing int64) {
	t.Helper()
	log, err := topic.open(ctx, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	defer log.close()
	for ; ; records++ {
		if _, err := log.partitions[0].next(ctx); errors.Is(err, io.EOF) {
			return records, log.partitions[0].missing
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestBacktestOfACompactedTopic needs TOCSIN_TEST_KAFKA: records that the broker removed by their key hold no backtest up, it
// judges what is left, and it says how many are gone.
func TestBacktestOfACompactedTopic(t *testing.T) {
	broker := os.Getenv("TOCSIN_TEST_KAFKA")
	if broker == "" {
		t.Fatal("TOCSIN_TEST_KAFKA is not set: start the services of .ci/services")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	now := time.Now().UTC()
	name := fmt.Sprintf("holes-%d", now.UnixNano()+int64(os.Getpid()))
	conn, err := kafka.DefaultDialer.DialContext(ctx, "tcp", broker)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	config := kafka.TopicConfig{Topic: name, NumPartitions: 1, ReplicationFactor: 1}
	for key, value := range map[string]string{
		"cleanup.policy": "compact", "segment.ms": "1", "min.cleanable.dirty.ratio": "0.001", "max.compaction.lag.ms": "1", "delete.retention.ms": "0",
	} {
		config.ConfigEntries = append(config.ConfigEntries, kafka.ConfigEntry{ConfigName: key, ConfigValue: value})
	}
	createTopic(t, ctx, conn, config)
	defer conn.DeleteTopics(name)
	w, err := source.NewWriter(source.WriterOptions{Options: source.Options{Brokers: []string{broker}, Topics: []string{name}}, ByKey: true})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	at := now.Add(-15 * time.Minute)
	write := func(n int, key func(i int) string) {
		records := make([]detector.Record, n)
		for i := range records {
			at = at.Add(time.Second) // later than what was written before: a segment ends by that, and only ended ones are compacted
			line := fmt.Sprintf(`{"time":%q,"level":"error","service":"shop","msg":"payment %d refused"}`, at.Format(time.RFC3339Nano), i)
			records[i] = detector.Record{Key: []byte(key(i)), Value: []byte(line), Time: at}
		}
		err := w.Write(ctx, records...)
		for some := new(source.WriteError); errors.As(err, &some) && some.Failed == some.Of && ctx.Err() == nil; {
			err = w.Write(ctx, records...) // the broker did not know its new topic yet
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write(100, func(i int) string { return fmt.Sprint("first-", i) })
	write(301, func(int) string { return "the same" })
	for n := range 2 { // what is appended to is not compacted
		write(100, func(i int) string { return fmt.Sprint("then-", n, "-", i) })
	}
	topic := Topic{Source: source.Options{Brokers: []string{broker}, Topics: []string{name}}}
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for records, missing := readAll(t, ctx, topic); missing != 300; records, missing = readAll(t, ctx, topic) {
		if int64(records)+missing != 601 {
			t.Fatalf("%d records and %d missing, want 601 together", records, missing)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the broker compacted %d records, want 300", missing)
		}
	}
	o := BacktestOptions{Rules: paymentRules(t, "10"), From: "-1h", Now: now.Add(time.Minute), Topic: func() (Topic, error) { return topic, nil }}
	got := do(t, "", nil, func(_ context.Context, in Input) error { return Backtest(ctx, in, o) })
	if got.fault != nil || !strings.Contains(got.out, "301 lines") || !strings.Contains(got.out, "300 records of the topic are gone") {
		t.Errorf("%v\n%s", got.fault, got.out)
	}
}
