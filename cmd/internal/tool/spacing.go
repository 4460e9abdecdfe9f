package tool

import (
	"fmt"
	"io"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

const (
	widestBucket = time.Hour
	// minSteps is how many steps tell how far apart rows stand; of fewer it may be chance.
	minSteps = 10
)

// spacing is how far apart the rows of a table stand in time. Only steps to a newer time are looked at: rows of the same
// bucket and late ones say nothing.
type spacing struct {
	newest   time.Time
	steps    int
	shortest time.Duration
	grid     time.Duration // the largest width of which every step is a multiple
}

// row takes the time of the next row.
func (s *spacing) row(at time.Time) {
	step := at.Sub(s.newest)
	switch {
	case s.newest.IsZero():
		s.newest = at
		return
	case step <= 0:
		return
	}
	s.newest = at
	s.grid = divisor(step, s.grid)
	if s.steps++; s.steps == 1 || step < s.shortest {
		s.shortest = step
	}
}

// tell writes what to do where no two rows are near enough for buckets of that width: most of them are empty then, so
// that nothing looks abnormal.
func (s *spacing) tell(w io.Writer, bucket time.Duration) {
	if s.steps < minSteps || s.shortest <= bucket {
		return
	}
	apart := s.shortest
	if s.grid > bucket {
		apart = s.grid // rows may be missing in between
	}
	if apart > widestBucket {
		fmt.Fprintf(w, "tocsin: rows stand %s apart, judged in buckets of %s, so that most are empty: no bucket is wider than %s; use the form timestamp,value\n",
			detector.Duration(apart), detector.Duration(bucket), detector.Duration(widestBucket))
		return
	}
	fmt.Fprintf(w, "tocsin: rows stand %s apart, judged in buckets of %s, so that most are empty: pass --bucket %s\n",
		detector.Duration(apart), detector.Duration(bucket), detector.Duration(usualWidth(apart)))
}

// usualWidth is the next width up that buckets are usually given; whole minutes are one.
func usualWidth(d time.Duration) time.Duration {
	for _, w := range []time.Duration{5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second} {
		if d <= w {
			return w
		}
	}
	return min((d + time.Minute - 1).Truncate(time.Minute), widestBucket)
}

// divisor is the greatest common divisor; of 0 and b it is b.
func divisor(a, b time.Duration) time.Duration {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
