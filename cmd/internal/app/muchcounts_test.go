package app

import (
	"context"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/store"
)

// muchCounts counts lines as a service would: in each bucket another part of the series has some, over hours each of them.
type muchCounts struct {
	m        muchSize
	known    []store.Shape
	counters []*rate.Counter
	read     int64 // lines
}

// counts takes the partitions over.
func (m muchSize) counts(tb testing.TB, backend rate.Backend, known []store.Shape) *muchCounts {
	ctx := tb.Context()
	statuses, err := backend.Partitions(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	epoch := uint64(1)
	for _, s := range statuses {
		epoch = max(epoch, s.Epoch+1)
	}
	c := &muchCounts{m: m, known: known}
	for i := range muchTopics {
		p := rate.Partition{Topic: "logs", ID: i}
		claim, err := backend.Claim(ctx, p, epoch)
		if err != nil {
			tb.Fatal(err)
		}
		c.counters = append(c.counters, rate.NewCounter(p, epoch, claim, backend, rate.CounterOptions{}))
	}
	return c
}

// lines counts a part of the lines of the bucket at a time: all of them are from 0 to busy.
func (c *muchCounts) lines(at time.Time, from, to int) {
	const step = 7 // has no factor in common with the number of series
	first := int(at.Unix()/int64(rate.Fine/time.Second)) * c.m.busy
	for i := first + from; i < first+to; i++ {
		s := &c.known[i*step%len(c.known)]
		c.counters[i*step%c.m.services%muchTopics].Line(at, s.Service, s.Environment, s.Level, s.ID, 120)
	}
	c.read += int64(to - from)
}

func (c *muchCounts) flush(ctx context.Context, mark time.Time) error {
	for _, counter := range c.counters {
		if err := counter.Flush(ctx, rate.Checkpoint{Next: c.read, End: c.read, Watermark: mark}); err != nil {
			return err
		}
	}
	return nil
}

// fill counts the hours before a time.
func (c *muchCounts) fill(tb testing.TB, until time.Time) {
	for at := until.Add(-c.m.counted).Truncate(rate.Coarse); at.Before(until); at = at.Add(rate.Fine) {
		c.lines(at, 0, c.m.busy)
		if end := at.Add(rate.Fine); end.Unix()%60 == 0 || !end.Before(until) {
			if err := c.flush(tb.Context(), end); err != nil {
				tb.Fatal(err)
			}
		}
	}
}

// goOn counts what comes while pages are looked at, until ctx ends.
func (c *muchCounts) goOn(ctx context.Context, now func() time.Time, failed func(error)) error {
	const parts = 10 // of a bucket
	next := rate.FloorFine(now()).Add(rate.Fine)
	return every(ctx, rate.Fine/parts, func(ctx context.Context) {
		for at := now(); !next.After(at); next = next.Add(rate.Fine / parts) {
			part := int(next.Sub(rate.FloorFine(next)) * parts / rate.Fine)
			c.lines(rate.FloorFine(next), part*c.m.busy/parts, (part+1)*c.m.busy/parts)
		}
		if err := c.flush(ctx, next.Add(-rate.Fine/parts)); err != nil && ctx.Err() == nil {
			failed(err)
		}
	})
}
