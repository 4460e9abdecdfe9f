package metric

import (
	"slices"
	"time"
)

// learnRows is how many rows are looked at to find the scale.
const learnRows = 20

// The scale: rows of three days, within bounds.
const (
	scaleTime = 72 * time.Hour
	leastRows = 200
	mostRows  = 750
)

// scaleOf is how many rows are the unit of all windows, and the time between two rows; 0 where that cannot be told.
func scaleOf(times []time.Time) (scale int, gap time.Duration) {
	gaps := make([]time.Duration, 0, len(times))
	for i := 1; i < len(times); i++ {
		gaps = append(gaps, times[i].Sub(times[i-1]))
	}
	slices.Sort(gaps)
	if gap = gaps[len(gaps)/2]; gap <= 0 {
		return 600, 0
	}
	return int(min(mostRows, max(leastRows, scaleTime/gap))), gap
}
