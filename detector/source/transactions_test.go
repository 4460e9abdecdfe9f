package source_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/tocsin-io/tocsin/detector/source"
)

// TestTransactions reads what was committed alone, and takes what was taken back for no gap.
func TestTransactions(t *testing.T) {
	topic := createTopic(t, broker(t), 1)
	c := franz(t, kgo.TransactionalID(topic), kgo.DefaultProduceTopic(topic))
	want := []string{}
	for i := range 6 {
		if err := c.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		for j := range 50 {
			value := fmt.Sprintf("%d/%d", i, j)
			if err := c.ProduceSync(t.Context(), kgo.StringRecord(value)).FirstErr(); err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 {
				want = append(want, value)
			}
		}
		if err := c.EndTransaction(t.Context(), kgo.TransactionEndTry(i%2 == 0)); err != nil {
			t.Fatal(err)
		}
	}
	reads(t, topic, func(ctx context.Context, p *source.Partition) error {
		var got []string
		for {
			b, err := p.Next(ctx)
			if err != nil {
				return err
			}
			if len(b.Gaps) > 0 {
				t.Errorf("gaps %v", b.Gaps)
			}
			for _, r := range b.Records {
				got = append(got, string(r.Value))
			}
			if b.Next == 306 && b.End == 306 {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("values (-want +got):\n%s", diff)
		}
		return nil
	})
}

// TestOpenTransaction leaves a transaction open: what stands behind it is not handed out, which is told, and comes once
// the transaction has ended.
func TestOpenTransaction(t *testing.T) {
	topic := createTopic(t, broker(t), 1)
	c := franz(t, kgo.TransactionalID(topic), kgo.DefaultProduceTopic(topic))
	if err := c.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	if err := c.ProduceSync(t.Context(), kgo.StringRecord("open")).FirstErr(); err != nil {
		t.Fatal(err)
	}
	produce(t, broker(t), topic, numbered(3)...)
	opts := options(t, broker(t), topic)
	opts.Stall = time.Second
	got := make(chan error, 2)
	_, stop := run(t, opts, source.HandlerFunc(func(ctx context.Context, p *source.Partition) error {
		n := 0
		told := false
		for {
			b, err := p.Next(ctx)
			if err != nil {
				return err
			}
			if n += len(b.Records); n == 4 {
				got <- nil
				<-ctx.Done()
				return ctx.Err()
			}
			if b.Trouble != nil && !told {
				told = true
				got <- b.Trouble
			}
		}
	}))
	defer stop()
	wait := func() error {
		select {
		case err := <-got:
			return err
		case <-time.After(30 * time.Second):
			return errors.New("nothing within 30 s")
		}
	}
	if err := wait(); err == nil || !strings.Contains(err.Error(), "from offset 0 on") || !strings.Contains(err.Error(), "a transaction that began there is open") {
		t.Errorf("an open transaction is told as %v", err)
	}
	if err := c.EndTransaction(t.Context(), kgo.TryCommit); err != nil {
		t.Fatal(err)
	}
	if err := wait(); err != nil {
		t.Errorf("after its end: %v", err)
	}
}
