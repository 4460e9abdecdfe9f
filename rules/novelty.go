package rules

import (
	"time"

	"github.com/tocsin-io/tocsin/detector/sketch"
)

// novelty remembers the values of a series of the last 30 days, by their hashes.
type novelty struct {
	seen  map[uint64]int32 // the day on which it was last seen
	full  uint64           // values that found no room; they are not called new
	width time.Duration
	learn time.Duration
	swept int32
}

const (
	noveltyDays = 30
	// maxNovelty bounds the values of one series.
	maxNovelty = 16384
)

func newNovelty(width, learn time.Duration) *novelty {
	return &novelty{seen: map[uint64]int32{}, width: width, learn: learn}
}

// take learns the values of a bucket and returns how many are new. While the series is younger than `learn` none is.
func (n *novelty) take(index, first int64, s *sketch.Summary) uint64 {
	day := n.day(index)
	n.sweep(day)
	learning := time.Duration(index-first)*n.width < n.learn
	fresh := uint64(0)
	s.Hashes(func(h uint64) bool {
		last, known := n.seen[h]
		if !known && len(n.seen) >= maxNovelty {
			n.full++
			return true
		}
		if (!known || day-last > noveltyDays) && !learning {
			fresh++
		}
		n.seen[h] = max(day, last)
		return true
	})
	return fresh
}

// day is the number of the day of a bucket since the epoch.
func (n *novelty) day(index int64) int32 {
	return int32(index * int64(n.width) / int64(24*time.Hour))
}

// peek counts the values that would be new, and learns nothing.
func (n *novelty) peek(index, first int64, s *sketch.Summary) uint64 {
	if time.Duration(index-first)*n.width < n.learn || len(n.seen) >= maxNovelty {
		return 0
	}
	day, fresh := n.day(index), uint64(0)
	s.Hashes(func(h uint64) bool {
		if last, known := n.seen[h]; !known || day-last > noveltyDays {
			fresh++
		}
		return true
	})
	return fresh
}

// sweep forgets, once a day, what was not seen for 30 days.
func (n *novelty) sweep(day int32) {
	if day == n.swept {
		return
	}
	n.swept = day
	for h, last := range n.seen {
		if day-last > noveltyDays {
			delete(n.seen, h)
		}
	}
}
