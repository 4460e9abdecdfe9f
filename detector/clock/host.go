package clock

import "time"

// hostKey is a service on a host.
type hostKey struct{ name, service string }

// host is the measured error of the clock by which one service of a host writes.
type host struct {
	hostKey
	used uint64

	start  time.Time     // of the window, in record time
	least  time.Duration // smallest lag in it
	recent [agreeing]time.Duration
	count  int // windows in recent
	back   int // events in a row from before the window

	skewed bool
	error  time.Duration // what is added to the host's times
	since  time.Time
	lines  uint64

	met   bool   // a line of it was read; of a file
	voted uint64 // the vote in which it was asked last; see order.go
}

// right is what a right clock shows where that of h shows own.
func (h *host) right(own time.Time) time.Time {
	if h.skewed {
		return own.Add(h.error)
	}
	return own
}

// returning is how many events in a row from before the window show that record time went back: a few are late ones.
const returning = 20

// observe takes the lag of one event, record time less event time.
func (h *host) observe(lag time.Duration, received time.Time, opt Options) {
	if h.start.Sub(received) > opt.Window {
		if h.back++; h.back >= returning {
			h.again(lag, received)
		}
		return
	}
	h.back = 0
	switch {
	case h.start.IsZero():
		h.start, h.least = received, lag
	case received.Sub(h.start) >= opt.Window:
		h.close(opt)
		h.start, h.least = received, lag
	case lag < h.least:
		h.least = lag
	}
}

// again begins to measure anew: what was measured was measured by records whose clock was ahead.
func (h *host) again(lag time.Duration, received time.Time) {
	h.start, h.least, h.count, h.back = received, lag, 0, 0
	h.skewed, h.lines = false, 0
}

// close ends a window and decides on the last ones.
func (h *host) close(opt Options) {
	copy(h.recent[1:], h.recent[:agreeing-1])
	h.recent[0] = h.least
	h.count = min(h.count+1, agreeing)
	if h.count < agreeing {
		return
	}
	low, high := h.recent[0], h.recent[0]
	for _, v := range h.recent[1:] {
		low, high = min(low, v), max(high, v)
	}
	// A clock that is off is off by the same in every window. A stalled shipper's backlog shrinks as it is delivered,
	// so its smallest lags differ from window to window.
	spread := max(opt.Bound/6, 2*time.Second)
	switch {
	case high-low > spread:
		if h.skewed && (low.Abs() < opt.Bound/2 || high.Abs() < opt.Bound/2) {
			h.skewed, h.lines = false, 0
		}
	case low.Abs() >= opt.Bound:
		if !h.skewed {
			h.since = h.start
		}
		h.skewed, h.error = true, low
	case h.skewed && low.Abs() < opt.Bound/2:
		h.skewed, h.lines = false, 0
	}
}
