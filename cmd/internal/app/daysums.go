package app

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// daySums adds up the lines of the last day by service, environment, level and shape. What was complete a while ago changes by
// very late lines alone and is read again each ten minutes, so that in between only what came since is read: what is added up
// begins a day ago or up to ten minutes before. Used by one goroutine.
type daySums struct {
	reader *rate.Reader

	old    rate.Sums // of what was complete
	readAt time.Time
}

const (
	daySpan   = 24 * time.Hour
	oldAfter  = 10 * time.Minute // it was complete
	oldReadIn = 10 * time.Minute
)

var byTemplate = rate.By{Service: true, Environment: true, Level: true, Shape: true}

// each calls add with what was counted; of one series it may come in two parts.
func (d *daySums) each(ctx context.Context, now time.Time, expected []rate.Partition, add func(*rate.Count)) error {
	if age := now.Sub(d.readAt); age < 0 || age >= oldReadIn {
		if err := d.readOld(ctx, now, expected); err != nil {
			return err
		}
	}
	lately, err := d.reader.Sum(ctx, d.old.To, now.Add(time.Minute), byTemplate, expected)
	if err != nil {
		return err
	}
	for _, counts := range [][]rate.Count{d.old.Counts, lately.Counts} {
		for i := range counts {
			add(&counts[i])
		}
	}
	return nil
}

func (d *daySums) readOld(ctx context.Context, now time.Time, expected []rate.Partition) error {
	from := now.Add(-daySpan)
	to, _, err := d.reader.Watermark(ctx, expected)
	if err != nil {
		return err
	}
	if to.After(now) {
		to = now
	}
	if to = rate.FloorCoarse(to.Add(-oldAfter)); to.Before(from) {
		to = from
	}
	old, err := d.reader.Sum(ctx, from, to, byTemplate, expected)
	if err != nil {
		return err
	}
	d.old, d.readAt = old, now
	return nil
}
