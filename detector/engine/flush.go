package engine

import (
	"context"
	"errors"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// flush keeps the new shapes, then writes the counts with the offset that they reach.
func (w *worker) flush(ctx context.Context) error {
	w.flushed = w.e.clock()
	w.pipe.Settle()
	w.countInput()
	w.countLosses(time.Time{})
	if err := w.keep(ctx); err != nil {
		return err
	}
	cp := rate.Checkpoint{
		Next: w.next, Pending: w.decoder.Pending(), Watermark: w.watermark, Updated: w.flushed, End: w.end, Log: w.of,
	}
	if err := w.write(ctx, cp); err != nil {
		return err
	}
	w.wrote = true
	w.e.Stats.Flushes.Add(1)
	late := w.counter.Stats().Late
	w.e.Stats.Late.Add(late - w.late)
	w.late = late
	w.e.health.recovered(partOf(w.id))
	w.e.health.counted(w.id, cp)
	if passed(w.flushed, w.marked, 5*time.Second) {
		w.marked = w.flushed
		w.e.health.skewed(w.id, w.pipe.Skews())
		err := w.e.ledger.MarkPartition(ctx, w.id, w.epoch, w.next)
		w.told("store", err)
		if err != nil {
			w.log.Warn("the store did not take how far the partition is counted", "error", err)
		}
		if err := w.part.Commit(ctx, w.next); err != nil {
			w.log.Debug("the group's offset was not committed; lag tools lag", "error", err)
		}
	}
	return nil
}

// told says in health whether a part answered this partition.
func (w *worker) told(part string, err error) { w.e.health.told(part, w.id.String(), err) }

// write tries until the backend takes the flush: nothing is dropped, the stream waits.
func (w *worker) write(ctx context.Context, cp rate.Checkpoint) error {
	for wait := backoff(); ; w.e.Stats.Retries.Add(1) {
		err := w.counter.Flush(ctx, cp)
		switch {
		case err == nil:
			w.told("counts", nil)
			return nil
		case errors.Is(err, rate.ErrFenced), errors.Is(err, rate.ErrSequence):
			return err
		}
		w.told("counts", err)
		if !wait(ctx) {
			return ctx.Err()
		}
	}
}

// keep tries until the ledger takes the new shapes. Those that it did not take stay for the next flush: nothing is
// counted before.
func (w *worker) keep(ctx context.Context) error {
	w.unkept = append(w.unkept, w.learner.TakeNew()...)
	if len(w.unkept) == 0 {
		return nil
	}
	for wait := backoff(); ; {
		err := w.e.ledger.PutShapes(ctx, w.unkept)
		w.told("store", err)
		if err == nil {
			w.unkept = nil
			w.e.fresh.Store(true)
			return nil
		}
		if !wait(ctx) {
			return ctx.Err()
		}
	}
}

// leave writes what is counted when the partition is taken from us, within a bound.
func (w *worker) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := w.flush(ctx); err != nil {
		if !errors.Is(err, rate.ErrFenced) {
			w.log.Warn("the last counts were not written; the next owner reads them again", "error", err)
		}
		return nil
	}
	if err := w.e.ledger.MarkPartition(ctx, w.id, w.epoch, w.next); err != nil {
		w.log.Warn("the store did not take how far the partition is counted", "error", err)
	}
	return nil
}

// stopped writes what is counted where the partition was taken from us in the middle of work; any other error stays.
func (w *worker) stopped(ctx context.Context, err error) error {
	if ctx.Err() == nil || errors.Is(err, rate.ErrFenced) || errors.Is(err, rate.ErrSequence) {
		return err
	}
	return w.leave(ctx)
}
