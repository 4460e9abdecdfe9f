package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/template"
)

// Backfill gives the engine a past that is known as counts, under a partition of its own. It is used before Run, by one
// goroutine.
type Backfill struct {
	e       *Engine
	id      rate.Partition
	counter *rate.Counter
	learner *template.Learner
	mark    time.Time
}

// Backfill claims the partition id, which must not be one of the log's.
func (e *Engine) Backfill(ctx context.Context, id rate.Partition) (*Backfill, error) {
	epoch, err := e.ledger.NextEpoch(ctx)
	if err != nil {
		return nil, fmt.Errorf("backfill: %w", err)
	}
	claim, err := e.backend.Claim(ctx, id, epoch)
	if err != nil {
		return nil, fmt.Errorf("backfill: %w", err)
	}
	learner, err := template.NewLearner(e.o.Templates, e.Templates.aliases)
	if err != nil {
		return nil, fmt.Errorf("backfill: %w", err)
	}
	return &Backfill{e: e, id: id, counter: rate.NewCounter(id, epoch, claim, e.backend, e.worker.Counter), learner: learner}, nil
}

// Line is an event of the past as the stages see it: what it counts for, how many bytes it took, and itself as a
// sample.
type Line struct {
	Series detector.Series
	Bytes  int
	Sample detector.Sample
}

// Lines takes records through the stages and returns their events. Nothing is counted.
func (b *Backfill) Lines(records []detector.Record) []Line {
	var out []Line
	d, r := decode.New(b.e.o.Decode), b.e.o.Redactor()
	emit := func(ev *detector.Event) {
		r.Event(ev)
		b.learner.Learn(ev)
		out = append(out, Line{Series: lineSeries(ev), Bytes: ev.Bytes, Sample: sampleOf(ev.Time, ev)})
	}
	for i := range records {
		d.Decode(&records[i], emit)
	}
	d.Flush(time.Time{}, emit)
	return out
}

// Count counts n lines like this one in the bucket at t. Times come in order.
func (b *Backfill) Count(ctx context.Context, t time.Time, line *Line, n int) error {
	if b.counter.Full() {
		if err := b.Flush(ctx, b.mark); err != nil {
			return err
		}
	}
	b.mark = t.Truncate(rate.Fine)
	b.counter.Hit(line.Series, t, uint64(n), uint64(n*line.Bytes))
	return nil
}

// Show keeps a line as a sample of its series.
func (b *Backfill) Show(line *Line) {
	if ref := b.counter.Hit(line.Series, line.Sample.Time, 0, 0); b.counter.WantSample(ref, line.Sample.Time) {
		b.counter.AddSample(ref, line.Sample)
	}
}

// Flush writes what was counted; buckets that end at or before until are complete.
func (b *Backfill) Flush(ctx context.Context, until time.Time) error {
	if shapes := b.learner.TakeNew(); len(shapes) > 0 {
		if err := b.e.ledger.PutShapes(ctx, shapes); err != nil {
			return fmt.Errorf("backfill: %w", err)
		}
		b.e.fresh.Store(true)
	}
	if err := b.counter.Flush(ctx, rate.Checkpoint{Watermark: until, Updated: b.e.clock()}); err != nil {
		return fmt.Errorf("backfill: %w", err)
	}
	return nil
}
