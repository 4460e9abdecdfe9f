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
	s.act(incident("e", 14).ID, detector.EntryAcknowledged, "ann", 61)
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
		if name == "pages" {
			pastPages(t, s, whole)
		}
		if diff := cmp.Diff(whole, short); diff != "" {
			t.Errorf("%s (-whole +short):\n%s", name, diff)
		}
	}
}

// pastPages holds what a report reads of pages against the incidents themselves, newest first.
func pastPages(t *testing.T, s *suite, all []detector.Incident) {
	t.Helper()
	var want []store.PastPage
	for _, in := range all {
		if !in.Page && !in.Muted.Page {
			continue
		}
		p := store.PastPage{ID: in.ID, Service: in.Service, Kind: in.Kind, Onset: in.Onset, Open: in.Status == detector.StatusOpen, Assigned: in.Assignee != "", Muted: in.Muted != nil}
		if in.Rule != nil {
			p.Rule = in.Rule.Name
		}
		want = append(want, p)
	}
	got, more, err := s.PastPages(s.ctx, at(0), at(9000), 100)
	if err != nil || more {
		t.Fatal(more, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("past pages (-want +got):\n%s", diff)
	}
	if got, more, err = s.PastPages(s.ctx, at(0), at(9000), 1); err != nil || !more || len(got) != 1 || got[0] != want[0] {
		t.Errorf("the newest alone: %v %v %v", got, more, err)
	}
}
