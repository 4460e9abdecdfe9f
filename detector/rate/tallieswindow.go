package rate

import (
	"maps"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// window is the sums of one step. It is replaced and never changed.
type window struct {
	series  []uint32 // in order
	lines   []uint64 // of each of them
	levels  []levelLines
	readAt  time.Time
	settled bool
	mark    time.Time // the least watermark when it was read
	usedAt  time.Time
}

// levelLines is what all services together logged at a level.
type levelLines struct {
	level detector.Level
	lines uint64
}

// window makes one of the lines by series. The caller has the lock.
func (t *Tallies) window(sums map[uint32]uint64) *window {
	w := &window{series: slices.Sorted(maps.Keys(sums)), lines: make([]uint64, len(sums))}
	levels := make(map[detector.Level]uint64)
	for i, s := range w.series {
		w.lines[i] = sums[s]
		levels[t.series[s].Level] += sums[s]
	}
	for level, lines := range levels {
		w.levels = append(w.levels, levelLines{level, lines})
	}
	return w
}

// fewSeries: where a window has so many times the series that are wanted, each is sought instead of looking at all.
const fewSeries = 16

// each calls add with the lines of each series that is wanted and has some, and its place among those. Wanted is in order.
func (w *window) each(wanted []uint32, add func(n int, lines uint64)) {
	if fewSeries*len(wanted) < len(w.series) {
		from := 0
		for n, s := range wanted {
			at, ok := slices.BinarySearch(w.series[from:], s)
			if from += at; ok {
				add(n, w.lines[from])
			}
		}
		return
	}
	n := 0
	for i, s := range w.series {
		for n < len(wanted) && wanted[n] < s {
			n++
		}
		if n == len(wanted) {
			return
		}
		if wanted[n] == s {
			add(n, w.lines[i])
		}
	}
}
