package detector

import "github.com/tocsin-io/tocsin/detector/sketch"

// Hit says that an event counts into the series of a rule.
type Hit struct {
	Series    Series // ClassRule
	Whole     bool   // it belongs only to the whole of which a share is taken
	Number    float64
	HasNumber bool
	Text      []byte // valid as long as the event; nil where the rule needs none
	Parts     sketch.Parts
	Summary   bool // the rule needs more than lines and bytes
}

// Tally counts lines that all have the same hits, none of which takes a text of the line. A hit that HasNumber takes those
// that Number gives.
type Tally interface {
	// Line counts a line at its Time.
	Line(ev *Event)
	// Number adds a number of the line that was counted last to what the i-th hit measures.
	Number(i int, v float64)
}

// AddTo adds what the hit brings to the summary of its series and bucket.
func (h *Hit) AddTo(s *sketch.Summary) {
	switch {
	case h.Whole:
		s.Whole++
	case h.HasNumber:
		s.AddNumber(h.Number)
	case h.Text != nil:
		s.AddText(h.Text)
	default:
		s.Count++
	}
}
