package engine

import (
	"strconv"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// input is how many records the partition brought in the bucket under way: a partition that falls silent while the
// others of its topic go on is told as such.
type input struct {
	start   time.Time
	records uint64
	bytes   uint64
}

// arrived takes note of a record, by its time as far as that bucket is open: what is complete is not judged again.
func (w *worker) arrived(rec *detector.Record) {
	in, at := &w.input, rec.Time
	if at.IsZero() || at.After(w.now) {
		at = w.now
	}
	if since := at.Sub(in.start); since < 0 || since >= rate.Fine {
		w.countInput()
		if at.Before(w.watermark) {
			at = w.watermark
		}
		in.start = rate.FloorFine(at)
	}
	in.records++
	in.bytes += uint64(len(rec.Value))
}

// countInput counts what arrived since the last call.
func (w *worker) countInput() {
	if in := &w.input; in.records > 0 {
		s := detector.Series{Class: detector.ClassInput, Name: w.id.Topic, Key: strconv.Itoa(w.id.ID)}
		w.counter.Hit(s, in.start, in.records, in.bytes)
		in.records, in.bytes = 0, 0
	}
}
