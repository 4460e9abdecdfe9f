package app

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

// TestCatalogueFollowsWhatIsMetStill: when a template was seen last moves on, though nothing of it is new.
func TestCatalogueFollowsWhatIsMetStill(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	s := storetest.Open(t, store.Options{DSN: storetest.SQLite(t), Now: clock, Router: toInbox{}})
	cat := newCatalogue(s, rate.NewReader(s.Counts(), rate.ReaderOptions{Now: clock}), engine.NewTemplates(),
		func(context.Context) ([]rate.Partition, error) { return nil, nil }, clock)
	first := now
	shape := store.Shape{ID: 1, Service: "a", Environment: "prod", Level: detector.LevelError, Text: "x <*>", First: now, Last: now}
	stray := shape
	stray.ID, stray.Last = 2, now.AddDate(5, 0, 0) // of a clock that was wrong once
	for range 5 {
		if err := s.PutShapes(t.Context(), []store.Shape{shape, stray}); err != nil {
			t.Fatal(err)
		}
		l, err := cat.listing.latest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := l.byID[1]; !got.LastSeen.Equal(now) || !got.FirstSeen.Equal(first) {
			t.Errorf("first seen %v, last %v, want %v and %v", got.FirstSeen, got.LastSeen, first, now)
		}
		now = now.Add(time.Hour)
		shape.First, shape.Last = now, now
	}
}

// TestCatalogueReadsNoMoreThanMayBeNew: where input stops, what was met before is not read again and again.
func TestCatalogueReadsNoMoreThanMayBeNew(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ seen, moved, want time.Time }{
		"lines come":                  {now, now, now.Add(-seenLate)},
		"they stopped a while ago":    {now.Add(-seenLate), now.Add(-seenLate), now.Add(-2 * seenLate)},
		"long ago":                    {now.Add(-time.Hour), now.Add(-time.Hour), now.Add(-time.Hour)},
		"old ones come":               {now.AddDate(0, 0, -1), now, now.AddDate(0, 0, -1).Add(-seenLate)},
		"after a stray, and no other": {now.AddDate(5, 0, 0), now.Add(-time.Hour), now.Add(-seenLate)},
	} {
		if got := (&catalogue{seen: c.seen, moved: c.moved}).since(now); !got.Equal(c.want) {
			t.Errorf("%s: from %s on, want %s", name, got, c.want)
		}
	}
}

// TestCatalogueOfNow: a page about a template or a service is there as soon as the store knows it, however old the
// listing is, and what nobody knows makes no listing anew.
func TestCatalogueOfNow(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	s := storetest.Open(t, store.Options{DSN: storetest.SQLite(t), Now: clock, Router: toInbox{}})
	made := 0
	expected := func(context.Context) ([]rate.Partition, error) { made++; return nil, nil }
	cat := newCatalogue(s, rate.NewReader(s.Counts(), rate.ReaderOptions{Now: clock}), engine.NewTemplates(), expected, clock)
	svc := services{cat, nil}
	if list, err := svc.ListServices(t.Context()); err != nil || len(list) != 0 {
		t.Fatalf("%v, %v", list, err)
	}
	now = now.Add(time.Second)
	var shapes []store.Shape
	for id := range detector.ShapeID(2) {
		shapes = append(shapes, store.Shape{ID: id + 1, Service: []string{"checkout", "a"}[id], Environment: "prod", Level: detector.LevelError, Text: "x <*>", First: now, Last: now})
	}
	if err := s.PutShapes(t.Context(), shapes[:1]); err != nil {
		t.Fatal(err)
	}
	if got, err := cat.Template(t.Context(), 1); err != nil || got.Service != "checkout" || !got.FirstSeen.Equal(now) {
		t.Errorf("%+v, %v", got, err)
	}
	now = now.Add(time.Second)
	if err := s.PutShapes(t.Context(), shapes[1:]); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "checkout"} {
		if got, err := svc.Service(t.Context(), name); err != nil || got.Name != name {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if made != 3 {
		t.Errorf("a listing was made %d times, want 3", made)
	}
	now = now.Add(time.Second)
	if _, err := cat.Template(t.Context(), 77); !errors.Is(err, dashboards.ErrNotFound) {
		t.Error(err)
	}
	if _, err := svc.Service(t.Context(), "nobody"); !errors.Is(err, dashboards.ErrNotFound) {
		t.Error(err)
	}
	if made != 3 {
		t.Errorf("what nobody knows made a listing anew: %d", made)
	}
}
