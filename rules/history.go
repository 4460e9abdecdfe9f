package rules

import (
	"math"
	"time"
)

// history remembers the value of a series every five minutes for as long as the rule looks back.
type history struct {
	values []float32 // by number of the five minutes, around; NaN is unknown
	next   int64     // number of the next five minutes to store; 0 before the first
}

const historyStep = 5 * time.Minute

// newHistory returns a history of the last `back`; nil for none.
func newHistory(back time.Duration) *history {
	if back == 0 {
		return nil
	}
	h := &history{values: make([]float32, back/historyStep+2)}
	for i := range h.values {
		h.values[i] = float32(math.NaN())
	}
	return h
}

// store keeps the value at the end of a bucket, if a new five minutes have begun.
func (h *history) store(at time.Time, value float64) {
	n := at.Unix() / int64(historyStep/time.Second)
	if n < h.next {
		return
	}
	// What was passed over is unknown, and must not look like the value of a turn before.
	for k := max(h.next, n-int64(len(h.values))+1); h.next > 0 && k < n; k++ {
		h.values[k%int64(len(h.values))] = float32(math.NaN())
	}
	h.values[n%int64(len(h.values))] = float32(value)
	h.next = n + 1
}

// at returns the value at a time.
func (h *history) at(t time.Time) (float64, bool) {
	n := t.Unix() / int64(historyStep/time.Second)
	if n < 0 || n >= h.next || n < h.next-int64(len(h.values)) {
		return 0, false
	}
	v := float64(h.values[n%int64(len(h.values))])
	return v, !math.IsNaN(v)
}
