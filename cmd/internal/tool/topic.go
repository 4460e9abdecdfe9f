package tool

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/redact"
	"github.com/tocsin-io/tocsin/detector/source"
)

// Topic is the log that the service reads: where it is, and how it is understood. It is read without a group, so that
// no running service is disturbed, and as the service reads it: of transactions what was committed.
type Topic struct {
	Source source.Options // of which the group is not used
	Decode decode.Options
	Redact redact.Options
}

// partition reads one partition up to its end at the start, but for what is later than a time.
type partition struct {
	*source.Partition
	batch   source.Batch
	at      int   // of its records
	reached int64 // the offset that is asked for next
	end     int64
	to      time.Time
	trouble time.Time // since when it cannot be read
	missing int64     // offsets so far whose records are gone, or cannot be read
}

// topicLog is a topic that is being read.
type topicLog struct {
	alone      *source.Alone
	partitions []*partition
}

// open finds the partitions and, in each, the first record from a time on.
func (t Topic) open(ctx context.Context, from, to time.Time) (*topicLog, error) {
	alone, err := source.NewAlone(t.Source)
	if err != nil {
		return nil, err
	}
	l := &topicLog{alone: alone}
	found, err := alone.Partitions(ctx)
	if err != nil {
		l.close()
		return nil, err
	}
	for _, f := range found {
		p := &partition{Partition: f, to: to}
		l.partitions = append(l.partitions, p)
		if err := p.begin(ctx, from); err != nil {
			l.close()
			return nil, fmt.Errorf("kafka: %s/%d: %w", f.Topic, f.ID, err)
		}
	}
	return l, nil
}

func (l *topicLog) close() {
	for _, p := range l.partitions {
		p.Close()
	}
	l.alone.Close()
}

// troubleFor is how long a partition may not be readable before that is the end of it.
const troubleFor = 15 * time.Second

func (p *partition) begin(ctx context.Context, from time.Time) error {
	b, err := p.Bounds(ctx)
	if err != nil {
		return err
	}
	p.end = b.End
	if p.reached, err = p.OffsetAt(ctx, from); err != nil {
		return err
	}
	p.SeekTo(p.reached)
	return nil
}

// next returns the next record that is not later than the last time that is wanted; io.EOF where the log ended when the
// reading began, or where a transaction is open. The record is valid until the next call.
func (p *partition) next(ctx context.Context) (*detector.Record, error) {
	for {
		for p.at < len(p.batch.Records) {
			rec := &p.batch.Records[p.at]
			p.at++
			if rec.Offset >= p.end {
				return nil, io.EOF
			}
			if !rec.Time.After(p.to) { // of a producer whose clock is ahead, too: what comes after may be wanted
				return rec, nil
			}
		}
		if p.reached >= p.end || p.batch.Held {
			return nil, io.EOF
		}
		if err := p.read(ctx); err != nil {
			return nil, err
		}
	}
}

// read takes the next batch, which may be empty.
func (p *partition) read(ctx context.Context) (err error) {
	if p.batch, err = p.Next(ctx); err != nil {
		return err
	}
	p.at, p.reached = 0, p.batch.Next
	for _, g := range p.batch.Gaps {
		p.missing += min(g.To, p.end) - min(g.From, p.end)
	}
	switch {
	case p.batch.Trouble == nil:
		p.trouble = time.Time{}
	case p.trouble.IsZero():
		p.trouble = time.Now()
	case time.Since(p.trouble) > troubleFor:
		return fmt.Errorf("kafka: %s/%d, offset %d: %w", p.Topic, p.ID, p.reached, p.batch.Trouble)
	}
	return nil
}
