package dashboards_test

import (
	"fmt"
	"net/http/httptest"
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
			ID: detector.ShapeID(1000 + n), Text: fmt.Sprintf("request <*> of step %d took <*> ms", n), Service: fmt.Sprintf("svc-%d", n%200), Level: detector.LevelInfo,
			FirstSeen: w.Time.AddDate(0, -1, 0), LastSeen: w.Time, Lines: uint64(n), Bytes: uint64(n) * 90,
		})
	}
	for n := range 200 {
		w.Names = append(w.Names, dashboards.Service{Name: fmt.Sprintf("svc-%d", n), FirstSeen: w.Time.AddDate(0, -1, 0), LastSeen: w.Time, Hosts: []string{"a", "b"}})
	}
	return w
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
