package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// What is waited for a partition that is not counted any further, as nobody counts it or as its owner cannot read it:
// so long without a word, and so long at all. After that its buckets are passed with a gap mark, which forbids falls.
const (
	quietWait = 30 * time.Second
	longWait  = time.Hour
)

// reach is how far the partitions of the log are counted, as the evaluator needs it.
type reach struct {
	complete time.Time   // buckets that end at or before it are judged; zero: none yet
	whole    time.Time   // of these, those that end after it lack a partition
	newest   time.Time   // the furthest watermark that is not later than now; zero: there is none
	beyond   []time.Time // starts of the buckets in which partitions stand that are counted further than now
	back     time.Time   // the least watermark that went back since the last look; zero: none did
	emptied  bool        // a partition has no watermark any more
	waits    string      // what is waited for, for people; empty where nothing is
}

// standstill remembers what was seen of the partitions.
type standstill map[rate.Partition]stood

// stood is a partition's watermark, zero where there is none yet, and when its counts were written, by its owner's clock;
// since when these are what they are, by the clock of who looks: clocks may differ by more than what is waited for.
type stood struct {
	mark, updated time.Time
	since, heard  time.Time
}

// see notes how far the partition is. At the first look only its owner's clock tells since when; an owner that is about to
// go on is given its time to, however long all stood still.
func (s standstill) see(id rate.Partition, cp rate.Checkpoint, now time.Time) stood {
	is, ok := s[id]
	if !ok {
		from := now
		if !cp.Updated.IsZero() {
			from = earlier(laterOf(cp.Updated, now.Add(quietWait-longWait)), now)
		}
		is = stood{cp.Watermark, cp.Updated, from, from}
	}
	if !is.mark.Equal(cp.Watermark) || is.since.After(now) {
		is.mark, is.since = cp.Watermark, now
	}
	if !is.updated.Equal(cp.Updated) || is.heard.After(now) {
		is.updated, is.heard = cp.Updated, now
	}
	s[id] = is
	return is
}

// look asks how far the expected partitions are. A partition is passed over when it was counted no further for an hour:
// one that is read again after that adds late lines to buckets that were judged without it.
func (s standstill) look(statuses []rate.Status, expected []rate.Partition, now time.Time) reach {
	known := make(map[rate.Partition]rate.Checkpoint, len(statuses))
	for i := range statuses {
		known[statuses[i].Partition] = statuses[i].Checkpoint
	}
	var p reach
	var first rate.Partition
	behind, passed, blocked, owned := 0, false, false, false
	least := func(t *time.Time, mark time.Time) {
		if t.IsZero() || mark.Before(*t) {
			*t = mark
		}
	}
	for _, id := range expected {
		cp := known[id]
		switch was := s[id].mark; {
		case cp.Watermark.IsZero():
			p.emptied = p.emptied || !was.IsZero()
		case cp.Watermark.Before(was):
			least(&p.back, cp.Watermark)
		}
		is := s.see(id, cp, now)
		idle := now.Sub(is.since)
		if at := rate.FloorFine(cp.Watermark); at.After(now) && !slices.Contains(p.beyond, at) {
			p.beyond = append(p.beyond, at)
		}
		if idle >= quietWait {
			if behind++; behind == 1 {
				first, owned = id, now.Sub(is.heard) < quietWait
			}
		}
		if at := cp.Watermark; !at.After(now) && at.After(p.newest) {
			p.newest = at
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
		p.waits = waiting(first, behind-1, owned)
	}
	p.complete = rate.FloorFine(p.complete)
	return p
}

// waiting says what is waited for: first and so many more partitions, where somebody owns first or nobody does.
func waiting(first rate.Partition, more int, owned bool) string {
	text := first.String() + " is"
	if more > 0 {
		text = fmt.Sprintf("%s and %d more partitions are", first, more)
	}
	if owned {
		return text + " counted no further, although somebody reads there; the buckets are waited for, an hour at most: see that Kafka hands the records out, and whether all lines come late"
	}
	return text + " counted by nobody; the buckets are waited for, an hour at most: see that as many replicas run as the log needs"
}

// reach looks how far counting is, and says in health what is waited for.
func (v *evaluator) reach(ctx context.Context, expected []rate.Partition) (reach, error) {
	statuses, err := v.e.reader.Statuses(ctx)
	v.e.toldRead(err) // what evidence could not be read for, which is seldom read, is taken back here
	if err != nil {
		return reach{}, err
	}
	p := v.standstill.look(statuses, expected, v.e.clock())
	v.missed.note(p, v.judged())
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
