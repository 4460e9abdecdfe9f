package engine

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
)

// shortened is a partition whose log may lose its end; next is that of its reader.
type shortened struct {
	endless
	mu  sync.Mutex
	log []detector.Record
}

func (p *shortened) logMore(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range n {
		o := int64(len(p.log))
		p.log = append(p.log, detector.Record{
			Topic: "logs", Offset: o, Time: time.Now(), Value: fmt.Appendf(nil, `{"service":"cart","msg":"step %d"}`, o),
		})
	}
}

// cut takes all but the first n records away.
func (p *shortened) cut(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = p.log[:n:n]
}

func (p *shortened) Bounds(context.Context) (source.Bounds, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return source.Bounds{End: int64(len(p.log)), Log: "l"}, nil
}

func (p *shortened) Next(ctx context.Context) (source.Batch, error) {
	select {
	case <-ctx.Done():
		return source.Batch{}, ctx.Err()
	case <-time.After(50 * time.Millisecond):
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	end := int64(len(p.log))
	if p.next > end {
		return source.Batch{}, &source.OutOfRangeError{Topic: "logs", Offset: p.next, End: end}
	}
	b := source.Batch{End: end, Told: end, Next: end, Records: p.log[p.next:]}
	p.next = end
	return b, nil
}

// A log that ends before what was counted of it is counted from its end on, and what was cut off is told as lost, whether
// its owner sees that or the next one.
func TestALogThatLostItsEnd(t *testing.T) {
	for _, while := range []string{"it is counted", "nobody counts it"} {
		t.Run(while, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { loseEnd(t, while == "it is counted") })
		})
	}
}

func loseEnd(t *testing.T, counted bool) {
	backend := rate.NewMemory()
	e := New(Options{
		Backend: backend, Reader: rate.NewReader(backend, rate.ReaderOptions{Now: time.Now}), Ledger: newMemoryLedger(), Clock: time.Now,
		Logger: slog.New(slog.DiscardHandler), Retention: 48 * time.Hour,
		Redactor: func() Redactor { return unredacted{} }, Corrector: func() Corrector { return clock.New(clock.Options{}) },
	})
	id, part := rate.Partition{Topic: "logs"}, &shortened{}
	count := func(d time.Duration, meanwhile func()) {
		ctx, cancel := context.WithTimeout(t.Context(), d)
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- e.consume(ctx, id, part) }()
		time.Sleep(d / 2)
		synctest.Wait()
		meanwhile()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	part.logMore(100)
	cut := func() { part.cut(60) }
	if counted {
		count(10*time.Second, cut)
	} else {
		count(10*time.Second, func() {})
		cut()
	}
	count(10*time.Second, func() { part.logMore(20) })
	w := &simWorld{t: t, backend: backend}
	got := w.sums(id)
	if got.lines["cart"] != 120 || got.lost != 40 || w.broken != "" {
		t.Errorf("%d lines are counted and %d records lost, want 120 and 40 %s", got.lines["cart"], got.lost, w.broken)
	}
	if len(got.spans) != 1 || got.spans[0].From != 60 || got.spans[0].To != 99 {
		t.Errorf("lost: %+v, want 60 to 99", got.spans)
	}
	statuses, err := backend.Partitions(t.Context())
	if err != nil || len(statuses) != 1 || statuses[0].Checkpoint.Next != 80 {
		t.Errorf("the checkpoint is %+v, %v; want 80", statuses, err)
	}
}
