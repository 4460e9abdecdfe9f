package incident

import (
	"cmp"
	"math"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// baseline is what was expected when an incident began: of its series, and of the templates that carry it. What the
// detectors learn while it lasts is not what was expected.
type baseline struct {
	Rate     float64                      `json:"rate"` // of the series, a second where its unit adds up
	Carriers map[detector.ShapeID]float64 `json:"carriers,omitempty"`
	Known    bool                         `json:"known"`
}

// leastPart is of a limit the part under which a value is told as nothing: what is less is no worse.
const leastPart = 100

// maxBaseline bounds the templates whose expectation is held.
const maxBaseline = 32

// deviation is how far a signal is from what was expected, comparable between windows. Of a rule that fires for too little it
// is how many times its value goes into its limit, at most leastPart: a third of it is three times as bad.
func deviation(s *detector.Signal) float64 {
	if r := s.Rule; r != nil && r.Below && r.Beyond >= 0 && s.Observed+r.Beyond > 0 {
		limit := s.Observed + r.Beyond
		return limit / max(s.Observed, limit/leastPart)
	}
	return math.Abs(s.Observed-s.Expected) / detector.PerSecond(s.Unit, s.Window)
}

// hold replaces what a signal expects by what was expected when the incident began.
func (b *baseline) hold(s *detector.Signal) {
	if s.Rule != nil {
		return
	}
	per := detector.PerSecond(s.Unit, s.Window)
	if !b.Known {
		b.Known, b.Rate = true, s.Expected/per
	}
	held := b.Rate * per
	if s.Expected > 0 {
		s.Low, s.High = s.Low*held/s.Expected, s.High*held/s.Expected
	}
	s.Expected = held
	for i := range s.Carriers {
		c := &s.Carriers[i]
		rate, known := b.Carriers[c.TemplateID]
		if !known {
			if rate = c.Expected / per; c.New { // whatever was learned of it since it began
				rate = 0
			}
			if b.Carriers == nil {
				b.Carriers = make(map[detector.ShapeID]float64)
			}
			if len(b.Carriers) < maxBaseline {
				b.Carriers[c.TemplateID] = rate
			}
		}
		c.Expected = rate * per
	}
	if s.Kind != detector.KindMix { // whose templates go up and down
		shareOut(s.Carriers, s.Observed < s.Expected)
	}
}

// shareOut tells the carriers' parts anew by what was expected when the incident began, and lists the greatest first. Together they
// keep the part that they had: there are more templates than are told.
func shareOut(carriers []detector.Carrier, fall bool) {
	beyond := func(c *detector.Carrier) float64 {
		if fall {
			return max(c.Expected-c.Observed, 0)
		}
		return max(c.Observed-c.Expected, 0)
	}
	part, sum := 0.0, 0.0
	for i := range carriers {
		part, sum = part+carriers[i].Share, sum+beyond(&carriers[i])
	}
	if sum == 0 {
		return
	}
	for i := range carriers {
		carriers[i].Share = part * beyond(&carriers[i]) / sum
	}
	slices.SortStableFunc(carriers, func(a, b detector.Carrier) int { return cmp.Compare(b.Share, a.Share) })
}
