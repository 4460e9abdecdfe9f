package clock

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// order is what the order of a file's lines tells of when each was written, which is between the lines before it and
// those after it. One clock alone cannot be told from time that passes: after a pause it is ahead of all that was read.
// So the lines that come next are asked, each clock by the first line it stamps.
type order struct {
	coming []stamp // from first on; those before were taken
	first  int
	reach  time.Time // the latest time that is believed so far; zero before the first
	votes  uint64
}

// stamp is the time that a clock put on a line. of is nil where the line has none.
type stamp struct {
	of  *host
	own time.Time
}

// Coming tells of an event that Correct will be asked about, after those that were told before, as of a file that is
// read ahead. Where records have no time, the clocks of the services of hosts are then measured by each other: of one
// that is ahead of most others its lines count when those wrote theirs, until it is known to be skewed, as by records.
func (c *Clock) Coming(ev *detector.Event) {
	if !ev.Received.IsZero() {
		return
	}
	s := stamp{own: ev.Time}
	if !ev.Time.IsZero() {
		s.of = c.host(hostKey{ev.Host, ev.Service})
	}
	c.order.add(s)
}

func (o *order) add(s stamp) {
	if o.first > len(o.coming)/2 {
		o.coming = o.coming[:copy(o.coming, o.coming[o.first:])]
		o.first = 0
	}
	o.coming = append(o.coming, s)
}

func (o *order) take() (s stamp, ok bool) {
	if o.first == len(o.coming) {
		return s, false
	}
	s = o.coming[o.first]
	o.first++
	return s, true
}

// ordered is Correct for a line of a file. A time before where the log is may be that of a line that waited long: it
// stands, but for that of a clock which is known to be behind.
func (c *Clock) ordered(s stamp) (at time.Time, skewed bool) {
	h := s.of
	h.met = true
	written, sure := c.order.written(h, h.right(s.own), c.opt.Bound)
	lag := written.Sub(s.own)
	switch {
	case !sure || lag > c.opt.Past:
		return h.right(s.own), h.skewed
	case h.name == "":
		return c.believe(s.own, written, lag), false
	}
	return c.measured(h, s.own, written)
}

// written is when a line was written that h, as far as it is known, stamped at; not sure where that is far ahead of the
// log and others neither confirm nor deny it.
func (o *order) written(h *host, at time.Time, bound time.Duration) (t time.Time, sure bool) {
	if !o.reach.IsZero() && at.Sub(o.reach) <= bound/6 {
		if at.After(o.reach) {
			o.reach = at
		}
		return o.reach, true
	}
	v := o.vote(h, at, bound)
	switch {
	case v.believed():
		o.reach = at
		return at, true
	case v.no > v.yes:
		if v.next.Before(o.reach) {
			return o.reach, true
		}
		return v.next, true
	}
	return at, false
}

// vote is what the clocks of the lines that come next say of a time: yes where they are as far.
type vote struct {
	yes, no int       // other clocks
	own     int       // the clock itself: 1, -1, or 0 where it has no line
	next    time.Time // earliest line of those that say no
}

// believed tells whether a time is where the log is. Where one clock stands against one, the log stays where it is.
func (v vote) believed() bool {
	if v.no == 0 {
		return v.own >= 0 || v.yes > 1
	}
	return v.yes+v.own > v.no
}

// soon is within how many lines a clock must be met that was not before: else it is the next log in the same file.
const soon = 8

// vote asks. A clock that is behind the log itself has no say: its line waited.
func (o *order) vote(h *host, at time.Time, bound time.Duration) vote {
	var v vote
	o.votes++
	for i, s := range o.coming[o.first:] {
		if s.of == nil || s.of.voted == o.votes || i >= soon && !s.of.met {
			continue
		}
		s.of.voted = o.votes
		t := s.of.right(s.own)
		yes := !t.Before(at.Add(-bound))
		switch {
		case s.of == h && yes:
			v.own = 1
		case s.of == h:
			v.own = -1
		case yes:
			v.yes++
		case o.reach.IsZero() || o.reach.Sub(t) <= bound:
			if v.no == 0 || t.Before(v.next) {
				v.next = t
			}
			v.no++
		}
	}
	return v
}
