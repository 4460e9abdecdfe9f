package sensitivity

import (
	"cmp"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Effect is what one setting in place of another would have changed.
type Effect struct {
	Differences []Difference // newest first
	Judged      int          // incidents whose strength was recorded
	Fixed       int          // incidents that no sensitivity changes: secrets, rules, new errors…
	Near        int          // near misses that were looked at
	Before      Tally        // as it was
	After       Tally        // as it would have been
}

// Tally counts by severity.
type Tally struct{ Pages, Notices int }

// Difference is one incident, or what would have been one. An empty severity means that nothing was called, or would be.
type Difference struct {
	At          time.Time
	Was, Would  detector.Severity
	Incident    string // id; empty where there was none
	Service     string
	Environment string
	Kind        detector.Kind
	Template    string
	Observed    float64
	Expected    float64
	Unit        string
	Window      time.Duration
	Strength    float64
}

// joinWithin is how near to an incident, or to one another, near misses of one service are one matter, as in the suite.
const joinWithin = 10 * time.Minute

// Compare tells what to in place of from would have changed. incidents are all that were opened in the time, near its near
// misses. What another incident explains, and what rules or people decide, is left as it is.
func Compare(from, to Setting, incidents []detector.Incident, near []detector.NearMiss) Effect {
	e := Effect{Near: len(near)}
	for i := range incidents {
		e.incident(from, to, &incidents[i])
	}
	e.near(to, incidents, near)
	slices.SortStableFunc(e.Differences, func(a, b Difference) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Service, b.Service))
	})
	return e
}

func (e *Effect) incident(from, to Setting, in *detector.Incident) {
	was := in.Severity
	if in.Muted != nil {
		was = in.Muted.Severity
	}
	if in.ExplainedBy != "" {
		return
	}
	if in.Strength == 0 || in.Hidden != nil || in.Kind == detector.KindNewError || was == detector.SeverityRecord {
		e.Fixed++
		e.Before.add(was)
		e.After.add(was)
		return
	}
	e.Judged++
	would := to.Grade(in.Strength)
	if was == detector.SeverityNotice && from.Grade(in.Strength) == detector.SeverityPage && would == detector.SeverityPage {
		would = was // strong enough to page then, too: something else made it a notice
	}
	e.Before.add(was)
	e.After.add(would)
	if was != would {
		e.Differences = append(e.Differences, Difference{
			At: in.OpenedAt, Was: was, Would: would, Incident: in.ID, Service: in.Service, Environment: in.Environment, Kind: in.Kind,
			Template: in.Template, Observed: in.Observed, Expected: in.Expected, Unit: in.Unit, Window: time.Duration(in.Window),
			Strength: in.Strength,
		})
	}
}

// near adds what would have been called and was not: of each service one in ten minutes, the strongest, and none where an
// incident was open anyway.
func (e *Effect) near(to Setting, incidents []detector.Incident, near []detector.NearMiss) {
	sorted := slices.Clone(near)
	slices.SortStableFunc(sorted, func(a, b detector.NearMiss) int { return a.At.Compare(b.At) })
	type place struct{ service, environment string }
	last := map[place]int{} // index of the newest difference
	for i := range sorted {
		n := &sorted[i]
		would := to.Grade(n.Strength)
		if would == "" || within(n, incidents) {
			continue
		}
		d := Difference{
			At: n.At, Would: would, Service: n.Service, Environment: n.Environment, Kind: n.Kind, Template: n.Template,
			Observed: n.Observed, Expected: n.Expected, Unit: n.Unit, Window: n.Window, Strength: n.Strength,
		}
		at := place{n.Service, n.Environment}
		if k, ok := last[at]; ok && n.At.Sub(e.Differences[k].At) <= joinWithin {
			if d.Strength > e.Differences[k].Strength {
				d.At = e.Differences[k].At
				e.Differences[k] = d
			}
			continue
		}
		last[at] = len(e.Differences)
		e.Differences = append(e.Differences, d)
	}
	for i := range e.Differences {
		if d := &e.Differences[i]; d.Incident == "" {
			e.After.add(d.Would)
		}
	}
}

// within reports whether an incident of the service was open about then.
func within(n *detector.NearMiss, incidents []detector.Incident) bool {
	for i := range incidents {
		in := &incidents[i]
		if in.Service == n.Service && in.Environment == n.Environment && !n.At.Before(in.Onset.Add(-joinWithin)) &&
			(in.ResolvedAt == nil || !n.At.After(in.ResolvedAt.Add(joinWithin))) {
			return true
		}
	}
	return false
}

func (t *Tally) add(s detector.Severity) {
	switch s {
	case detector.SeverityPage:
		t.Pages++
	case detector.SeverityNotice:
		t.Notices++
	}
}
