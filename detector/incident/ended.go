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

// dealtWith reports that s belongs to what a person has resolved although it goes on: it would have joined that incident, began
// before the person's word, and shows nothing that the incident did not.
func (t *Tracker) dealtWith(s *detector.Signal) bool {
	if !joinable(s.Kind) || s.Service == "" || s.Onset.IsZero() {
		return false
	}
	for _, k := range t.order {
		it := t.items[k]
		in := &it.Incident
		if !it.Dismissed || in.ResolvedAt == nil || s.Onset.After(*in.ResolvedAt) || !joinable(in.Kind) || in.ExplainedBy != "" ||
			in.Service != s.Service || in.Environment != s.Environment || !t.begins(it, s) || s.At.Sub(it.Seen) > t.o.JoinWithin ||
			reveals(in, s) {
			continue
		}
		it.Seen = maxTime(it.Seen, s.At)
		return true
	}
	return false
}

// reveals reports that s shows a hidden error that its incident did not: a person's word was not of that.
func reveals(in *detector.Incident, s *detector.Signal) bool {
	return s.Hidden != nil && (in.Hidden == nil || in.Hidden.TemplateID != s.Hidden.TemplateID)
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
