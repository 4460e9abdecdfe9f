package engine

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
)

// written is a partition that holds these records.
type written struct {
	endless
	records []detector.Record
}

func (p *written) Bounds(context.Context) (source.Bounds, error) {
	return source.Bounds{End: int64(len(p.records)), Log: "l"}, nil
}

func (p *written) Next(ctx context.Context) (source.Batch, error) {
	end := int64(len(p.records))
	b := source.Batch{End: end, Told: end, Next: end, Records: p.records[p.next:]}
	if p.next == end {
		select {
		case <-ctx.Done():
			return b, ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
	p.next = end
	return b, nil
}

// Whatever time a record states, its lines count where people look for them: a clock that was never set, or runs years
// ahead, hides nothing.
func TestRecordsOfImpossibleTimesCountNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(24 * time.Hour)
		now := time.Now().UTC()
		p := &written{}
		for i, stated := range []time.Time{
			now, time.UnixMilli(-1), time.UnixMilli(0), now.AddDate(5, 0, 0), time.UnixMilli(1<<63 - 1), now.Add(time.Hour),
		} {
			for _, value := range []string{
				fmt.Sprintf(`{"time":%q,"service":"cart","host":"h","msg":"step"}`, now.Format(time.RFC3339Nano)),
				`{"service":"cart","host":"h","msg":"step"}`,
			} {
				p.records = append(p.records, detector.Record{Topic: "logs", Offset: int64(2*i) + int64(len(p.records)%2), Time: stated, Value: []byte(value)})
			}
		}
		backend := rate.NewMemory()
		redactor, err := defaultRedactor()
		if err != nil {
			t.Fatal(err)
		}
		reader := rate.NewReader(backend, rate.ReaderOptions{Now: time.Now})
		e := New(Options{
			Backend: backend, Reader: reader, Ledger: newMemoryLedger(), Clock: time.Now,
			Logger: slog.New(slog.DiscardHandler), Retention: 48 * time.Hour,
			Redactor: func() Redactor { return redactor }, Corrector: func() Corrector { return clock.New(clock.Options{}) },
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		id := rate.Partition{Topic: "logs"}
		if err := e.consume(ctx, id, p); err != nil {
			t.Fatal(err)
		}
		counts, err := reader.Sum(t.Context(), now.Add(-time.Minute), now.Add(time.Minute), rate.By{Service: true}, []rate.Partition{id})
		if err != nil {
			t.Fatal(err)
		}
		var lines uint64
		for _, c := range counts.Counts {
			lines += c.Lines
		}
		if want := uint64(len(p.records)); lines != want || e.Stats.Late.Load() != 0 {
			t.Errorf("%d of %d lines count now, %d are late: %+v", lines, want, e.Stats.Late.Load(), counts.Counts)
		}
	})
}

// A record of the future in the middle of a log that is read late moves the watermark no further than its neighbours do.
func TestARecordOfTheFutureDoesNotMakeItsNeighboursLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(24 * time.Hour)
		now := time.Now().UTC()
		w := &worker{e: New(Options{Clock: time.Now, Reader: rate.NewReader(rate.NewMemory(), rate.ReaderOptions{Now: time.Now})}), now: now}
		w.e.worker.Lateness = 5 * time.Second
		behind := now.Add(-time.Hour)
		for _, stated := range []time.Time{behind, now.AddDate(5, 0, 0), time.UnixMilli(-1)} {
			w.date(&detector.Record{Time: stated})
		}
		w.mark(w.reached)
		if want := behind.Add(-5 * time.Second); !w.watermark.Equal(want) {
			t.Errorf("watermark %v, want %v", w.watermark, want)
		}
	})
}
