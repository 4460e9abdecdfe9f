package incident

import (
	"cmp"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// joinable reports whether alarms of one service may be one incident: what rules, secrets and lost input say stands
// for itself.
func joinable(k detector.Kind) bool {
	switch k {
	case detector.KindRule, detector.KindSecret, detector.KindLoss, detector.KindSkew, detector.KindLate,
		detector.KindNewTemplate:
		return false
	}
	return true
}

// outranked lets a page explain the lesser incidents of its service that were told just before it: that a template fell
// silent is no matter of its own once its whole service did.
func (t *Tracker) outranked(page *detector.Incident) []detector.Change {
	var changes []detector.Change
	for _, k := range t.order {
		it := t.items[k]
		in := &it.Incident
		if in.Status == detector.StatusResolved || in.Page || in.ExplainedBy != "" || !joinable(in.Kind) ||
			in.Service != page.Service || in.Environment != page.Environment || in.Kind == detector.KindLatency ||
			page.OpenedAt.Sub(it.Seen) > t.o.JoinWithin {
			continue
		}
		in.ExplainedBy, in.Severity = page.ID, detector.SeverityRecord
		it.note(detector.Entry{At: page.OpenedAt, Kind: detector.EntryRelated, Text: "explained by " + page.ID})
		changes = append(changes, t.changed(it, detector.ChangeUpdated, page.OpenedAt, true))
	}
	return changes
}

// begins reports whether a new error may belong to an open incident: it began with it, or the incident has named it
// already. Anything else may.
func (t *Tracker) begins(it *item, s *detector.Signal) bool {
	if s.Kind != detector.KindNewError || s.At.Sub(it.Since) <= t.o.JoinWithin {
		return true
	}
	shape := s.Series.Shape
	return it.Incident.Hidden != nil && it.Incident.Hidden.TemplateID == shape ||
		slices.ContainsFunc(it.Incident.Carriers, func(c detector.Carrier) bool { return c.TemplateID == shape })
}

// joins finds the open incident of the same service that s belongs to. A page does not hide in a notice, and what was
// slow long before is no part of it.
func (t *Tracker) joins(s *detector.Signal, severity detector.Severity) *item {
	if !joinable(s.Kind) || s.Service == "" || s.ExplainedBy != "" {
		return nil
	}
	for _, k := range t.order {
		it := t.items[k]
		in := &it.Incident
		if in.Status != detector.StatusResolved && in.ExplainedBy == "" && joinable(in.Kind) &&
			(in.Severity == detector.SeverityPage || severity != detector.SeverityPage) &&
			t.begins(it, s) &&
			in.Service == s.Service && in.Environment == s.Environment && in.Kind != detector.KindLatency &&
			(s.Kind != detector.KindLatency || !s.Onset.Before(in.Onset.Add(-t.o.JoinWithin))) &&
			s.At.Sub(it.Seen) <= t.o.JoinWithin {
			return it
		}
	}
	return nil
}

// join notes in an open incident that a further signal of its service belongs to it.
func (t *Tracker) join(it *item, s *detector.Signal) (detector.Change, bool) {
	in := &it.Incident
	in.Strength = max(in.Strength, s.Strength)
	// What one of its templates no longer logs explains no surge of the service.
	beside := family(in.Kind) == "up" && family(s.Kind) == "down" && s.Series.Shape != 0
	if rank(s.Kind) > rank(in.Kind) && !beside {
		// A further signal of the service explains it better: a hidden error in a surge.
		in.Kind, it.Lead, it.Deviation, it.Most, it.Baseline = s.Kind, SeriesKey(s.Series), 0, 0, baseline{}
		in.Level = s.Series.Level
		t.facts(it, s)
		it.Seen = maxTime(it.Seen, s.At)
		it.tell()
		it.note(detector.Entry{At: s.At, Kind: detector.EntryWorse, Text: "now " + inWords(s.Kind)})
		return t.changed(it, detector.ChangeUpdated, s.At, false), true
	}
	if SeriesKey(s.Series) == it.Lead {
		if normal(s) || it.ended(s) {
			return detector.Change{}, false
		}
		it.Seen, it.Held = maxTime(it.Seen, s.At), false
		return t.update(it.Seen, it, s)
	}
	what := string(s.Kind)
	if text := cmp.Or(t.name(s.Series.Shape), t.text(s)); text != "" {
		what += ": " + text
	}
	it.Seen = maxTime(it.Seen, s.At)
	for _, have := range in.Explains {
		if have == what {
			return detector.Change{}, false
		}
	}
	const most = 20
	if len(in.Explains) >= most {
		return detector.Change{}, false
	}
	in.Explains = append(in.Explains, what)
	it.note(detector.Entry{At: s.At, Kind: detector.EntryRelated, Text: what})
	return t.changed(it, detector.ChangeUpdated, s.At, true), true
}
