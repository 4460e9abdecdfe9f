package app

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// runningSums adds up the lines of a long time up to now, by dimensions. What was complete a while ago changes by
// very late lines alone and is read again each ten minutes, so that in between only what came since is read: what is added up
// begins the span ago or up to ten minutes before. Used by one goroutine at a time.
type runningSums struct {
	reader *rate.Reader
	span   time.Duration // a day or more, or the ten minutes would tell
	by     rate.By

	old    rate.Sums // of what was complete
	readAt time.Time
}

const (
	daySpan   = 24 * time.Hour
	oldAfter  = 10 * time.Minute // it was complete
	oldReadIn = 10 * time.Minute
)

var byTemplate = rate.By{Service: true, Environment: true, Level: true, Shape: true}

// each calls add with what was counted before to; of one series it may come in two parts. What it returns has no Counts.
func (d *runningSums) each(ctx context.Context, now, to time.Time, expected []rate.Partition, add func(*rate.Count)) (rate.Sums, error) {
	if age := now.Sub(d.readAt); age < 0 || age >= oldReadIn {
		if err := d.readOld(ctx, now, expected); err != nil {
			return rate.Sums{}, err
		}
	}
	lately, err := d.reader.Sum(ctx, d.old.To, to, d.by, expected)
	if err != nil {
		return rate.Sums{}, err
	}
	for _, counts := range [][]rate.Count{d.old.Counts, lately.Counts} {
		for i := range counts {
			add(&counts[i])
		}
	}
	return rate.Sums{From: d.old.From, To: lately.To, CompleteUntil: lately.CompleteUntil}, nil
}

func (d *runningSums) readOld(ctx context.Context, now time.Time, expected []rate.Partition) error {
	from := now.Add(-d.span)
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
	old, err := d.reader.Sum(ctx, from, to, d.by, expected)
	if err != nil {
		return err
	}
	d.old, d.readAt = old, now
	return nil
}
