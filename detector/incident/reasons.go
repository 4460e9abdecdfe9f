package incident

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// reason says why an incident resolves by itself.
func (t *Tracker) reason(in *detector.Incident) string {
	switch {
	case in.Kind != detector.KindRule:
		return "inside what is expected for " + wording.Duration(t.resolveAfter(in))
	case in.Rule != nil && in.Rule.Keep > 0:
		return "its rule has not held for " + wording.Duration(time.Duration(in.Rule.Keep))
	}
	return "its rule does not hold any more"
}

// again says why an incident is opened again by itself.
func again(in *detector.Incident) string {
	if in.Kind == detector.KindRule {
		return "its rule holds again"
	}
	return "outside what is expected again"
}

// explains reports whether the incident still explains others: it is open, or goes on although a person has resolved it.
func (t *Tracker) explains(id string) bool {
	for _, it := range t.items {
		if it.Incident.ID == id {
			return it.Incident.Status != detector.StatusResolved || it.Dismissed
		}
	}
	return false
}

// insists reports whether a rule's incident that a person resolved is to be told again: it has fired on for as long as it
// would have been a reopened one. A detector's is not, as its detector learns what goes on.
func (t *Tracker) insists(now time.Time, it *item, s *detector.Signal) bool {
	resolved := it.Incident.ResolvedAt
	return s.Rule != nil && !s.Rule.Kept && resolved != nil && now.Sub(*resolved) >= t.o.ReopenWithin
}
