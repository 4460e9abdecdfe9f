package source

import "time"

// The bounds of back-off.
const (
	leastBackoff = 100 * time.Millisecond
	mostBackoff  = 5 * time.Second
)

// backoff doubles the wait after each failure.
type backoff struct {
	step  time.Duration
	until time.Time
}

func (b *backoff) failed(now time.Time) {
	b.step = min(max(2*b.step, leastBackoff), mostBackoff)
	b.until = now.Add(b.step)
}

func (b *backoff) reset() { *b = backoff{} }

// wait is how long to wait still.
func (b *backoff) wait(now time.Time) time.Duration { return b.until.Sub(now) }
