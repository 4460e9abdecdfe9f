package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/store"
)

func paging(t *testing.T, s *suite) {
	const n = 23
	var changes []detector.Change
	for i := range n {
		in := incident(fmt.Sprintf("s%02d", i), i/4) // several opened in the same second
		changes = append(changes, change(detector.ChangeOpened, in, i/4))
	}
	s.commit(changes...)
	for _, limit := range []int{1, 4, 7, n, 500} {
		var got []string
		cursor, parts := "", 0
		for {
			page, next, err := s.Incidents(s.ctx, store.Filter{Limit: limit, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, in := range page {
				got = append(got, in.ID)
			}
			parts++
			if cursor = next; next == "" {
				break
			}
		}
		if len(got) != n || parts != (n+limit-1)/limit {
			t.Errorf("limit %d: %d incidents in %d parts", limit, len(got), parts)
		}
		seen := map[string]bool{}
		for i, id := range got {
			if seen[id] || i > 0 && s.get(got[i-1]).OpenedAt.Before(s.get(id).OpenedAt) {
				t.Errorf("limit %d: %s comes twice or out of order", limit, id)
			}
			seen[id] = true
		}
	}
	page, _, err := s.Incidents(s.ctx, store.Filter{Limit: 1})
	if err != nil || page[0].Samples != nil || page[0].Chart != nil || page[0].Timeline != nil || page[0].Title == "" {
		t.Errorf("a list's incident %+v, %v: want it light", page, err)
	}
	page, _, err = s.Incidents(s.ctx, store.Filter{Limit: 1, Charts: true})
	if err != nil || page[0].Chart == nil {
		t.Errorf("with charts: %v, %v", page[0].Chart, err)
	}
}

func filters(t *testing.T, s *suite) {
	a, b, c := incident("a", 10), incident("b", 20), incident("c", 30)
	b.Kind, b.Severity, b.Environment = detector.KindRule, detector.SeverityNotice, "test"
	b.Rule = &detector.RuleFacts{Name: "Disk_full 100%"}
	b.Title, b.TemplateID = "Disk is full ÄÖ", ""
	c.Hidden = &detector.Hidden{TemplateID: 0xabc, Template: "deadlock in <*>"}
	c.ExplainedBy, c.Page = "a-10", false
	s.commit(change(detector.ChangeOpened, a, 10), change(detector.ChangeOpened, b, 20), change(detector.ChangeOpened, c, 30))
	s.act(a.ID, detector.EntryAcknowledged, "ada", 40)
	for _, x := range []struct {
		name string
		f    store.Filter
		want []string
	}{
		{"all", store.Filter{}, []string{"c-30", "b-20", "a-10"}},
		{"ids", store.Filter{ID: []string{"a-10", "b-20", "none"}}, []string{"b-20", "a-10"}},
		{"status", store.Filter{Status: []detector.Status{detector.StatusAcknowledged, detector.StatusResolved}}, []string{"a-10"}},
		{"service", store.Filter{Service: []string{"service-a", "service-c", "none"}}, []string{"c-30", "a-10"}},
		{"environment", store.Filter{Environment: []string{"test"}}, []string{"b-20"}},
		{"kind", store.Filter{Kind: []detector.Kind{detector.KindRule}}, []string{"b-20"}},
		{"severity", store.Filter{Severity: []detector.Severity{detector.SeverityNotice}}, []string{"b-20"}},
		{"text", store.Filter{Text: "sURGe"}, []string{"c-30", "a-10"}},
		{"text of a rule, with a wildcard that is none", store.Filter{Text: "_full 100%"}, []string{"b-20"}},
		{"wildcards are plain", store.Filter{Text: "%"}, []string{"b-20"}},
		{"text in the hidden error", store.Filter{Text: "deadlock"}, []string{"c-30"}},
		{"text that folds", store.Filter{Text: "äö"}, []string{"b-20"}},
		{"hostile text", store.Filter{Text: `'; DROP TABLE incidents; --`}, nil},
		{"template", store.Filter{TemplateID: "00000000000000aa"}, []string{"c-30", "a-10"}},
		{"hidden template", store.Filter{TemplateID: "0000000000000abc"}, []string{"c-30"}},
		{"rule", store.Filter{Rule: "Disk_full 100%"}, []string{"b-20"}},
		{"explained by", store.Filter{ExplainedBy: "a-10"}, []string{"c-30"}},
		{"unexplained", store.Filter{Unexplained: true}, []string{"b-20", "a-10"}},
		{"from is in, to is not", store.Filter{From: at(10), To: at(30)}, []string{"b-20", "a-10"}},
		{"together", store.Filter{Service: []string{"service-a"}, Kind: []detector.Kind{detector.KindSurge}, Text: "surge", Status: []detector.Status{detector.StatusOpen}}, nil},
	} {
		page, _, err := s.Incidents(s.ctx, x.f)
		if err != nil {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		var got []string
		for _, in := range page {
			got = append(got, in.ID)
		}
		if diff := cmp.Diff(x.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.name, diff)
		}
		if n, err := s.Count(s.ctx, x.f); err != nil || n.Total != len(x.want) {
			t.Errorf("%s: counted %d, %v; want %d", x.name, n.Total, err, len(x.want))
		}
	}
}

func cursors(t *testing.T, s *suite) {
	s.commit(change(detector.ChangeOpened, incident("a", 10), 10), change(detector.ChangeOpened, incident("b", 20), 20))
	_, good, err := s.Incidents(s.ctx, store.Filter{Limit: 1})
	if err != nil || good == "" {
		t.Fatalf("cursor %q, %v", good, err)
	}
	for _, bad := range []string{"x", "!!!", "AAAA", string(make([]byte, 5000)), "aW5jaWRlbnRzAHgAeQ"} {
		if _, _, err := s.Incidents(s.ctx, store.Filter{Cursor: bad}); !errors.Is(err, store.ErrCursor) {
			t.Errorf("incidents with cursor %.20q: %v, want ErrCursor", bad, err)
		}
	}
	for name, err := range map[string]error{
		"outbox": second(s.Outbox(s.ctx, store.OutboxFilter{Cursor: good})),
		"audit":  second(s.AuditLog(s.ctx, store.AuditFilter{Cursor: good})), "shapes": second(s.ListShapes(s.ctx, store.ShapeFilter{Cursor: good})),
	} {
		if !errors.Is(err, store.ErrCursor) {
			t.Errorf("%s with a cursor of incidents: %v, want ErrCursor", name, err)
		}
	}
}

func second[T any](_ T, _ string, err error) error { return err }

func tallies(t *testing.T, s *suite) {
	day := 24 * time.Hour
	for i := range 6 {
		in := incident(fmt.Sprint(i), i)
		in.OpenedAt = noon.Add(-time.Duration(i%3) * day)
		in.UpdatedAt = in.OpenedAt
		if i == 5 {
			in.Kind, in.Severity, in.Page = detector.KindSkew, detector.SeverityNotice, false
		}
		s.commit(detector.Change{Event: detector.ChangeOpened, Incident: in})
	}
	s.act("1-1", detector.EntryResolved, "ada", 100)
	got, err := s.Count(s.ctx, store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Total != 6 || got.Pages != 5 || got.ByStatus[detector.StatusResolved] != 1 || got.ByKind[detector.KindSurge] != 5 ||
		got.BySeverity[detector.SeverityNotice] != 1 {
		t.Errorf("tally %+v", got)
	}
	if got, err := s.Count(s.ctx, store.Filter{CountTo: 4}); err != nil || got.Total != 4 || !got.More {
		t.Errorf("counted up to 4: %+v, %v", got, err)
	}
	if got, err := s.Count(s.ctx, store.Filter{CountTo: 7}); err != nil || got.Total != 6 || got.More || got.Pages != 5 {
		t.Errorf("counted up to 7: %+v, %v", got, err)
	}
	days, err := s.Daily(s.ctx, noon.Add(-day), noon.Add(day))
	if err != nil {
		t.Fatal(err)
	}
	n, pages := 0, 0
	for i, d := range days {
		n, pages = n+d.Incidents, pages+d.Pages
		if d.Day != d.Day.Truncate(day) || i > 0 && d.Day.Before(days[i-1].Day) {
			t.Errorf("day %v of %+v", d.Day, d)
		}
	}
	if n != 4 || pages != 4 {
		t.Errorf("%d incidents and %d pages since yesterday, want 4 and 4", n, pages)
	}
}
