package source_test

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

func options(t testing.TB, addr string, topics ...string) source.Options {
	return source.Options{
		Brokers: []string{addr}, Topics: topics, Group: uniqueName("group"),
		SessionTimeout: 6 * time.Second, Watch: 200 * time.Millisecond, MaxWait: 50 * time.Millisecond,
	}
}

func TestRecordsComeWhole(t *testing.T) {
	addr := broker(t)
	topic := createTopic(t, addr, 1)
	at := time.Date(2026, 3, 4, 5, 6, 7, 89e6, time.UTC)
	want := []detector.Record{
		{Time: at, Key: []byte("k"), Value: []byte("v"), Headers: []detector.Header{{Key: "a", Value: []byte("1")}, {Key: "", Value: []byte{}}, {Key: "a", Value: []byte("\x00\xff")}}},
		{Time: at.Add(time.Millisecond), Value: nil},
		{Time: at.Add(-time.Hour), Key: []byte{}, Value: []byte{}},
		{Time: at, Value: bytes.Repeat([]byte("long "), 150_000)},
		{Time: at, Value: []byte("\x00\xff not UTF-8")},
	}
	produce(t, addr, topic, want...)
	for i := range want {
		want[i].Topic, want[i].Offset = topic, int64(i)
	}
	c := newCollect()
	run(t, options(t, addr, topic), c)
	if diff := cmp.Diff(want, c.take(t, len(want)), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

func TestNilAndEmptyValuesDiffer(t *testing.T) {
	addr := broker(t)
	topic := createTopic(t, addr, 1)
	produce(t, addr, topic, detector.Record{}, detector.Record{Key: []byte{}, Value: []byte{}})
	c := newCollect()
	run(t, options(t, addr, topic), c)
	got := c.take(t, 2)
	if got[0].Key != nil || got[0].Value != nil {
		t.Errorf("a tombstone came as key %q, value %q", got[0].Key, got[0].Value)
	}
	if got[1].Key == nil || got[1].Value == nil {
		t.Error("an empty key or value came as nil")
	}
}

func TestCompressionCodecs(t *testing.T) {
	addr := broker(t)
	for _, codec := range []string{"", "gzip", "snappy", "lz4", "zstd"} {
		t.Run("codec "+codec, func(t *testing.T) {
			topic := createTopic(t, addr, 1)
			w, err := source.NewWriter(source.WriterOptions{Options: source.Options{Brokers: []string{addr}, Topics: []string{topic}}, Compression: codec})
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			var records []detector.Record
			for i := range 3000 {
				records = append(records, detector.Record{Value: fmt.Appendf(nil, `{"level":"info","n":%d,"msg":"hello"}`, i)})
			}
			if err := w.Write(t.Context(), records...); err != nil {
				t.Fatal(err)
			}
			c := newCollect()
			run(t, options(t, addr, topic), c)
			for i, r := range c.take(t, len(records)) {
				if r.Offset != int64(i) || !bytes.Equal(r.Value, records[i].Value) {
					t.Fatalf("record %d came as offset %d, %q", i, r.Offset, r.Value)
				}
			}
		})
	}
}

// TestSecondClient lets librdkafka produce, with each of its codecs.
func TestSecondClient(t *testing.T) {
	addr := broker(t)
	for _, codec := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
		t.Run(codec, func(t *testing.T) {
			topic := createTopic(t, addr, 1)
			var in strings.Builder
			for i := range 2000 {
				fmt.Fprintf(&in, "line %d of kcat, long enough to be worth compressing\n", i)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			cmd := exec.CommandContext(ctx, "kcat", "-P", "-b", addr, "-t", topic, "-p", "0", "-z", codec, "-H", "source=kcat")
			cmd.Stdin = strings.NewReader(in.String())
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("kcat: %v\n%s", err, out)
			}
			c := newCollect()
			run(t, options(t, addr, topic), c)
			for i, r := range c.take(t, 2000) {
				if want := fmt.Sprintf("line %d of kcat, long enough to be worth compressing", i); string(r.Value) != want {
					t.Fatalf("record %d is %q, want %q", i, r.Value, want)
				}
				if len(r.Headers) != 1 || r.Headers[0].Key != "source" || string(r.Headers[0].Value) != "kcat" {
					t.Fatalf("record %d has headers %v", i, r.Headers)
				}
			}
		})
	}
}

func TestTopicsThatComeLater(t *testing.T) {
	addr := broker(t)
	prefix := uniqueName("later")
	opts := options(t, addr)
	opts.Topics, opts.Pattern = nil, regexp.MustCompile("^"+regexp.QuoteMeta(prefix))
	c := newCollect()
	consumer, _ := run(t, opts, c)
	for i := range 2 {
		topic := fmt.Sprintf("%s-%d", prefix, i)
		produceAndCreate(t, addr, topic)
		// The handler reads from the start after each rebalance, so the topics before come again.
		got := c.take(t, 1)[0]
		for got.Topic != topic {
			got = c.take(t, 1)[0]
		}
		if string(got.Value) != topic {
			t.Fatalf("got %q of %s, want %q of it", got.Value, got.Topic, topic)
		}
	}
	parts, err := consumer.Partitions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var topics []string
	for _, p := range parts {
		if p.ID == 0 {
			topics = append(topics, p.Topic)
		}
	}
	if diff := cmp.Diff([]string{prefix + "-0", prefix + "-1"}, topics); diff != "" {
		t.Errorf("topics (-want +got):\n%s", diff)
	}
}

func TestPartitionsThatComeLater(t *testing.T) {
	addr := broker(t)
	topic := createTopic(t, addr, 2)
	c := newCollect()
	consumer, _ := run(t, options(t, addr, topic), c)
	produce(t, addr, topic, detector.Record{Value: []byte("first")})
	c.take(t, 1)
	stood := watchStandby(t, consumer)
	addPartitions(t, addr, topic, 3)
	testkit.Until(t, "three assigned partitions", func() bool { return len(consumer.Membership().Assigned) == 3 })
	want := []rate.Partition{{Topic: topic, ID: 0}, {Topic: topic, ID: 1}, {Topic: topic, ID: 2}}
	if diff := cmp.Diff(want, consumer.Membership().Assigned); diff != "" {
		t.Errorf("assigned (-want +got):\n%s", diff)
	}
	if stood() {
		t.Error("the only member said that it stood by while the group dealt out its partitions anew")
	}
}

// watchStandby asks the consumer all the time whether it stands by. What it returns ends that and says whether it ever did.
func watchStandby(t *testing.T, c *source.Consumer) (ever func() bool) {
	t.Helper()
	end, said := make(chan struct{}), make(chan bool, 1)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		stood := false
		for {
			select {
			case <-end:
				said <- stood
				return
			case <-tick.C:
				stood = stood || c.Membership().Standby()
			}
		}
	}()
	stop := sync.OnceFunc(func() { close(end) })
	t.Cleanup(stop)
	return func() bool {
		stop()
		return <-said
	}
}

// TestNobodyStandsByForATopicThatIsGone: a member without a partition waits for one only while there are some.
func TestNobodyStandsByForATopicThatIsGone(t *testing.T) {
	addr := fakeCluster(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "logs")).ListenAddrs()[0]
	opts := options(t, addr, "logs")
	members := make([]*source.Consumer, 2)
	for i := range members {
		members[i], _ = run(t, opts, newCollect())
	}
	standbys := func() (n int) {
		for _, m := range members {
			if m.Membership().Standby() {
				n++
			}
		}
		return n
	}
	testkit.Until(t, "a standby", func() bool { return standbys() == 1 })
	client := &kafka.Client{Addr: kafka.TCP(addr), Transport: new(kafka.Transport), Timeout: 20 * time.Second}
	if _, err := client.DeleteTopics(t.Context(), &kafka.DeleteTopicsRequest{Topics: []string{"logs"}}); err != nil {
		t.Fatal(err)
	}
	testkit.Until(t, "members that miss their topic", func() bool {
		return members[0].Membership().TopicsMissing && members[1].Membership().TopicsMissing
	})
	if n := standbys(); n != 0 {
		t.Errorf("%d members say that they stand by, and there is no partition to wait for", n)
	}
}

func TestStandby(t *testing.T) {
	addr := broker(t)
	topic := createTopic(t, addr, 1)
	opts := options(t, addr, topic)
	c := newCollect()
	first, stopFirst := run(t, opts, c)
	testkit.Until(t, "the first member's partition", func() bool { return len(first.Membership().Assigned) == 1 })
	second, _ := run(t, opts, c)
	testkit.Until(t, "a standby", func() bool { return first.Membership().Standby() != second.Membership().Standby() })
	if n, err := first.Members(t.Context()); err != nil || n != 2 {
		t.Errorf("Members: %d, %v; want 2", n, err)
	}
	stopFirst()
	testkit.Until(t, "the standby's turn", func() bool { return len(second.Membership().Assigned) == 1 })
}
