package tool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/tocsin-io/tocsin/detector/source"
)

// TestTopicLeavesOutWhatWasTakenBack needs TOCSIN_TEST_KAFKA: of a log with transactions the service counts what was
// committed, and so do those who read the log without it. A transaction that is still open holds nobody up.
func TestTopicLeavesOutWhatWasTakenBack(t *testing.T) {
	broker := os.Getenv("TOCSIN_TEST_KAFKA")
	if broker == "" {
		t.Fatal("TOCSIN_TEST_KAFKA is not set: start the services of .ci/services")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	topic := fmt.Sprintf("transactions-%d", time.Now().UnixNano()+int64(os.Getpid()))
	conn, err := kafka.DefaultDialer.DialContext(ctx, "tcp", broker)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.CreateTopics(kafka.TopicConfig{Topic: topic, NumPartitions: 1, ReplicationFactor: 1}); err != nil {
		t.Fatal(err)
	}
	defer conn.DeleteTopics(topic)
	c, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.TransactionalID(topic), kgo.DefaultProduceTopic(topic), kgo.UnknownTopicRetries(20))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var want []string
	for i := range 5 {
		if err := c.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		for j := range 40 {
			value := fmt.Sprintf("%d/%d", i, j)
			if err := c.ProduceSync(ctx, kgo.StringRecord(value)).FirstErr(); err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 && i < 4 {
				want = append(want, value)
			}
		}
		if i == 4 {
			break // it stays open
		}
		if err := c.EndTransaction(ctx, kgo.TransactionEndTry(i%2 == 0)); err != nil {
			t.Fatal(err)
		}
	}
	read := Topic{Source: source.Options{Brokers: []string{broker}, Topics: []string{topic}}}
	log, err := read.open(ctx, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	defer log.close()
	var got []string
	for {
		rec, err := log.partitions[0].next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(rec.Value))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("values (-want +got):\n%s", d)
	}
}
