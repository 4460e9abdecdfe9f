package notifier

import (
	"slices"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/selector"
)

// Step is what one route does with an incident.
type Step struct {
	Route     int      // its place in the configuration, from 0; -1 for a decision before all routes
	Name      string   // by which its state is kept
	Match     string   // its expression; empty matches all
	Takes     bool     // its receivers are told
	Receivers []string // whom it tells
	Reason    string   // why it does or does not
	Last      bool     // no later route is looked at
}

// Explain says for every route, in order, whether it would send an opening of this incident and why. The inbox is told
// whenever nothing forbids telling at all.
func (r *Router) Explain(in *detector.Incident) []Step {
	if why := mute(in); why != "" {
		return []Step{{Route: -1, Reason: "nobody is told: " + why, Last: true}}
	}
	steps := []Step{{Route: -1, Takes: true, Receivers: []string{Inbox}, Reason: "the inbox gets every message"}}
	return append(steps, r.table.Load().walk(in, true)...)
}

// walk goes through the routes up to the one that ends it. Only where it explains does it look for the part of an expression that
// decided.
func (t *table) walk(in *detector.Incident, explain bool) []Step {
	var steps []Step
	l := selector.Of(in)
	for i, rt := range t.routes {
		s := Step{Route: i, Name: rt.name, Match: rt.Match, Receivers: rt.Receivers}
		ok, err := rt.match.Holds(&l)
		switch {
		case !slices.Contains(rt.Severities, in.Severity):
			s.Reason = "it does not take the severity " + string(in.Severity)
		case err != nil:
			s.Reason = "its expression failed: " + err.Error()
		case !ok:
			s.Reason = "its expression does not hold"
			if explain {
				s.Reason += ": " + selector.Deciding(rt.Match, &l, false) + " is false"
			}
		default:
			s.Takes, s.Last, s.Reason = true, !rt.Continue, "its expression holds"
			switch {
			case rt.match == nil:
				s.Reason = "it matches everything"
			case explain:
				s.Reason += ": " + selector.Deciding(rt.Match, &l, true)
			}
			if len(rt.Receivers) == 0 {
				s.Reason += "; it has no receivers, so nobody is told"
			}
			if rt.Continue {
				s.Reason += "; the next route is looked at too"
			}
		}
		steps = append(steps, s)
		if s.Last {
			break
		}
	}
	return steps
}
