package incident

import (
	"math"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// heard is what a signal said of its window.
type heard struct {
	At       time.Time `json:"at"`
	Observed float64   `json:"observed"`
	Ended    bool      `json:"ended,omitempty"` // nothing unusual came in the minute before
}

// ended reports that a flood is over although the window of its detector still holds it: what the last minute added is
// what is expected of a minute, and next to nothing against the flood.
func (it *item) ended(s *detector.Signal) bool {
	h := &it.Heard
	if s.Unit != "lines" || s.Window <= time.Minute || h.At.IsZero() || s.At.Add(-s.Window).After(h.At) || s.Observed < h.Observed {
		*h = heard{At: s.At, Observed: s.Observed}
		return false
	}
	since := s.At.Sub(h.At)
	if since < time.Minute {
		return h.Ended
	}
	added, expected := s.Observed-h.Observed, s.Expected*since.Seconds()/s.Window.Seconds()
	usual := added <= expected+3*math.Sqrt(expected)+1
	*h = heard{At: s.At, Observed: s.Observed, Ended: usual && math.Abs(added-expected)/since.Seconds() < .05*it.Deviation}
	return h.Ended
}

// over reports that s led an incident that has resolved since, and that nothing came in it after that flood.
func (t *Tracker) over(s *detector.Signal, series string) bool {
	for _, k := range t.order {
		it := t.items[k]
		if it.Incident.Status == detector.StatusResolved && it.Lead == series && family(it.Incident.Kind) == family(s.Kind) && it.Heard.Ended {
			return it.ended(s)
		}
	}
	return false
}

// told reports that a resolved incident has told already what a signal of its series says: its window reaches back into
// what went on then, and what came since is as expected.
func told(it *item, s *detector.Signal) bool {
	in := &it.Incident
	if in.Status != detector.StatusResolved || s.Series.Class != detector.ClassLine || s.Unit != "lines" || !s.At.Add(-s.Window).Before(it.Seen) {
		return false
	}
	switch s.Kind {
	case detector.KindSurge, detector.KindErrorSpike, detector.KindMaskedError:
		return s.Observed-max(it.Most, in.Peak) <= max(s.High, 1.3*s.Expected)
	}
	return false
}
