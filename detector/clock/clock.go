// Package clock decides in which instant an event counts, from three clocks: the event's own, the record's, and, as
// the caller sees fit, now.
//
// An event's own time is used while it is plausible against its record's. A host whose clock is off shows in the
// difference of the two: delivery takes time, so record time less event time is never below nought on a right clock,
// and its smallest values are the clock's error alone. The smallest difference of each window is therefore kept for
// each service of a host, and its clock is held to be skewed when several windows in a row agree. Services are measured
// apart, as one that writes local time without a zone looks like a clock off by hours, and its neighbours are right. A shipper that stalls and then
// delivers what it kept makes the differences larger, not its smallest ones lasting and equal: such late lines keep
// their own time.
//
// The lines of a file have no record time. There clocks are measured by each other, from the order of the lines; see
// Coming.
package clock

import (
	"sort"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Options of a Clock. The zero value is usable.
type Options struct {
	// Bound is the least error of a host's clock that is corrected and reported. 0 means 30 seconds.
	Bound time.Duration
	// Past and Future are how far an event's time may lie behind and before its record's to be believed. 0 means 48
	// hours and 24 hours.
	Past, Future time.Duration
	// Window is the record time over which a smallest difference is taken. 0 means 30 seconds.
	Window time.Duration
	// MaxHosts bounds the services of hosts that are measured. 0 means 10,000. The ones seen longest ago make room.
	MaxHosts int
}

// Skew is a host whose clock is off.
type Skew struct {
	Host  string        `json:"host"`
	Error time.Duration `json:"error"` // how far the host's clock is ahead of the record's; negative: behind
	Since time.Time     `json:"since"` // record time of the first window that showed it
	Lines uint64        `json:"lines"` // that were corrected
}

// agreeing is how many windows in a row must show the same error, and spread how far they may differ.
const agreeing = 3

// Clock corrects event times. It is deterministic: the same events in the same order give the same times. It is not
// safe for concurrent use.
type Clock struct {
	opt    Options
	hosts  map[hostKey]*host
	recent [recentHosts]*host // direct-mapped, in front of hosts
	turn   uint64

	now, log time.Time // as Read told
	order    order     // as Coming told
}

// recentHosts is a power of two.
const recentHosts = 256

// New makes a Clock.
func New(opt Options) *Clock {
	if opt.Bound <= 0 {
		opt.Bound = 30 * time.Second
	}
	if opt.Past <= 0 {
		opt.Past = 48 * time.Hour
	}
	if opt.Future <= 0 {
		opt.Future = 24 * time.Hour
	}
	if opt.Window <= 0 {
		opt.Window = 30 * time.Second
	}
	if opt.MaxHosts <= 0 {
		opt.MaxHosts = 10_000
	}
	return &Clock{opt: opt, hosts: map[hostKey]*host{}}
}

// Correct gives the instant in which ev counts, in UTC, and whether its host's clock is off. That is the event's own
// time, corrected by the host's error; the record's time where the event has none or an implausible one (1970, next
// week); the event's own where the record has none, or one that the log around it gives the lie to; when it was read
// where neither has one. It is zero where nothing is known.
func (c *Clock) Correct(ev *detector.Event) (at time.Time, skewed bool) {
	switch {
	case ev.Received.IsZero():
		if l, ok := c.order.take(); ok && l.of != nil {
			return c.ordered(l)
		}
		return c.undated(ev.Time), false
	case ev.Time.IsZero():
		return ev.Received, false
	}
	lag := ev.Received.Sub(ev.Time)
	if lag < -c.opt.Bound && c.recordOff(ev.Time, ev.Received) {
		return ev.Time, false
	}
	if lag > c.opt.Past || lag < -c.opt.Future {
		return ev.Received, false
	}
	if ev.Host == "" {
		return c.believe(ev.Time, ev.Received, lag), false
	}
	return c.measured(c.host(hostKey{ev.Host, ev.Service}), ev.Time, ev.Received)
}

// measured is Correct for an event of h: what it shows of h's clock is taken in first.
func (c *Clock) measured(h *host, own, received time.Time) (at time.Time, skewed bool) {
	lag := received.Sub(own)
	h.observe(lag, received, c.opt)
	if !h.skewed {
		return c.believe(own, received, lag), false
	}
	h.lines++
	at = h.right(own)
	if at.After(received) {
		at = received
	}
	return at, true
}

// believe takes an event's own time, but for one that lies in the future by more than clocks differ.
func (c *Clock) believe(own, received time.Time, lag time.Duration) time.Time {
	if -lag > c.opt.Bound {
		return received
	}
	return own
}

func (c *Clock) host(key hostKey) *host {
	c.turn++
	place := &c.recent[(detector.Spread(key.name)^detector.Spread(key.service)>>8)%recentHosts]
	if h := *place; h != nil && h.hostKey == key {
		h.used = c.turn
		return h
	}
	h := c.hosts[key]
	if h == nil {
		if len(c.hosts) >= c.opt.MaxHosts {
			c.forget()
		}
		h = &host{hostKey: key}
		c.hosts[key] = h
	}
	h.used = c.turn
	*place = h
	return h
}

// forget drops the quarter of the hosts that was seen longest ago, so that the cost of looking is spread.
func (c *Clock) forget() {
	used := make([]uint64, 0, len(c.hosts))
	for _, h := range c.hosts {
		used = append(used, h.used)
	}
	sort.Slice(used, func(i, j int) bool { return used[i] < used[j] })
	limit := used[len(used)/4]
	for key, h := range c.hosts {
		if h.used <= limit {
			delete(c.hosts, key)
		}
	}
	clear(c.recent[:])
}

// Skews lists the hosts whose clocks are off, by name: of several services the one with the most lines, whose lines are
// those of all.
func (c *Clock) Skews() []Skew {
	var each []*host
	for _, h := range c.hosts {
		if h.skewed {
			each = append(each, h)
		}
	}
	sort.Slice(each, func(i, j int) bool {
		a, b := each[i], each[j]
		switch {
		case a.name != b.name:
			return a.name < b.name
		case a.lines != b.lines:
			return a.lines > b.lines
		}
		return a.service < b.service
	})
	var all []Skew
	for _, h := range each {
		if n := len(all); n > 0 && all[n-1].Host == h.name {
			all[n-1].Lines += h.lines
			continue
		}
		all = append(all, Skew{Host: h.name, Error: -h.error, Since: h.since, Lines: h.lines})
	}
	return all
}
