package engine

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
	"github.com/tocsin-io/tocsin/detector/source"
)

// loss is a run of offsets that can not be read any more. It is counted once it is known until when it lasts: with the
// next record, at the log's end, or with the next flush at the latest, which moves the checkpoint behind it.
type loss struct {
	from, to int64 // to is exclusive
	lines    uint64
	why      detector.Loss
	since    time.Time // of the record before it; zero while none is known
}

// gapReasons are what became of the offsets of a gap, as an incident says it.
var gapReasons = map[source.GapReason]detector.Loss{
	source.GapTrimmed: detector.LossTrimmed, source.GapCompacted: detector.LossCompacted,
	source.GapCorrupt: detector.LossCorrupt, source.GapFormat: detector.LossFormat,
}

// lost notes offsets that can not be read any more, and goes on behind them.
func (w *worker) lost(from, to int64, why detector.Loss) {
	w.missing(from, to, uint64(to-from), why)
	w.next = max(w.next, to)
}

// missing notes offsets of which so many records are known to be gone.
func (w *worker) missing(from, to int64, lines uint64, why detector.Loss) {
	w.e.Stats.Lost.Add(lines)
	w.log.Warn("offsets were gone before they were read", "from", from, "to", to, "records", lines, "why", why)
	var since time.Time
	if !w.watermark.IsZero() {
		since = w.watermark.Add(w.e.worker.Lateness)
	}
	w.losses = append(w.losses, loss{from, to, lines, why, since})
}

// countLosses counts what was lost before until; zero where that is not known. It is told where it was noticed: what is
// complete is not judged again.
func (w *worker) countLosses(until time.Time) {
	for _, l := range w.losses {
		at := w.watermark
		if at.IsZero() {
			at = w.e.clock()
		}
		if until.Before(l.since) {
			until = l.since
		}
		if l.since.IsZero() {
			l.since = until
		}
		series := detector.LossSeries(w.id.Topic, w.id.ID, l.why)
		_, sum := w.counter.Observe(series, at, l.lines, 0, sketch.Located)
		if sum == nil {
			continue
		}
		run := sketch.Span{Topic: w.id.Topic, Partition: w.id.ID, From: l.from, To: max(l.from, l.to-1), Lines: l.lines}
		sum.Places.AddRun(run, l.since, until)
	}
	w.losses = w.losses[:0]
}
