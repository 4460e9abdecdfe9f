package notifier

import "time"

const (
	firstWait     = time.Second
	maxWait       = 5 * time.Minute
	maxRetryAfter = time.Hour // a receiver that asks for more is asked again after this
)

// backoff is the wait after so many failed tries: 1 s doubled each time, 5 min at most, of which the second half is
// random (0 <= random < 1), so that messages that failed together do not come back together.
func backoff(attempts int, random float64) time.Duration {
	d := maxWait
	if attempts < 10 {
		d = min(maxWait, firstWait<<max(0, attempts-1))
	}
	return d/2 + time.Duration(random*float64(d/2))
}
