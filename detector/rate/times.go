package rate

import (
	"math"
	"time"
)

const (
	fineSeconds   = int64(Fine / time.Second)
	coarseSeconds = int64(Coarse / time.Second)
)

// floor is the greatest multiple of width that is not above v.
func floor(v, width int64) int64 {
	r := v % width
	if r < 0 {
		r += width
	}
	return v - r
}

// unixOrMin is t in Unix seconds, rounded down; the zero time comes before everything.
func unixOrMin(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.Unix()
}

func utc(sec int64) time.Time { return time.Unix(sec, 0).UTC() }

// FloorFine is the start of the fine bucket that holds t.
func FloorFine(t time.Time) time.Time { return utc(floor(t.Unix(), fineSeconds)) }

// FloorCoarse is the start of the coarse bucket that holds t.
func FloorCoarse(t time.Time) time.Time { return utc(floor(t.Unix(), coarseSeconds)) }
