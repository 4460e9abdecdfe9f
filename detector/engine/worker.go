package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/template"
)

// WorkerOptions are the bounds of a worker.
type WorkerOptions struct {
	FlushEvery time.Duration // counts are written at least this often; 500 ms
	Lateness   time.Duration // at the end of the log a bucket waits this long for its lines; 5 s
	History    time.Duration // how far back an unknown partition is read; 0: all that the log holds, below 0: nothing
	Counter    rate.CounterOptions
}

// worker counts one partition while it is ours.
type worker struct {
	e         *Engine
	part      partition
	id        rate.Partition
	log       *slog.Logger
	epoch     uint64
	counter   *rate.Counter
	pipe      *Pipeline
	learner   *template.Learner
	sink      counterSink
	decoder   decoder
	next      int64
	end       int64
	of        string // the log that next is an offset of
	losses    []loss // not counted yet
	watermark time.Time
	now       time.Time // when the records at hand were read
	reached   time.Time // time of the last record that has one which can be
	youngest  time.Time // latest of these of the records at hand; zero where none has one
	ended     bool      // there was nothing behind the records before these
	flushed   time.Time
	wrote     bool // counts of this claim were taken
	marked    time.Time
	unkept    []template.Known // shapes that the ledger does not have yet
	rules     Rules
	late      uint64 // of the counter, as the stats know it
	input     input
}

type decoder interface{ Pending() []detector.Pending }

// partition is a partition of a log as a worker needs it: *source.Partition.
type partition interface {
	Bounds(ctx context.Context) (source.Bounds, error)
	OffsetAt(ctx context.Context, t time.Time) (int64, error)
	SeekTo(offset int64)
	Next(ctx context.Context) (source.Batch, error)
	Fetch(ctx context.Context, offsets []int64) (records []detector.Record, missing []int64, err error)
	Commit(ctx context.Context, offset int64) error
}

// errAnew: the topic was made anew, and what was read of the old one is counted.
var errAnew = errors.New("the topic was deleted and made anew; counting the new one from its start")

// Consume counts one partition until ctx ends: it is the source's handler. It claims the partition, and claims again
// where another owner or a backend that lost writes is met while the group still says that the partition is ours.
func (e *Engine) Consume(ctx context.Context, part *source.Partition) error {
	return e.consume(ctx, rate.Partition{Topic: part.Topic, ID: part.ID}, part)
}

func (e *Engine) consume(ctx context.Context, id rate.Partition, part partition) error {
	log := e.log.With("topic", id.Topic, "partition", id.ID)
	e.health.assigned(id, true)
	defer e.health.assigned(id, false)
	defer func() { // whoever has it next tells how it is
		e.health.recovered(partOf(id))
		for _, part := range []string{"kafka", "counts", "store"} {
			e.health.recoveredOf(part, id.String())
		}
	}()
	for wait := backoff(); ctx.Err() == nil; {
		w := &worker{e: e, part: part, id: id, log: log}
		err := w.run(ctx)
		if w.wrote { // what ended it is a new trouble, however many there were before
			wait = backoff()
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, rate.ErrFenced):
			e.Stats.Fenced.Add(1)
			log.Warn("a newer owner has this partition; claiming again", "epoch", w.epoch)
		case errors.Is(err, rate.ErrSequence):
			e.Stats.Rewound.Add(1)
			e.health.fault(partOf(id), err)
			log.Warn("the counts are not where they were left; reading again from the offset that they reach")
		case errors.Is(err, errAnew):
			log.Warn("the topic was deleted and made anew; counting the new one from its start")
		default:
			e.health.fault(partOf(id), err)
			log.Error("counting stopped; trying again", "error", err)
		}
		if !wait(ctx) {
			return nil
		}
	}
	return nil
}

// run claims and counts until an error or the end of ctx, at which it writes what it has.
func (w *worker) run(ctx context.Context) error {
	if err := w.claim(ctx); err != nil {
		return err
	}
	defer w.pipe.SetMatcher(nil)
	for {
		batch, err := w.part.Next(ctx)
		if ctx.Err() != nil {
			return w.leave(ctx)
		}
		var beyond *source.OutOfRangeError
		var anew *source.AnewError
		switch {
		case errors.As(err, &beyond):
			// A broker lost its newest records, or the topic was made anew and has no id. What is counted stays.
			w.missing(beyond.End, w.next, uint64(w.next-beyond.End), detector.LossCut)
			w.next = beyond.End
			w.part.SeekTo(w.next)
			continue
		case errors.As(err, &anew):
			w.pipe.Idle(time.Time{}) // what waits for more lines of the old topic waits in vain
			if err := w.flush(ctx); err != nil {
				return w.stopped(ctx, err)
			}
			return errAnew
		case err != nil:
			return fmt.Errorf("read: %w", err)
		case batch.Trouble != nil:
			w.e.health.faultOf("kafka", w.id.String(), fmt.Errorf("%s: %w", w.id, batch.Trouble))
		default:
			w.e.health.recoveredOf("kafka", w.id.String())
		}
		w.refreshRules()
		w.read()
		if err := batch.Walk(func(rec *detector.Record) error { return w.take(ctx, rec) }, w.skip); err != nil {
			return w.stopped(ctx, err)
		}
		w.next = max(w.next, batch.Next)
		w.end = max(w.next, batch.Told)
		w.advance(batch)
		if now := w.e.clock(); passed(now, w.flushed, w.e.worker.FlushEvery) || w.counter.Full() {
			if err := w.flush(ctx); err != nil {
				return w.stopped(ctx, err)
			}
		}
	}
}

// take puts a record through the stages. Between two records the counts may be written, so that memory stays bounded.
func (w *worker) take(ctx context.Context, rec *detector.Record) error {
	if rec.Offset < w.next {
		return nil
	}
	if w.date(rec) && len(w.losses) > 0 {
		w.countLosses(rec.Time)
	}
	w.pipe.Record(rec)
	w.arrived(rec)
	w.next = rec.Offset + 1
	w.e.Stats.Records.Add(1)
	if !w.counter.Full() {
		return nil
	}
	w.mark(w.reached)
	return w.flush(ctx)
}

// skip counts offsets that hold nothing any more.
func (w *worker) skip(gap source.Gap) error {
	if from := max(gap.From, w.next); from < gap.To {
		w.lost(from, gap.To, gapReasons[gap.Reason])
	}
	return nil
}

func (w *worker) refreshRules() {
	if r := w.e.rules.Load(); r != nil && *r != w.rules {
		w.rules = *r
		w.pipe.SetMatcher(w.rules.Matcher(w.sink.Tally))
	}
}
