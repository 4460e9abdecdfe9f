package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
)

// claim makes the partition ours: mints an epoch, takes over dictionary and offset, reads pending records again, and
// stands where counting goes on.
func (w *worker) claim(ctx context.Context) error {
	epoch, err := w.e.ledger.NextEpoch(ctx)
	w.told("store", err)
	if err != nil {
		return fmt.Errorf("mint an epoch: %w", err)
	}
	w.epoch = epoch
	got, err := w.e.backend.Claim(ctx, w.id, epoch)
	if !errors.Is(err, rate.ErrFenced) {
		w.told("counts", err)
	}
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	w.counter = rate.NewCounter(w.id, epoch, got, w.e.backend, w.e.worker.Counter)
	w.watermark = got.Checkpoint.Watermark
	if err := w.stages(); err != nil {
		return err
	}
	now, err := w.part.Bounds(ctx)
	if err != nil {
		return fmt.Errorf("bounds of the log: %w", err)
	}
	w.end, w.of = now.End, now.Log
	marked, known, err := w.e.ledger.PartitionMark(ctx, w.id)
	w.told("store", err)
	if err != nil {
		return fmt.Errorf("ask the store for the partition: %w", err)
	}
	old := got.Checkpoint.Log
	switch {
	case !got.Found:
		err = w.begin(ctx, marked, known, now)
	case old != "" && now.Log != "" && old != now.Log:
		w.anew(got.Checkpoint, now)
	default:
		err = w.resume(ctx, got, marked, now)
	}
	if err != nil {
		return err
	}
	w.flushed = w.e.clock()
	if !known && !got.Found { // else whoever comes next would find a partition that is known and has no counts: those of all the log were lost
		if err := w.flush(ctx); err != nil {
			return err
		}
	}
	if !known { // from here on an empty backend is a loss
		err := w.e.ledger.MarkPartition(ctx, w.id, w.epoch, w.next)
		w.told("store", err)
		if err != nil {
			return fmt.Errorf("let the store remember the partition: %w", err)
		}
	}
	w.part.SeekTo(w.next)
	w.log.Info("counting", "epoch", epoch, "from", w.next, "end", now.End)
	return nil
}

// resume goes on where the last owner left. marked is how far the store remembers that the partition was counted: a
// backend that stands before it has lost writes, which are made again from the log.
func (w *worker) resume(ctx context.Context, got rate.Claim, marked int64, now source.Bounds) error {
	w.next = got.Checkpoint.Next
	why := detector.LossTrimmed
	if w.next < min(marked, now.End) {
		w.rewound(w.next, marked)
		if marked >= now.First {
			why = detector.LossCounts
		}
	}
	if w.next < now.First { // that it is beyond the end, the first read tells
		w.lost(w.next, now.First, why)
	}
	var offsets []int64
	for _, p := range got.Checkpoint.Pending {
		offsets = append(offsets, p.Offset)
	}
	if len(offsets) == 0 {
		return nil
	}
	records, missing, err := w.part.Fetch(ctx, offsets)
	if err != nil {
		return fmt.Errorf("read %d pending records again: %w", len(offsets), err)
	}
	for _, offset := range missing {
		w.missing(offset, offset+1, 1, detector.LossPending)
	}
	w.pipe.Skip(got.Checkpoint.Pending)
	w.read()
	for i := range records {
		w.date(&records[i])
		w.pipe.Record(&records[i])
	}
	return nil
}

// rewound says that the backend stands before what the store remembers.
func (w *worker) rewound(reach, marked int64) {
	w.e.Stats.Rewound.Add(1)
	err := fmt.Errorf("the counts reach offset %d, though they had reached %d: they are counted again from there", reach, marked)
	w.e.health.fault(partOf(w.id), err)
	w.log.Warn("the backend lost counts that it had acknowledged; counting again", "from", reach, "counted", marked)
}

// anew begins with the first record of a topic that was deleted and made anew. What is counted of the old one stays;
// what is known of it and was not counted is lost.
func (w *worker) anew(old rate.Checkpoint, now source.Bounds) {
	w.next = now.First
	from, lines := old.Next, uint64(max(0, old.End-old.Next))
	if len(old.Pending) > 0 {
		from, lines = min(from, old.Pending[0].Offset), lines+uint64(len(old.Pending))
	}
	w.missing(from, max(from, old.End), lines, detector.LossAnew)
	if now.First > 0 {
		w.lost(0, now.First, detector.LossTrimmed)
	}
}

// begin starts a partition that the backend does not know. If the store remembers it, its counts were lost: they are
// made again from what the log still holds, and that is said.
func (w *worker) begin(ctx context.Context, marked int64, known bool, now source.Bounds) error {
	w.next = now.First
	switch {
	case known:
		if marked > 0 {
			w.rewound(0, marked)
		}
		if n := min(marked, now.First); n > 0 {
			w.lost(0, n, detector.LossCounts)
		}
		if marked < now.First {
			w.lost(marked, now.First, detector.LossTrimmed)
		}
	case w.e.worker.History == 0:
	case w.e.worker.History < 0:
		w.next = now.End
	default:
		at, err := w.part.OffsetAt(ctx, w.e.clock().Add(-w.e.worker.History))
		if err != nil {
			return fmt.Errorf("where the history of the log begins: %w", err)
		}
		w.next = min(max(at, now.First), now.End)
	}
	// Written at once, so that the watermark of a partition without lines is known.
	if w.next >= now.End {
		w.markEnd(w.e.clock())
	}
	return nil
}

// backoff returns a wait that doubles from 50 ms to 5 s; it returns false when ctx ends.
func backoff() func(ctx context.Context) bool {
	d := 50 * time.Millisecond
	return func(ctx context.Context) bool {
		t := time.NewTimer(d)
		defer t.Stop()
		d = min(2*d, 5*time.Second)
		select {
		case <-ctx.Done():
			return false
		case <-t.C:
			return true
		}
	}
}

// Clock is the time now. It may jump: what is due every so often goes by passed.
type Clock func() time.Time

// passed reports whether so long has passed since last. Where the clock was put back nobody knows, and what is due is done.
func passed(now, last time.Time, long time.Duration) bool {
	since := now.Sub(last)
	return since < 0 || since >= long
}
