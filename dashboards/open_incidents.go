package dashboards

import (
	"context"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// unresolved are the states of what goes on.
var unresolved = []detector.Status{detector.StatusOpen, detector.StatusAcknowledged}

// goingOn selects of what f selects what is open: not resolved, taken or not, of any severity, explained and silenced ones too,
// however long ago it began. It is the one meaning of "open" in the badge, the overview's sentence and the filter of the list.
func (f IncidentFilter) goingOn() IncidentFilter {
	f.Statuses, f.From, f.To, f.CountTo = unresolved, time.Time{}, time.Time{}, maxCount
	return f
}

// goesOn reports whether only what is unresolved is asked for.
func (f *IncidentFilter) goesOn() bool {
	return len(f.Statuses) > 0 && !slices.Contains(f.Statuses, detector.StatusResolved)
}

// isGoingOn reports whether just what is open is asked for: the states that goingOn selects.
func (f *IncidentFilter) isGoingOn() bool {
	return f.goesOn() && slices.Contains(f.Statuses, detector.StatusOpen) && slices.Contains(f.Statuses, detector.StatusAcknowledged)
}

// countOpen counts what is open of what f selects, by its state.
func (s *Server) countOpen(ctx context.Context, f IncidentFilter) (IncidentCounts, error) {
	return s.src.Incidents.CountIncidents(ctx, f.goingOn())
}

// openInBrief are the newest open incidents, without sentence, evidence and figures.
func (s *Server) openInBrief(ctx context.Context) ([]detector.Incident, error) {
	f := IncidentFilter{}.goingOn()
	f.Brief, f.Limit = true, maxOpenRead
	open, err := s.src.Incidents.ListIncidents(ctx, f)
	return open.Incidents, err
}
