package rate

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// window is the sums of one step. It is replaced and never changed.
type window struct {
	lines   sparse // by number
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

// window makes one of the lines by number. The caller has the lock.
func (t *Tallies) window(sums []uint64) *window {
	w := &window{lines: sparseOf(sums)}
	levels := make(map[detector.Level]uint64)
	for n, lines := range w.lines.all {
		levels[t.series[n].Level] += lines
	}
	for level, lines := range levels {
		w.levels = append(w.levels, levelLines{level, lines})
	}
	return w
}
