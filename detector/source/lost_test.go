package source_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// numbered makes n records whose values are their numbers.
func numbered(n int) []detector.Record {
	out := make([]detector.Record, n)
	for i := range out {
		out[i].Value = fmt.Append(nil, i)
	}
	return out
}

func franz(t testing.TB, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append(opts, kgo.SeedBrokers(broker(t)))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func deleteRecords(t testing.TB, topic string, before int64) {
	t.Helper()
	var offsets kadm.Offsets
	offsets.Add(kadm.Offset{Topic: topic, Partition: 0, At: before, LeaderEpoch: -1})
	res, err := kadm.NewClient(franz(t)).DeleteRecords(t.Context(), offsets)
	if err = errors.Join(err, res.Error()); err != nil {
		t.Fatal(err)
	}
}

// reads runs fn on the only partition of the topic.
func reads(t testing.TB, topic string, fn func(ctx context.Context, p *source.Partition) error) {
	t.Helper()
	readsWithin(t, 30*time.Second, options(t, broker(t), topic), fn)
}

// readsWithin runs fn on the only partition that the options name, and fails where it does not end in time.
func readsWithin(t testing.TB, most time.Duration, opts source.Options, fn func(ctx context.Context, p *source.Partition) error) {
	t.Helper()
	done := make(chan error, 1)
	_, stop := run(t, opts, source.HandlerFunc(func(ctx context.Context, p *source.Partition) error {
		err := fn(ctx, p)
		if ctx.Err() == nil {
			done <- err
		}
		<-ctx.Done()
		return ctx.Err()
	}))
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(most):
		t.Errorf("no end within %s", most)
	}
	stop()
}

// readTo reads until the next offset is end.
func readTo(ctx context.Context, p *source.Partition, end int64) (offsets []int64, gaps []source.Gap, err error) {
	for {
		b, err := p.Next(ctx)
		if err != nil {
			return offsets, gaps, err
		}
		gaps = append(gaps, b.Gaps...)
		for _, r := range b.Records {
			offsets = append(offsets, r.Offset)
		}
		if b.Next >= end {
			return offsets, gaps, nil
		}
	}
}

func TestTrimmedLogIsAGap(t *testing.T) {
	topic := createTopic(t, broker(t), 1)
	produce(t, broker(t), topic, numbered(10)...)
	deleteRecords(t, topic, 6)
	reads(t, topic, func(ctx context.Context, p *source.Partition) error {
		if b, err := p.Bounds(ctx); err != nil || b.First != 6 || b.End != 10 || len(b.Log) != 32 {
			t.Errorf("Bounds: %+v, %v; want 6, 10 and the log's id", b, err)
		}
		p.SeekTo(2)
		offsets, gaps, err := readTo(ctx, p, 10)
		if diff := cmp.Diff([]source.Gap{{From: 2, To: 6, Reason: source.GapTrimmed}}, gaps); diff != "" {
			t.Errorf("gaps (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]int64{6, 7, 8, 9}, offsets); diff != "" {
			t.Errorf("offsets (-want +got):\n%s", diff)
		}
		return err
	})
}

func TestOffsetAboveTheEnd(t *testing.T) {
	topic := createTopic(t, broker(t), 1)
	produce(t, broker(t), topic, numbered(3)...)
	reads(t, topic, func(ctx context.Context, p *source.Partition) error {
		p.SeekTo(50)
		_, _, err := readTo(ctx, p, 51)
		var out *source.OutOfRangeError
		if !errors.As(err, &out) || out.Offset != 50 || out.First != 0 || out.End != 3 {
			t.Errorf("Next from offset 50 of 3: %v", err)
		}
		p.SeekTo(out.End)
		if b, err := p.Next(ctx); err != nil || b.Next != 3 || len(b.Records) != 0 || b.Trouble != nil {
			t.Errorf("Next from the end: %+v, %v", b, err)
		}
		return nil
	})
}

// TestOldAnswerIsNotTheEnd lets the owner be busy for longer than an answer is good for: what the broker said before
// must not pass for the log's end now.
func TestOldAnswerIsNotTheEnd(t *testing.T) {
	topic := createTopic(t, broker(t), 1)
	produce(t, broker(t), topic, numbered(3)...)
	reads(t, topic, func(ctx context.Context, p *source.Partition) error {
		if _, _, err := readTo(ctx, p, 3); err != nil {
			return err
		}
		atEnd := func() bool {
			b, err := p.Next(ctx)
			if err != nil || b.Next < 3 || b.Trouble != nil {
				t.Errorf("%+v, %v", b, err)
			}
			return b.Next >= b.End
		}
		testkit.Until(t, "the end", atEnd)
		busy := time.NewTimer(1500 * time.Millisecond)
		<-busy.C
		produce(t, broker(t), topic, numbered(1)...)
		if b, err := p.Next(ctx); err != nil || len(b.Records) == 0 && b.Next >= b.End {
			t.Errorf("an old answer passes for the end: %+v, %v", b, err)
		}
		testkit.Until(t, "the end again", atEnd)
		return nil
	})
}

func TestSeekDropsWhatWasAsked(t *testing.T) {
	topic := createTopic(t, broker(t), 1)
	produce(t, broker(t), topic, numbered(5)...)
	reads(t, topic, func(ctx context.Context, p *source.Partition) error {
		for range 3 {
			p.SeekTo(0)
			if offsets, gaps, err := readTo(ctx, p, 5); err != nil || len(offsets) != 5 || len(gaps) != 0 {
				t.Errorf("offsets %v, gaps %v, %v; want 0 to 4", offsets, gaps, err)
			}
		}
		return nil
	})
}

func TestFetchOfPendingRecords(t *testing.T) {
	topic := createTopic(t, broker(t), 1)
	produce(t, broker(t), topic, numbered(10)...)
	deleteRecords(t, topic, 3)
	reads(t, topic, func(ctx context.Context, p *source.Partition) error {
		records, missing, err := p.Fetch(ctx, []int64{9, 1, 4, 2, 4, 20})
		if err != nil {
			return err
		}
		var got []string
		for _, r := range records {
			got = append(got, fmt.Sprintf("%d=%s", r.Offset, r.Value))
		}
		if diff := cmp.Diff([]string{"4=4", "9=9"}, got); diff != "" {
			t.Errorf("records (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]int64{1, 2, 20}, missing); diff != "" {
			t.Errorf("missing (-want +got):\n%s", diff)
		}
		return nil
	})
}

func TestCommitIsSeenByLagTools(t *testing.T) {
	addr := broker(t)
	topic := createTopic(t, addr, 1)
	produce(t, addr, topic, numbered(5)...)
	opts := options(t, addr, topic)
	committed := make(chan error, 1)
	_, stop := run(t, opts, source.HandlerFunc(func(ctx context.Context, p *source.Partition) error {
		committed <- p.Commit(ctx, 4)
		<-ctx.Done()
		return ctx.Err()
	}))
	if err := <-committed; err != nil {
		t.Fatal(err)
	}
	stop()
	client := &kafka.Client{Addr: kafka.TCP(addr), Transport: new(kafka.Transport), Timeout: 10 * time.Second}
	res, err := client.OffsetFetch(t.Context(), &kafka.OffsetFetchRequest{GroupID: opts.Group, Topics: map[string][]int{topic: {0}}})
	if err != nil || res.Topics[topic][0].CommittedOffset != 4 {
		t.Errorf("committed: %+v, %v; want 4", res, err)
	}
}
