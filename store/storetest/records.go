package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/store"
)

func shape(id detector.ShapeID, service string, first, last int) store.Shape {
	return store.Shape{ID: id, Service: service, Environment: "prod", Level: detector.LevelWarn, Text: "slow query <*> ms", First: at(first), Last: at(last)}
}

func shapes(t *testing.T, s *suite) {
	put := func(all ...store.Shape) {
		t.Helper()
		if err := s.PutShapes(s.ctx, all); err != nil {
			t.Fatal(err)
		}
	}
	a, b := shape(1<<63|5, "a", 10, 20), shape(7, "b", 10, 20)
	b.Data = []byte{0, 1, 0xff}
	put(a, b)
	got, err := s.Shapes(s.ctx, 0, 10)
	if err != nil || len(got) != 2 {
		t.Fatalf("shapes %v, %v", got, err)
	}
	a.Sequence, b.Sequence = got[0].Sequence, got[1].Sequence
	if diff := cmp.Diff([]store.Shape{a, b}, got); diff != "" || a.Sequence >= b.Sequence {
		t.Errorf("shapes (-want +got):\n%s", diff)
	}
	// Times widen without a new sequence; data changes with one. Twice in one call is fine.
	seen := shape(7, "b", 5, 30)
	put(seen, shape(7, "b", 8, 25), shape(9, "a", 1, 2))
	if got, err := s.Shapes(s.ctx, b.Sequence, 10); err != nil || len(got) != 1 || got[0].ID != 9 {
		t.Errorf("after what is known: %v, %v; want shape 9 alone", got, err)
	}
	one, err := s.Shape(s.ctx, 7)
	if err != nil || len(one) != 1 || !one[0].First.Equal(at(5)) || !one[0].Last.Equal(at(30)) || string(one[0].Data) != "\x00\x01\xff" {
		t.Errorf("shape 7: %+v, %v", one, err)
	}
	seen.Data = []byte("new")
	put(seen)
	if got, err := s.Shapes(s.ctx, one[0].Sequence, 10); err != nil || len(got) != 2 || got[1].ID != 7 || string(got[1].Data) != "new" {
		t.Errorf("after a change of data: %v, %v", got, err)
	}
	put()
	var recent []store.Seen
	if err := s.ShapesSeen(s.ctx, at(20), func(x store.Seen) { recent = append(recent, x) }); err != nil {
		t.Fatal(err)
	}
	wantSeen := []store.Seen{
		{ID: 1<<63 | 5, Service: "a", Environment: "prod", Level: detector.LevelWarn, Last: at(20)},
		{ID: 7, Service: "b", Environment: "prod", Level: detector.LevelWarn, Last: at(30)},
	}
	if diff := cmp.Diff(wantSeen, recent); diff != "" {
		t.Errorf("seen from then on (-want +got):\n%s", diff)
	}
	want := []store.Alias{{From: 3, To: 1, Reason: "two shapes of one", At: at(1)}, {From: 1<<63 | 5, To: 1, At: at(2)}}
	if err := s.PutAliases(s.ctx, want); err != nil {
		t.Fatal(err)
	}
	want[0].To = 2
	if err := s.PutAliases(s.ctx, want[:1]); err != nil {
		t.Fatal(err)
	}
	all, err := s.Aliases(s.ctx)
	if diff := cmp.Diff(want, all); diff != "" || err != nil {
		t.Errorf("aliases (-want +got): %v\n%s", err, diff)
	}
	if to, err := s.AliasesOf(s.ctx, 2); err != nil || len(to) != 1 || to[0].From != 3 {
		t.Errorf("aliases of 2: %v, %v", to, err)
	}
	if err := s.PutAliases(s.ctx, []store.Alias{{From: 4, To: 4}}); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("an alias of itself: %v", err)
	}
}

func shapeLists(t *testing.T, s *suite) {
	var all []store.Shape
	for i := range 1200 { // more than one statement of Postgres
		sh := shape(detector.ShapeID(i), fmt.Sprintf("svc%d", i%3), i/10, 2000)
		sh.Text = fmt.Sprintf("Line %d of <*>", i)
		all = append(all, sh)
	}
	if err := s.PutShapes(s.ctx, all); err != nil {
		t.Fatal(err)
	}
	if err := s.PutAliases(s.ctx, []store.Alias{{From: 5, To: 1}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		f    store.ShapeFilter
		want int
	}{
		{store.ShapeFilter{}, 1200},
		{store.ShapeFilter{Canonical: true}, 1199},
		{store.ShapeFilter{Service: "svc1"}, 400},
		{store.ShapeFilter{Service: "svc1", Text: "lINE 11"}, 36},
		{store.ShapeFilter{Since: at(100)}, 200},
		{store.ShapeFilter{Levels: []detector.Level{detector.LevelError, detector.LevelNone}}, 0},
		{store.ShapeFilter{Environment: "prod", Levels: []detector.Level{detector.LevelWarn}}, 1200},
	} {
		seen := map[detector.ShapeID]bool{}
		f, last := c.f, time.Time{}
		f.Limit = 170
		for {
			page, next, err := s.ListShapes(s.ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, sh := range page {
				if seen[sh.ID] || !last.IsZero() && sh.First.After(last) {
					t.Fatalf("%+v: shape %s comes twice or out of order", c.f, sh.ID)
				}
				seen[sh.ID], last = true, sh.First
			}
			if f.Cursor = next; next == "" {
				break
			}
		}
		if len(seen) != c.want {
			t.Errorf("%+v: %d listed, want %d", c.f, len(seen), c.want)
		}
	}
}

func partitions(t *testing.T, s *suite) {
	for _, m := range []struct {
		topic   string
		id      int
		epoch   uint64
		next    int64
		seconds int
	}{
		{"logs", 1, 3, 10, 1},
		{"logs", 0, 2, 5, 1},
		{"logs", 1, 4, 20, 90},
		{"logs", 1, 3, 15, 2}, // the last word of the owner before comes late
		{"logs", 1, 6, 30, 4},
		{"logs", 1, 4, 25, 95}, // the clock of the owner before was ahead
		{"logs", 1, 6, 28, 3},  // the log and the clock went back
		{"audit", 0, 1, 1, 1},
	} {
		if err := s.MarkPartition(s.ctx, m.topic, m.id, m.epoch, m.next, at(m.seconds)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Partitions(s.ctx)
	want := []store.PartitionMark{
		{Partition: rate.Partition{Topic: "audit"}, Next: 1, At: at(1)},
		{Partition: rate.Partition{Topic: "logs", ID: 0}, Next: 5, At: at(1)},
		{Partition: rate.Partition{Topic: "logs", ID: 1}, Next: 28, At: at(3)},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("partitions (-want +got): %v\n%s", err, diff)
	}
	for _, c := range []struct {
		id, before int
		want       bool
	}{{1, 3, false}, {1, 4, true}, {1, 4, false}, {2, 4, false}} {
		if got, err := s.ForgetPartition(s.ctx, rate.Partition{Topic: "logs", ID: c.id}, at(c.before)); got != c.want || err != nil {
			t.Errorf("forget %+v: %v, %v", c, got, err)
		}
	}
	if got, err := s.Partitions(s.ctx); len(got) != 2 || err != nil {
		t.Errorf("partitions after one is forgotten: %+v, %v", got, err)
	}
	if v, err := s.Meta(s.ctx, "x"); v != nil || err != nil {
		t.Errorf("meta that is not there: %q, %v", v, err)
	}
	for _, v := range []string{"one\x00", "two", ""} {
		if err := s.SetMeta(s.ctx, "x", []byte(v)); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Meta(s.ctx, "x"); string(got) != v || err != nil {
			t.Errorf("meta %q, %v; want %q", got, err, v)
		}
	}
	for _, v := range []string{"first", "second"} {
		if got, err := s.MetaOnce(s.ctx, "once", []byte(v)); string(got) != "first" || err != nil {
			t.Errorf("meta once %q, %v; want the first", got, err)
		}
	}
}

func records(t *testing.T, s *suite) {
	deploys := []detector.Deploy{{Service: "a", Version: "1", At: at(1), By: "deploys"}, {Service: "b", Version: "1", At: at(2)}, {Service: "a", Version: "2", At: at(3)}}
	again := deploys[0]
	again.By = "another"
	for _, d := range append(deploys, again) {
		if err := s.PutDeploy(s.ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Deploys(s.ctx, "", at(1), at(3))
	if diff := cmp.Diff(deploys[:2], got); diff != "" || err != nil {
		t.Errorf("deploys (-want +got): %v\n%s", err, diff)
	}
	if got, err := s.Deploys(s.ctx, "a", at(0), at(9)); err != nil || len(got) != 2 {
		t.Errorf("deploys of a: %v, %v", got, err)
	}
	if err := s.PutDeploy(s.ctx, detector.Deploy{At: at(1)}); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a deploy of nothing: %v", err)
	}

	for i := range 5 {
		if err := s.Audit(s.ctx, store.AuditEntry{Actor: "ada", Action: "rules.reload", Subject: fmt.Sprint("r", i%2), Text: strings.Repeat("ü", 5000)}); err != nil {
			t.Fatal(err)
		}
	}
	page, next, err := s.AuditLog(s.ctx, store.AuditFilter{Subject: "r0", Limit: 2})
	if err != nil || len(page) != 2 || next == "" || !page[0].At.Equal(noon) || page[0].ID < page[1].ID || len(page[0].Text) > 4096 {
		t.Errorf("audit: %d entries, next %q, %v", len(page), next, err)
	}
	if rest, next, err := s.AuditLog(s.ctx, store.AuditFilter{Subject: "r0", Limit: 2, Cursor: next}); err != nil || len(rest) != 1 || next != "" {
		t.Errorf("audit's second part: %d entries, next %q, %v", len(rest), next, err)
	}
}

func retention(t *testing.T, s *suite) {
	for i := range 4 {
		in := incident(fmt.Sprint(i), i)
		s.commit(change(detector.ChangeOpened, in, i))
		if i < 2 {
			s.commit(change(detector.ChangeResolved, in, i+100))
		}
		if err := s.PutDeploy(s.ctx, detector.Deploy{Service: "a", Version: fmt.Sprint(i), At: at(i)}); err != nil {
			t.Fatal(err)
		}
		if err := s.Audit(s.ctx, store.AuditEntry{At: at(i), Actor: "ada", Action: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, put := range [][]store.Shape{
		{shape(1, "a", 0, 1), shape(2, "a", 0, 1), shape(3, "a", 0, 50), shape(4, "a", 0, 1)},
		{shape(4, "a", 40, 40)}, // met still
	} {
		if err := s.PutShapes(s.ctx, put); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PutAliases(s.ctx, []store.Alias{{From: 3, To: 2}}); err != nil {
		t.Fatal(err)
	}
	for _, n := range s.lease("one", 100) {
		if n.Incident.ID == "0-0" {
			s.done(n.ID, "ref")
		}
	}
	for _, n := range s.lease("one", 100) {
		s.done(n.ID, "ref")
	}
	all := store.Retention{Incidents: at(500), Outbox: noon.Add(time.Hour), Audit: at(3), Deploys: at(1), Shapes: at(10)}
	got, err := s.Expire(s.ctx, all)
	want := store.Removed{Incidents: 1, Groups: 1, Outbox: 2, Audit: 3, Deploys: 1, Shapes: 1}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("removed (-want +got): %v\n%s", err, diff)
	}
	// The unresolved stay, and so does the one whose end nobody was told of yet.
	page, _, err := s.Incidents(s.ctx, store.Filter{})
	if err != nil || len(page) != 3 {
		t.Errorf("%d incidents are left, %v; want 3", len(page), err)
	}
	if got, err := s.Expire(s.ctx, store.Retention{}); err != nil || got != (store.Removed{}) {
		t.Errorf("retention without bounds removed %+v, %v", got, err)
	}
}
