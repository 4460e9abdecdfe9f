package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/template"
)

// endless is a partition in which a record arrives every 50 ms.
type endless struct {
	next int64
}

func (p *endless) Bounds(context.Context) (source.Bounds, error) {
	return source.Bounds{End: p.next, Log: "l"}, nil
}
func (p *endless) OffsetAt(context.Context, time.Time) (int64, error) { return 0, nil }
func (p *endless) SeekTo(offset int64)                                { p.next = offset }
func (p *endless) Commit(context.Context, int64) error                { return nil }
func (p *endless) Fetch(context.Context, []int64) ([]detector.Record, []int64, error) {
	return nil, nil, nil
}

func (p *endless) Next(ctx context.Context) (source.Batch, error) {
	select {
	case <-ctx.Done():
		return source.Batch{}, ctx.Err()
	case <-time.After(50 * time.Millisecond):
	}
	rec := detector.Record{Topic: "logs", Offset: p.next, Time: time.Now(), Value: fmt.Appendf(nil, `{"service":"cart","msg":"step %d"}`, p.next)}
	p.next++
	return source.Batch{End: p.next, Told: p.next, Next: p.next, Records: []detector.Record{rec}}, nil
}

// shapeless is a ledger whose store takes no shapes.
type shapeless struct{ *memoryLedger }

func (shapeless) PutShapes(context.Context, []template.Known) error { return errors.New("away") }

// Whoever loses a partition while the store is away writes no counts of shapes that the store does not have: the next
// owner counts their lines again.
func TestNoCountsWithoutTheirShapes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		backend := rate.NewMemory()
		redactor, err := defaultRedactor()
		if err != nil {
			t.Fatal(err)
		}
		e := New(Options{
			Backend: backend, Reader: rate.NewReader(backend, rate.ReaderOptions{Now: time.Now}), Ledger: shapeless{newMemoryLedger()}, Clock: time.Now,
			Logger: slog.New(slog.DiscardHandler), Retention: 48 * time.Hour,
			Redactor: func() Redactor { return redactor }, Corrector: func() Corrector { return clock.New(clock.Options{}) },
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := e.consume(ctx, rate.Partition{Topic: "logs"}, &endless{}); err != nil {
			t.Fatal(err)
		}
		statuses, err := backend.Partitions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range statuses {
			if s.Checkpoint.Next > 0 {
				t.Errorf("counted up to offset %d, though no shape is kept", s.Checkpoint.Next)
			}
		}
	})
}

// forgetful is a backend that loses everything after every second write.
type forgetful struct {
	*rate.Memory
	writes, claims int
}

func (b *forgetful) Claim(ctx context.Context, p rate.Partition, epoch uint64) (rate.Claim, error) {
	b.claims++
	return b.Memory.Claim(ctx, p, epoch)
}

func (b *forgetful) Write(ctx context.Context, p rate.Partition, epoch uint64, f rate.Flush) error {
	if b.writes++; b.writes%2 == 0 {
		b.Memory = rate.NewMemory()
	}
	return b.Memory.Write(ctx, p, epoch, f)
}

// However often a partition had to be claimed again since the process began, the next time waits no longer than the
// first: only claims that come to nothing one after the other are spread.
func TestAClaimAfterGoodWorkIsNotPutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		backend := &forgetful{Memory: rate.NewMemory()}
		redactor, err := defaultRedactor()
		if err != nil {
			t.Fatal(err)
		}
		e := New(Options{
			Backend: backend, Reader: rate.NewReader(backend, rate.ReaderOptions{Now: time.Now}), Ledger: newMemoryLedger(), Clock: time.Now,
			Logger: slog.New(slog.DiscardHandler), Retention: 48 * time.Hour,
			Redactor: func() Redactor { return redactor }, Corrector: func() Corrector { return clock.New(clock.Options{}) },
		})
		// Each claim lasts for two writes, half a second apart, and the wait after it.
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := e.consume(ctx, rate.Partition{Topic: "logs"}, &endless{}); err != nil {
			t.Fatal(err)
		}
		if backend.claims < 40 {
			t.Errorf("claimed %d times in a minute of which each claim takes about a second", backend.claims)
		}
	})
}

// deaf is a backend that takes no writes while it is away.
type deaf struct {
	*rate.Memory
	away bool
}

func (b *deaf) Write(ctx context.Context, p rate.Partition, epoch uint64, f rate.Flush) error {
	if b.away {
		return errors.New("away")
	}
	return b.Memory.Write(ctx, p, epoch, f)
}

// Whoever claims a partition for the first time and writes nothing leaves it unknown: the next owner does not take the past, which was
// not to be read, for counts that were lost.
func TestAFirstOwnerThatWroteNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		backend := &deaf{Memory: rate.NewMemory(), away: true}
		e := New(Options{
			Backend: backend, Reader: rate.NewReader(backend, rate.ReaderOptions{Now: time.Now}), Ledger: newMemoryLedger(), Clock: time.Now,
			Logger: slog.New(slog.DiscardHandler), Retention: 48 * time.Hour, Worker: WorkerOptions{History: -1},
			Redactor: func() Redactor { return unredacted{} }, Corrector: func() Corrector { return clock.New(clock.Options{}) },
		})
		id, part := rate.Partition{Topic: "logs"}, &shortened{}
		part.logMore(100)
		for turn := range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			go func() {
				time.Sleep(10 * time.Second)
				if turn == 1 {
					part.logMore(20)
				}
			}()
			if err := e.consume(ctx, id, part); err != nil {
				t.Fatal(err)
			}
			cancel()
			backend.away = false
		}
		w := &simWorld{t: t, backend: backend}
		if got := w.sums(id); got.lines["cart"] != 20 || got.lost != 0 || w.broken != "" || e.Stats.Rewound.Load() != 0 {
			t.Errorf("%d lines are counted, %d lost and %d rewinds seen, want 20 and none %s", got.lines["cart"], got.lost, e.Stats.Rewound.Load(), w.broken)
		}
	})
}
