package dashboards_test

import (
	"fmt"
	"html"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// crowded is the night with many incidents, templates and services more. The world answers from memory, so the figures
// are those of the pages alone.
func crowded() *dashtest.World {
	w := dashtest.Night()
	past := w.All[4]
	for n := range 100_000 {
		i := past
		i.ID = fmt.Sprintf("%016x", 0xabc0000000000000+uint64(n))
		i.Onset = past.Onset.Add(-time.Duration(n) * 30 * time.Second)
		w.All = append(w.All, i)
	}
	for n := range 100_000 {
		w.Known = append(w.Known, dashboards.Template{
			ID: detector.ShapeID(1000 + n), Text: fmt.Sprintf("request <*> of step %d took <*> ms", n), Service: fmt.Sprintf("svc-%d", n%10_000), Level: detector.LevelInfo,
			FirstSeen: w.Time.AddDate(0, -1, 0), LastSeen: w.Time, Lines: uint64(n), Bytes: uint64(n) * 90,
		})
	}
	for n := range 10_000 {
		w.Names = append(w.Names, dashboards.Service{Name: fmt.Sprintf("svc-%d", n), FirstSeen: w.Time.AddDate(0, -1, 0), LastSeen: w.Time})
	}
	return w
}

// TestManyOfEverything: no page grows with what is stored.
func TestManyOfEverything(t *testing.T) {
	w := crowded()
	for n := range 1000 {
		k := w.Rules.Rules[0]
		k.Name = fmt.Sprintf("rule-%d", n)
		w.Rules.Rules = append(w.Rules.Rules, k)
	}
	s := newSite(t, w)
	for _, path := range pages {
		got := s.get(path)
		if got.Code != 200 {
			t.Fatalf("%s: %d", path, got.Code)
		}
		checkPage(t, path, got.Body.String())
		if n := s.sizeOf(t, path); n > 40<<10 {
			t.Errorf("%s: %d KB travel", path, n>>10)
		}
	}
	for _, list := range []string{"/services", "/rules", "/templates", "/incidents"} {
		body := s.get(list).Body.String()
		next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(body)
		if next == nil {
			t.Fatalf("%s has no next page", list)
		}
		if got := s.get(html.UnescapeString(next[1])); got.Code != 200 || got.Body.String() == body {
			t.Errorf("%s leads to %s: %d", list, next[1], got.Code)
		}
		if got := s.get(list + "?cursor=odd"); got.Code != 400 {
			t.Errorf("%s: a bad cursor is %d", list, got.Code)
		}
	}
}

func BenchmarkPages(b *testing.B) {
	s := newSite(b, crowded())
	for _, path := range []string{"/", "/incidents", "/incidents/7f3a2c19d04be8a1", "/services", "/templates", "/rules", "/inbox", "/health", "/api/v1/incidents?limit=500"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
				if w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
