package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/store"
)

// brief holds short forms of incidents against the whole ones: the same list, in the same parts.
func brief(t *testing.T, s *suite) {
	for i, id := range []string{"a", "b", "c", "d", "e"} {
		in := incident(id, 10+i)
		in.Page = i%2 == 0
		s.commit(change(detector.ChangeOpened, in, 10+i))
	}
	s.commit(change(detector.ChangeResolved, incident("b", 11), 60))
	if err := s.PutMute(s.ctx, mute.Mute{ID: "m", Sort: mute.Silence, Match: mute.Match{Service: incident("c", 12).Service}, Starts: at(0), Ends: at(9000), Author: "ann", CreatedAt: at(0)}); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]store.Filter{"all": {}, "parts": {Limit: 2}, "open": {Status: []detector.Status{detector.StatusOpen}}, "pages": {Pages: true}} {
		whole, next, err := s.Incidents(s.ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		short, then, err := s.BriefIncidents(s.ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		if next != then {
			t.Errorf("%s: the next part is %q, of short forms %q", name, next, then)
		}
		for i, in := range whole {
			whole[i] = detector.Incident{
				ID: in.ID, Kind: in.Kind, Service: in.Service, Environment: in.Environment, Severity: in.Severity, Status: in.Status, Level: in.Level,
				Page: in.Page, Silenced: in.Silenced, ExplainedBy: in.ExplainedBy, TemplateID: in.TemplateID, Onset: in.Onset, OpenedAt: in.OpenedAt,
				UpdatedAt: in.UpdatedAt, ResolvedAt: in.ResolvedAt, Assignee: in.Assignee, SeriesKey: in.SeriesKey, Muted: in.Muted,
			}
			if in.Rule != nil {
				whole[i].Rule = &detector.RuleFacts{Name: in.Rule.Name}
			}
			if in.Hidden != nil {
				whole[i].Hidden = &detector.Hidden{TemplateID: in.Hidden.TemplateID}
			}
			if f.Pages && !in.Page && in.Muted == nil {
				t.Errorf("%s: %s pages nobody", name, in.ID)
			}
		}
		if diff := cmp.Diff(whole, short); diff != "" {
			t.Errorf("%s (-whole +short):\n%s", name, diff)
		}
	}
}
