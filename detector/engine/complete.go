package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// What is waited for a partition that nobody counts: so long without a word, and so long at all. After that its
// buckets are passed with a gap mark, which forbids falls.
const (
	quietWait = 30 * time.Second
	longWait  = time.Hour
)

// reach is how far the partitions of the log are counted, as the evaluator needs it.
type reach struct {
	complete time.Time // buckets that end at or before it are judged; zero: none yet
	whole    time.Time // of these, those that end after it lack a partition
	waits    string    // what is waited for, for people; empty where nothing is
}

// standstill remembers since when partitions have no watermark at all.
type standstill map[rate.Partition]time.Time

// look asks how far the expected partitions are. A partition is passed over when nobody wrote its counts for an hour:
// one that is read again after that adds late lines to buckets that were judged without it.
func (s standstill) look(statuses []rate.Status, expected []rate.Partition, now time.Time) reach {
	known := make(map[rate.Partition]rate.Checkpoint, len(statuses))
	for i := range statuses {
		known[statuses[i].Partition] = statuses[i].Checkpoint
	}
	var p reach
	var first rate.Partition
	behind, passed, blocked := 0, false, false
	least := func(t *time.Time, mark time.Time) {
		if t.IsZero() || mark.Before(*t) {
			*t = mark
		}
	}
	for _, id := range expected {
		cp, since := known[id], known[id].Updated
		if cp.Watermark.IsZero() {
			if s[id].IsZero() {
				s[id] = now
			}
			since = s[id]
		} else {
			delete(s, id)
		}
		idle := now.Sub(since)
		if idle >= quietWait {
			if behind++; behind == 1 {
				first = id
			}
		}
		switch {
		case idle >= longWait:
			passed = true
			least(&p.whole, cp.Watermark)
		case cp.Watermark.IsZero():
			blocked = true
		default:
			least(&p.complete, cp.Watermark)
		}
	}
	if blocked {
		p.complete = time.Time{}
	}
	if passed && p.complete.IsZero() && !blocked {
		p.complete = now.Add(-longWait) // nobody counts anything: rules and resolving go on, an hour behind
	}
	if !passed {
		p.whole = p.complete
	}
	if behind > 0 {
		p.waits = fmt.Sprintf("%s is counted by nobody", first)
		if behind > 1 {
			p.waits = fmt.Sprintf("%s and %d more partitions are counted by nobody", first, behind-1)
		}
		p.waits += "; its buckets are waited for, an hour at most: see that as many replicas run as the log needs"
	}
	p.complete = rate.FloorFine(p.complete)
	return p
}

// reach looks how far counting is, and says in health what is waited for.
func (v *evaluator) reach(ctx context.Context, expected []rate.Partition) (reach, error) {
	statuses, err := v.e.reader.Statuses(ctx)
	if err != nil {
		return reach{}, err
	}
	p := v.standstill.look(statuses, expected, v.e.clock())
	if p.waits != v.waits {
		if v.waits = p.waits; p.waits != "" {
			v.e.health.fault("counting", errors.New(p.waits))
			v.e.log.Warn("evaluation waits", "for", p.waits)
		} else {
			v.e.health.recovered("counting")
		}
	}
	return p, nil
}
