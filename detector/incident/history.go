package incident

import (
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// How long it is remembered that a series had an incident, how many of one, and of how many series.
const (
	historyAge  = 14 * 24 * time.Hour
	maxEarlier  = 50
	maxHistory  = 2000
	historySlot = 24 * time.Hour // forgotten so often
)

// history is when incidents began, by family and series. Explained ones are none of their own.
type history struct {
	Began map[string][]time.Time `json:"began,omitempty"`
	Swept time.Time              `json:"swept"`
}

// begin notes an incident and writes into it how often its like was there in the two weeks before.
func (h *history) begin(key string, in *detector.Incident) {
	h.sweep(in.OpenedAt)
	if in.ExplainedBy != "" {
		return
	}
	earlier := h.Began[key]
	for len(earlier) > 0 && in.OpenedAt.Sub(earlier[0]) > historyAge {
		earlier = earlier[1:]
	}
	if n := len(earlier); n > 0 {
		last := earlier[n-1]
		in.Earlier, in.EarlierAt = n, &last
	}
	if h.Began == nil {
		h.Began = make(map[string][]time.Time)
	}
	if earlier == nil && len(h.Began) >= maxHistory {
		return
	}
	earlier = append(slices.Clone(earlier), in.OpenedAt)
	h.Began[key] = earlier[max(0, len(earlier)-maxEarlier):]
}

func (h *history) sweep(now time.Time) {
	if now.Sub(h.Swept) < historySlot {
		return
	}
	h.Swept = now
	for key, began := range h.Began {
		if len(began) == 0 || now.Sub(began[len(began)-1]) > historyAge {
			delete(h.Began, key)
		}
	}
}
