package engine

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/source"
)

// read notes that records were handed out just now. Where the clock went back that is when the log was read last.
func (w *worker) read() {
	w.now = w.e.clock()
	log := w.watermark
	if !log.IsZero() {
		log = log.Add(w.e.worker.Lateness)
	}
	if w.now.Before(log) {
		w.now = log
	}
	w.pipe.Read(w.now, log)
	w.youngest = time.Time{}
}

// date takes away a time that no record can have, and reports whether the record has one that the log can be at.
func (w *worker) date(rec *detector.Record) bool {
	rec.Time = clock.RecordTime(rec.Time)
	if rec.Time.IsZero() || rec.Time.After(w.now) {
		return false
	}
	w.reached, w.youngest = rec.Time, laterOf(w.youngest, rec.Time)
	return true
}

// advance moves the watermark: by record time inside the log, at its end by the clock less what that may be ahead.
func (w *worker) advance(batch source.Batch) {
	if len(batch.Records) > 0 {
		w.mark(w.reached)
	}
	if !w.youngest.IsZero() {
		w.e.ages.took(w.e.clock(), w.youngest, w.ended)
	}
	if w.ended = batch.Trouble == nil && w.next >= batch.End; w.ended {
		now := w.e.clock()
		w.countLosses(now)
		w.pipe.Idle(now)
		w.markEnd(now)
	}
}

// markEnd moves the watermark at the end of the log, where the clock says now.
func (w *worker) markEnd(now time.Time) { w.mark(now.Add(-w.e.ages.ahead(now))) }

// mark moves the watermark to a record's time less the lateness, never back and never beyond now.
func (w *worker) mark(t time.Time) {
	if now := w.e.clock(); t.After(now) {
		t = now
	}
	if t = t.Add(-w.e.worker.Lateness); t.After(w.watermark) {
		w.watermark = t
	}
}
