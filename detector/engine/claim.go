package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// claim makes the partition ours: mints an epoch, takes over dictionary and offset, reads pending records again, and
// stands where counting goes on.
func (w *worker) claim(ctx context.Context) error {
	epoch, err := w.e.ledger.NextEpoch(ctx)
	if err != nil {
		w.e.health.fault("store", err)
		return fmt.Errorf("mint an epoch: %w", err)
	}
	w.epoch = epoch
	got, err := w.e.backend.Claim(ctx, w.id, epoch)
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	w.counter = rate.NewCounter(w.id, epoch, got, w.e.backend, w.e.worker.Counter)
	w.watermark = got.Checkpoint.Watermark
	if err := w.stages(); err != nil {
		return err
	}
	first, end, err := w.part.Bounds(ctx)
	if err != nil {
		return fmt.Errorf("bounds of the log: %w", err)
	}
	w.end = end
	switch {
	case got.Found:
		err = w.resume(ctx, got, first, end)
	default:
		err = w.begin(ctx, first, end)
	}
	if err != nil {
		return err
	}
	w.part.SeekTo(w.next)
	w.flushed = w.e.clock()
	w.log.Info("counting", "epoch", epoch, "from", w.next, "end", end)
	return nil
}

// resume goes on where the last owner left.
func (w *worker) resume(ctx context.Context, got rate.Claim, first, end int64) error {
	w.next = got.Checkpoint.Next
	if w.next > end {
		// The log is shorter than what was counted of it: the topic was made anew, or a broker lost its tail. What is
		// counted stays; what comes is counted from the end on.
		w.lost(end, w.next)
		w.next = end
		return nil
	}
	if w.next < first {
		w.lost(w.next, first)
	}
	var offsets []int64
	for _, p := range got.Checkpoint.Pending {
		if p.Offset >= first {
			offsets = append(offsets, p.Offset)
		}
	}
	if len(offsets) == 0 {
		return nil
	}
	records, missing, err := w.part.Fetch(ctx, offsets)
	if err != nil {
		return fmt.Errorf("read %d pending records again: %w", len(offsets), err)
	}
	for _, offset := range missing {
		w.lost(offset, offset+1)
	}
	w.pipe.Skip(got.Checkpoint.Pending)
	for i := range records {
		w.pipe.Record(&records[i])
	}
	return nil
}

// begin starts a partition that the backend does not know. If the store remembers it, its counts were lost: they are
// made again from what the log still holds, and that is said.
func (w *worker) begin(ctx context.Context, first, end int64) error {
	marked, known, err := w.e.ledger.PartitionMark(ctx, w.id)
	if err != nil {
		w.e.health.fault("store", err)
		return fmt.Errorf("ask the store for the partition: %w", err)
	}
	w.next = first
	if known && first > 0 {
		w.log.Warn("the counts of this partition were lost; counting again from the start of the log", "counted", marked, "from", first)
		w.lost(0, first)
		w.next = first
	}
	if !known && w.e.worker.Latest {
		w.next = end
	}
	// Written at once, so that the watermark of a partition without lines is known.
	if w.next >= end {
		w.mark(w.e.clock())
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

// Clock is the time now.
type Clock func() time.Time
