package engine

import (
	"sync"
	"time"
)

// ages tells how far the clock may be ahead of the time that records are given: no further than the least age at which one
// was handed out. At the end of a log the watermark stays that far behind the clock, so that a clock that is ahead completes
// no bucket whose lines are still to come. A clock that is behind does no harm there. Safe for concurrent use.
type ages struct {
	mu      sync.Mutex
	at      time.Time     // when the clock was looked at last
	since   time.Time     // since when it goes on evenly
	live    bool          // one of the records was written while it was waited for
	period  time.Time     // since when least is the least
	least   time.Duration // of this period
	earlier time.Duration // of the one before
}

const (
	// agesPeriod is how long one young record speaks for a clock, twice at most, while others come; where none comes the
	// last ones do. One heartbeat among records that all come late is enough: nothing waits for these then.
	agesPeriod = 10 * time.Minute
	// agesGap is after what time without a look a clock may have been put forward, or back. A worker looks at its log, and so
	// at the clock, twice a second at least; what is put forward by less the lateness covers.
	agesGap = 3 * time.Second
	// agesUnknown is how long maxAhead is taken after that, until a record tells: in a log that is silent none does.
	agesUnknown = 15 * time.Second
	// maxAhead bounds what is waited for, also where all that is sent comes late. Older records are those that somebody sends
	// later, and say nothing of the clock.
	maxAhead = 5 * time.Minute
)

// took notes that a record of this time was handed out now; live says that its log ended before it until then.
func (a *ages) took(now, record time.Time, live bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now = a.look(now)
	age := now.Sub(record)
	if age < 0 || age > maxAhead {
		return
	}
	if passed(now, a.period, agesPeriod) {
		a.earlier, a.least, a.period = a.least, maxAhead, now
	}
	a.least = min(a.least, age)
	a.live = a.live || live
}

// ahead is how far the clock, which says now, may be ahead.
func (a *ages) ahead(now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	now = a.look(now)
	if !a.live && now.Sub(a.since) >= agesUnknown {
		return 0
	}
	return min(a.least, a.earlier)
}

// look begins anew where the clock may have been put to another time. What it returns is compared by what clocks show, as
// times of records are: how long a process ran does not change when its clock is put forward.
func (a *ages) look(now time.Time) time.Time {
	now = now.Round(0)
	if since := now.Sub(a.at); since >= agesGap || since <= -agesGap { // partitions do not ask in the order of their clocks
		a.since, a.live, a.period = now, false, now
		a.least, a.earlier = maxAhead, maxAhead
	}
	a.at = now
	return now
}
