package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector"
)

// Fetch reads the records at these offsets, beside Next, over a connection of its own. The records are the caller's,
// in the order of their offsets; missing are offsets that hold none any more. It tries once: an error is of the moment.
func (p *Partition) Fetch(ctx context.Context, offsets []int64) (records []detector.Record, missing []int64, err error) {
	if len(offsets) == 0 {
		return nil, nil, nil
	}
	want := slices.Clone(offsets)
	slices.Sort(want)
	want = slices.Compact(want)
	f, err := p.newFetcher(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer f.close()
	stop := context.AfterFunc(ctx, f.close)
	defer stop()
	d := decoder{topic: p.Topic, partition: p.ID}
	for len(want) > 0 {
		a, err := p.fetchAt(ctx, f, want[0])
		if err != nil {
			return nil, nil, err
		}
		if errors.Is(a.err, kafka.OffsetOutOfRange) {
			missing = append(missing, want[0])
			want = want[1:]
			continue
		}
		if a.err != nil {
			return nil, nil, fmt.Errorf("kafka: fetch: %w", a.err)
		}
		d.position = want[0]
		d.start(a)
		for at := want[0]; d.more() && len(want) > 0; at = d.position {
			d.next(false)
			for i := range d.records {
				for len(want) > 0 && want[0] < d.records[i].Offset {
					missing, want = append(missing, want[0]), want[1:]
				}
				if len(want) > 0 && d.records[i].Offset == want[0] {
					records, want = append(records, clone(&d.records[i])), want[1:]
				}
			}
			for len(want) > 0 && want[0] < d.position {
				missing, want = append(missing, want[0]), want[1:]
			}
			if d.position == at {
				break
			}
		}
		if len(want) > 0 && want[0] == f.askedOffset {
			if len(a.records) == 0 || f.maxBytes >= maxResponse/2 {
				missing, want = append(missing, want[0]), want[1:]
			} else {
				f.maxBytes *= 2
			}
		}
	}
	return records, missing, nil
}

// fetchAt waits for the answer to one question.
func (p *Partition) fetchAt(ctx context.Context, f *fetcher, offset int64) (answer, error) {
	for {
		if !f.asked {
			sleep(ctx, f.muted(time.Now()))
			if err := f.ask(offset, time.Now()); err != nil {
				return answer{}, errors.Join(err, ctx.Err())
			}
		}
		a, err := f.take(time.Now())
		if err == nil || !errors.Is(err, errWaiting) {
			return a, errors.Join(err, ctx.Err())
		}
	}
}

// clone copies a record with its bytes.
func clone(r *detector.Record) detector.Record {
	c := *r
	c.Key, c.Value = slices.Clone(r.Key), slices.Clone(r.Value)
	c.Headers = slices.Clone(r.Headers)
	for i := range c.Headers {
		c.Headers[i].Value = slices.Clone(c.Headers[i].Value)
	}
	return c
}
