package source

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/segmentio/kafka-go"
)

// Partition is a partition of a topic while the group assigns it to this member. It is used by one goroutine.
type Partition struct {
	Topic     string
	ID        int
	Committed int64 // the offset that was committed to Kafka, or -1: recovery does not rest on it

	client *client
	commit func(offset int64) error
	log    *slog.Logger

	fetcher    *fetcher
	decoder    decoder
	positioned bool
	of         string // the log that the position is of; empty until it is known
	maxBytes   int
	first, end int64
	fresh      bool // the last answer tells of the log as it is now
	spoiled    int  // fetches of the same offset whose checksum was wrong
	retry      backoff
	stands     time.Time // since when nothing is handed out, though the log goes on
	open       int64     // the first offset of an open transaction, behind which nothing is handed out
	trouble    error
}

func newPartition(c *client, topic string, id int) *Partition {
	return &Partition{
		Topic: topic, ID: id, Committed: -1, client: c, maxBytes: c.opts.MaxBytes,
		log:     c.opts.Logger.With("topic", topic, "partition", id),
		decoder: decoder{topic: topic, partition: id},
		commit:  func(int64) error { return errors.New("kafka: the partition belongs to no group") },
	}
}

// Bounds asks how far the log reaches. What is sought from then on is an offset of that log.
func (p *Partition) Bounds(ctx context.Context) (Bounds, error) {
	b, err := p.client.bounds(ctx, p.Topic, p.ID)
	if err == nil {
		p.of = b.Log
	}
	return b, err
}

// OffsetAt asks for the first offset whose record's time is not before t, to the millisecond; the log's end where there
// is none.
func (p *Partition) OffsetAt(ctx context.Context, t time.Time) (int64, error) {
	at, err := p.client.offsetAt(ctx, p.Topic, p.ID, t)
	if err != nil || at >= 0 {
		return at, err
	}
	b, err := p.client.bounds(ctx, p.Topic, p.ID)
	return b.End, err
}

// SeekTo sets the offset that Next reads from. Without it Next begins at the oldest.
func (p *Partition) SeekTo(offset int64) {
	p.decoder.position, p.positioned, p.spoiled = offset, true, 0
	p.decoder.rest, p.decoder.passed = nil, 0
	if p.fetcher != nil && p.fetcher.asked && p.fetcher.askedOffset != offset {
		p.drop()
	}
}

// Commit tells Kafka how far the group is, for tools that show the lag. It fails when the partition went to another
// member.
func (p *Partition) Commit(ctx context.Context, offset int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := p.commit(offset); err != nil {
		return fmt.Errorf("kafka: commit of %s/%d: %w", p.Topic, p.ID, err)
	}
	return nil
}

// Next waits for records, at most about twice MaxWait and a try to reach the broker: an empty batch lets the owner do
// what is due. What goes wrong on the way to the broker is tried again with back-off and told as Trouble. An error is
// ctx's, an *OutOfRangeError or an *AnewError.
func (p *Partition) Next(ctx context.Context) (Batch, error) {
	if err := ctx.Err(); err != nil {
		return Batch{}, err
	}
	if p.decoder.more() {
		return p.decode(), nil
	}
	p.fresh = false
	if wait := p.retry.wait(time.Now()); wait > 0 {
		sleep(ctx, min(wait, p.client.opts.MaxWait))
		return p.empty(), ctx.Err()
	}
	before := p.decoder.position
	b, err := p.fetch(ctx)
	var outOfRange *OutOfRangeError
	var anew *AnewError
	switch {
	case ctx.Err() != nil:
		return Batch{}, ctx.Err()
	case errors.As(err, &outOfRange):
		return Batch{}, outOfRange
	case errors.As(err, &anew):
		p.drop()
		return Batch{}, anew
	case errors.Is(err, errWaiting):
		return p.empty(), nil
	case err != nil:
		p.failed(err)
		return p.empty(), nil
	}
	if p.spoiled == 0 {
		p.recovered()
	}
	p.stall(&b, before, time.Now())
	return b, nil
}

func (p *Partition) fetch(ctx context.Context) (Batch, error) {
	if err := p.connect(ctx); err != nil {
		return Batch{}, err
	}
	f := p.fetcher
	stop := context.AfterFunc(ctx, f.close)
	defer stop()
	now := time.Now()
	if !f.asked {
		if wait := f.muted(now); wait > 0 {
			sleep(ctx, min(wait, f.maxWait))
			return Batch{}, errWaiting
		}
		if err := f.ask(p.decoder.position, now); err != nil {
			return Batch{}, err
		}
	}
	// An answer that has waited for a busy owner speaks of the past: the log may have grown since.
	fresh := now.Sub(f.askedAt) <= f.maxWait+maxAge
	a, err := f.take(now)
	if err != nil {
		return Batch{}, err
	}
	if errors.Is(a.err, kafka.OffsetOutOfRange) {
		return p.outOfRange(ctx)
	}
	if a.err != nil {
		return Batch{}, fmt.Errorf("kafka: fetch: %w", a.err)
	}
	p.first, p.end, p.open, p.fresh = a.first, a.end, a.stable, fresh
	before := p.decoder.position
	p.decoder.start(a)
	b := p.decode()
	if p.decoder.position == before && len(a.records) > 0 && p.spoiled == 0 && !p.decoder.more() {
		// A record batch that is larger than an answer may be came cut off.
		p.maxBytes = min(2*p.maxBytes, maxResponse/2)
		f.maxBytes = p.maxBytes
	}
	return b, nil
}

// stall tells of a log that goes on although the broker hands nothing of it out: a transaction was left open, or what
// stands there is damaged in a way that the broker does not tell of.
func (p *Partition) stall(b *Batch, before int64, now time.Time) {
	if b.Next != before || b.Next >= p.end || b.Trouble != nil {
		p.stands = time.Time{}
		return
	}
	if p.stands.IsZero() {
		p.stands = now
	}
	d := now.Sub(p.stands)
	if d < p.client.opts.Stall {
		return
	}
	what := "what stands there may be damaged: see the broker's log"
	if p.open <= b.Next {
		what = "a transaction that began there is open: end it (kafka-transactions.sh find-hanging, abort)"
	}
	b.Trouble = fmt.Errorf("kafka: nothing is handed out from offset %d on for %s, though the log ends at %d; %s", b.Next, d.Truncate(time.Second), p.end, what)
}

// maxAge is how much older than the broker's wait an answer may be that is taken for the present.
const maxAge = time.Second

// maxSpoiled is how often records with a wrong checksum are fetched before they are given up.
const maxSpoiled = 4

// decode takes the next records from the answer at hand, and asks for the next answer once that is used up.
func (p *Partition) decode() Batch {
	if !p.decoder.next(p.spoiled < maxSpoiled) {
		p.spoiled++
		p.failed(fmt.Errorf("kafka: checksum of the records at offset %d is wrong", p.decoder.position))
	} else {
		p.spoiled = 0
	}
	b := p.empty()
	b.Records, b.Gaps = p.decoder.records, p.decoder.gaps
	now := time.Now()
	if f := p.fetcher; f != nil && !f.asked && f.muted(now) <= 0 && !p.decoder.more() {
		if err := f.ask(p.decoder.position, now); err != nil {
			p.drop()
		}
	}
	return b
}

func (p *Partition) empty() Batch {
	b := Batch{Next: p.decoder.position, First: p.first, End: p.end, Told: p.end, Trouble: p.trouble}
	if !p.fresh {
		b.End = max(b.End, b.Next+1)
	}
	b.Held = p.fresh && 0 <= p.open && p.open <= b.Next && b.Next < p.end
	return b
}

// outOfRange finds out on which side of the log the position lies.
func (p *Partition) outOfRange(ctx context.Context) (Batch, error) {
	now, err := p.client.bounds(ctx, p.Topic, p.ID)
	if err != nil {
		return Batch{}, err
	}
	if another(p.of, now.Log) {
		return Batch{}, &AnewError{p.Topic, p.ID}
	}
	first, end := now.First, now.End
	p.first, p.end, p.open, p.fresh = first, end, end, true
	at := p.decoder.position
	switch {
	case at < first:
		p.decoder.gaps = p.decoder.gaps[:0]
		p.decoder.gap(at, first, GapTrimmed)
		b := p.empty()
		b.Gaps = p.decoder.gaps
		return b, nil
	case at > end:
		p.drop()
		return Batch{}, &OutOfRangeError{Topic: p.Topic, Partition: p.ID, Offset: at, First: first, End: end}
	}
	return Batch{}, fmt.Errorf("kafka: offset %d: %w, though the log holds %d to %d", at, kafka.OffsetOutOfRange, first, end)
}
