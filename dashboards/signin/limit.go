package signin

import (
	"hash/maphash"
	"sync"
	"time"
)

// limitSlots is how many keys a limiter tells apart: 1 MB. Keys that share a slot share its tries, which makes the limit
// only stricter, and nobody can push a key out by using others.
const limitSlots = 1 << 16

// limiter bounds tries by key: burst at once, then one every so often. Its memory does not grow. Safe for concurrent use.
type limiter struct {
	burst int
	every time.Duration
	seed  maphash.Seed

	mu    sync.Mutex
	slots []limitSlot
}

// limitSlot is a bucket that leaks: spent tries as of a time.
type limitSlot struct {
	spent time.Duration // tries times every
	at    int64         // unix nanoseconds
}

func newLimiter(burst int, every time.Duration) *limiter {
	return &limiter{burst: burst, every: every, seed: maphash.MakeSeed(), slots: make([]limitSlot, limitSlots)}
}

func (l *limiter) slot(key string, now time.Time) *limitSlot {
	s := &l.slots[maphash.String(l.seed, key)%limitSlots]
	if passed := time.Duration(now.UnixNano() - s.at); passed > 0 {
		s.spent, s.at = max(0, s.spent-passed), now.UnixNano()
	}
	return s
}

// take spends a try. Where there is none it says how long to wait.
func (l *limiter) take(key string, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.slot(key, now)
	if over := s.spent + l.every - time.Duration(l.burst)*l.every; over > 0 {
		return over, false
	}
	s.spent += l.every
	return 0, true
}

// giveBack returns the try of somebody who was right.
func (l *limiter) giveBack(key string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.slot(key, now)
	s.spent = max(0, s.spent-l.every)
}
