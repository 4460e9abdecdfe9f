package engine

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/template"
)

// Records gives the records of a log in order, each valid until the next call; io.EOF at the end. It may block and must
// unblock if the given ctx is cancelled, as far as what it reads from lets it.
type Records func(ctx context.Context) (*detector.Record, error)

// AheadOptions is what an Ahead needs.
type AheadOptions struct {
	Decode   decode.Options
	Redactor Redactor // its own: what it remembers is of one log
	Bytes    int      // of text in a batch, about; up to six batches are held. 0 means 64 KiB
	// Coming is told of each event, in order, before Next returns it, and before it returns those of the batch before. It
	// is called by Next and must not keep the event. nil: nobody is told.
	Coming func(ev *detector.Event)
}

// Ahead takes a log through the stages that rest on nothing but the log itself, ahead of who counts it: a goroutine reads
// and decodes, another redacts and shapes. Events come in the order of the log and with where their records end, so that
// the number of processors, and how fast each is, changes nothing in what is made of them.
type Ahead struct {
	records Records
	o       AheadOptions

	decoded, ready, spare chan *eventBatch
	batch                 *eventBatch // under way, with the next event
	at                    int
	after                 *eventBatch // the one after it; nil where it is the last

	started bool
	stop    context.CancelFunc
	done    sync.WaitGroup
}

// NewAhead returns an Ahead that has read nothing; it begins at the first call of Next.
func NewAhead(records Records, o AheadOptions) *Ahead {
	if o.Bytes == 0 {
		o.Bytes = 64 << 10
	}
	return &Ahead{
		records: records, o: o,
		decoded: make(chan *eventBatch, 1), ready: make(chan *eventBatch, 1), spare: make(chan *eventBatch, 6),
	}
}

// Next returns the next event, redacted and with the Shape of its own message, and whether it is the last of its record.
// It is valid, and may be changed, until the next call. At the end of the log the error is io.EOF.
func (a *Ahead) Next(ctx context.Context) (ev *detector.Event, last bool, err error) {
	if !a.started {
		a.start(ctx)
	}
	for a.batch == nil || a.at == len(a.batch.events) {
		if b := a.batch; b != nil {
			if b.err != nil {
				return nil, false, b.err
			}
			a.batch = nil
			b.empty()
			a.spare <- b // has room for all that there are
		}
		if err := a.turn(ctx); err != nil {
			return nil, false, err
		}
	}
	e := &a.batch.events[a.at]
	a.at++
	return &e.Event, e.last, nil
}

// turn goes to the next batch, and has the one after it.
func (a *Ahead) turn(ctx context.Context) (err error) {
	b := a.after
	if b == nil {
		if b, err = a.receive(ctx); err != nil {
			return err
		}
	}
	a.after = nil
	if b.err == nil {
		if a.after, err = a.receive(ctx); err != nil {
			return err
		}
	}
	a.batch, a.at = b, 0
	return nil
}

// receive takes the next batch and tells of its events.
func (a *Ahead) receive(ctx context.Context) (*eventBatch, error) {
	select {
	case b := <-a.ready:
		if a.o.Coming != nil {
			for i := range b.events {
				a.o.Coming(&b.events[i].Event)
			}
		}
		return b, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close ends the reading and waits for it. What is read from is closed by the caller, afterwards.
func (a *Ahead) Close() {
	if a.started {
		a.stop()
		a.done.Wait()
	}
}

func (a *Ahead) start(ctx context.Context) {
	a.started = true
	for range cap(a.spare) {
		a.spare <- &eventBatch{size: a.o.Bytes}
	}
	ctx, a.stop = context.WithCancel(ctx)
	a.done.Go(func() { a.decode(ctx) })
	a.done.Go(func() { a.redact(ctx) })
}

// decode reads the log to its end, or to what is wrong with it.
func (a *Ahead) decode(ctx context.Context) {
	d := decode.New(a.o.Decode)
	b := receive(ctx, a.spare)
	take := func(ev *detector.Event) { b.add(ev) }
	for b != nil {
		rec, err := a.records(ctx)
		if err != nil {
			if errors.Is(err, io.EOF) {
				d.Flush(time.Time{}, take)
			}
			b.err = err
			send(ctx, a.decoded, b)
			return
		}
		before := len(b.events)
		d.Decode(rec, take)
		if n := len(b.events); n > before {
			b.events[n-1].last = true
		}
		if b.full() {
			send(ctx, a.decoded, b)
			b = receive(ctx, a.spare)
		}
	}
}

// redact passes on what was decoded.
func (a *Ahead) redact(ctx context.Context) {
	var shaper template.Shaper
	for b := receive(ctx, a.decoded); b != nil; b = receive(ctx, a.decoded) {
		for i := range b.events {
			ev := &b.events[i].Event
			a.o.Redactor.Event(ev)
			if len(ev.Secrets) > 0 {
				b.keep(ev)
			}
			ev.Shape = shaper.Shape(ev.Message)
		}
		ended := b.err != nil
		send(ctx, a.ready, b)
		if ended {
			return
		}
	}
}

func send(ctx context.Context, to chan<- *eventBatch, b *eventBatch) {
	select {
	case to <- b:
	case <-ctx.Done():
	}
}

// receive is nil once ctx is cancelled.
func receive(ctx context.Context, from <-chan *eventBatch) *eventBatch {
	select {
	case b := <-from:
		return b
	case <-ctx.Done():
		return nil
	}
}
