package engine

import (
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/template"
)

// counting takes redacted events through correcting their time, shaping, matching and counting, in the order of one
// partition. Not safe for concurrent use.
type counting struct {
	clock   Corrector
	learner *template.Learner
	matcher Matcher // nil without rules
	sink    Sink
	stats   *Stats
	feed    Feed // nil without watchers
	hit     func(*detector.Hit)

	// Of the event under way, for hit.
	at    time.Time
	event *detector.Event

	now    time.Time // when the event was read; zero where that is not known
	newest time.Time // latest event time so far
	last   time.Time // time of the last event that had one
}

// Skews lists the hosts whose clocks are off.
func (c *counting) Skews() []clock.Skew { return c.clock.Skews() }

// Newest is the latest event time that was counted.
func (c *counting) Newest() time.Time { return c.newest }

// Settle makes known what was counted of rules so far.
func (c *counting) Settle() {
	if c.matcher != nil {
		c.matcher.Settle()
	}
}

// SetMatcher replaces the rules from the next event on.
func (c *counting) SetMatcher(m Matcher) {
	if c.matcher != nil {
		c.matcher.Close()
	}
	c.matcher = m
}

// take counts one event. Where it has a Shape, that is its own message's.
func (c *counting) take(ev *detector.Event) {
	own := ev.Time
	if !c.now.IsZero() && ev.Received.After(c.now) { // by a clock that is ahead: of a stray, of a shipper, of all hosts
		ev.Received = c.now
	}
	at, skewed := c.clock.Correct(ev)
	if at.IsZero() {
		at = c.last
	}
	c.last = at
	if at.After(c.newest) {
		c.newest = at
	}
	ev.Time = at
	if ev.Received.IsZero() {
		ev.Received = c.now
	}
	if ev.Shape != 0 {
		c.learner.LearnShaped(ev)
	} else {
		c.learner.Learn(ev)
	}
	c.stats.event(ev, skewed)
	if at.IsZero() { // nothing so far had a time: it is known as a template, and counted nowhere
		return
	}
	c.sink.Line(at, ev)
	if skewed {
		c.sink.Skew(at, ev, own.Sub(at))
	}
	c.at, c.event = at, ev
	for i := range ev.Secrets {
		if s := &ev.Secrets[i]; !told(ev.Secrets[:i], s) {
			c.sink.Secret(at, ev, s)
		}
	}
	if c.matcher != nil {
		c.matcher.Match(ev, c.hit)
	}
	if c.feed != nil {
		c.feed.Line(at, ev)
	}
}

// told reports whether an earlier secret of the line counts into the same series: lines are counted, not secrets.
func told(before []detector.Secret, s *detector.Secret) bool {
	return slices.ContainsFunc(before, func(b detector.Secret) bool { return b.Kind == s.Kind && b.Key == s.Key })
}

func (c *counting) count(h *detector.Hit) { c.sink.Hit(c.at, c.event, h) }
