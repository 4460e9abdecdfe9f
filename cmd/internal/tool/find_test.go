package tool

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/source"
)

// TestFindReadsEachLineOnce needs TOCSIN_TEST_KAFKA: over several stretches every line of the time is found, once and newest first,
// and where there are enough, all that are later than where it stopped.
func TestFindReadsEachLineOnce(t *testing.T) {
	broker := os.Getenv("TOCSIN_TEST_KAFKA")
	if broker == "" {
		t.Fatal("TOCSIN_TEST_KAFKA is not set: start the services of .ci/services")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	topic := fmt.Sprintf("find-%d", time.Now().UnixNano()+int64(os.Getpid()))
	conn, err := kafka.DefaultDialer.DialContext(ctx, "tcp", broker)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	createTopic(t, ctx, conn, kafka.TopicConfig{Topic: topic, NumPartitions: 2, ReplicationFactor: 1})
	defer conn.DeleteTopics(topic)

	const n = 240 // one each half minute, up to now
	now := time.Now().UTC().Truncate(time.Second)
	var messages []kafka.Message
	for i := range n {
		at := now.Add(-time.Duration(n-i) * 30 * time.Second)
		for _, service := range []string{"shop", "other"} {
			line := fmt.Sprintf(`{"time":%q,"level":"info","service":%q,"msg":"order %d password=Zx6cVb4nMl2kJh"}`, at.Format(time.RFC3339), service, i)
			messages = append(messages, kafka.Message{Value: []byte(line), Time: at, Partition: i % 2})
		}
	}
	w := &kafka.Writer{Addr: kafka.TCP(broker), Topic: topic, RequiredAcks: kafka.RequireAll, Transport: new(kafka.Transport), MaxAttempts: 20, Balancer: kafka.BalancerFunc(func(m kafka.Message, _ ...int) int {
		return int(m.Time.Unix()/30) % 2
	})}
	defer w.Close()
	if err := w.WriteMessages(ctx, messages...); err != nil {
		t.Fatal(err)
	}
	read := Topic{Source: source.Options{Brokers: []string{broker}, Topics: []string{topic}}, Decode: decode.Options{Now: time.Now}}
	o := FindOptions{Service: "shop", From: now.Add(-100 * time.Minute), To: now.Add(-10 * time.Minute), Enough: 10 * n, Finder: func() (func(*detector.Event) (detector.Sample, bool), error) {
		return func(ev *detector.Event) (detector.Sample, bool) {
			return detector.Sample{Time: ev.Time, Text: string(ev.Message)}, true
		}, nil
	}}
	all, err := Find(ctx, read, o)
	if err != nil {
		t.Fatal(err)
	}
	if all.Cut || all.Lines != 180 || len(all.Samples) != 180 || all.Read != 360 || !all.From.Equal(o.From) {
		t.Fatalf("%d lines, %d samples of %d from %s, cut: %v", all.Lines, len(all.Samples), all.Read, all.From, all.Cut)
	}
	for i, s := range all.Samples {
		number := n - 21 - i // those of the last ten minutes are left out
		if want := fmt.Sprintf("order %d password=<redacted:password>", number); s.Text != want {
			t.Fatalf("line %d is %q, want %q", i, s.Text, want)
		}
	}
	o.Enough = 20
	some, err := Find(ctx, read, o)
	if err != nil {
		t.Fatal(err)
	}
	if want := uint64(o.To.Sub(some.From) / (30 * time.Second)); !some.Cut || some.Lines < 20 || some.Lines != want || some.Lines == all.Lines {
		t.Errorf("%d lines from %s on, want %d, cut: %v", some.Lines, some.From, want, some.Cut)
	}
}
