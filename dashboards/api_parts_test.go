package dashboards_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// partly gives out a few parts of the list of incidents and then fails.
type partly struct {
	dashboards.Incidents
	parts int
}

func (p *partly) ListIncidents(ctx context.Context, f dashboards.IncidentFilter) (dashboards.IncidentPage, error) {
	if p.parts--; p.parts < 0 {
		return dashboards.IncidentPage{}, errors.New("away")
	}
	return p.Incidents.ListIncidents(ctx, f)
}

// TestAPIIncidentsInParts: a long list that is read and sent in parts is whole, in order and as described, its cursor leads on, and
// where it cannot be read to the end nobody takes what came for all.
func TestAPIIncidentsInParts(t *testing.T) {
	const many = 777
	w := dashtest.Night()
	one := w.All[0]
	w.All = nil
	for n := range many {
		one.ID = fmt.Sprintf("%016x", n)
		w.All = append(w.All, one)
	}
	source := &partly{Incidents: w, parts: 1 << 30}
	s := newSite(t, w, func(o *dashboards.Options) { o.Sources.Incidents = source })
	_, router := contract(t, s)
	for _, limit := range []int{1, 49, 50, 51, 100, 500} {
		seen, cursor := 0, ""
		for {
			address := fmt.Sprintf("/api/v1/incidents?limit=%d&cursor=%s", limit, cursor)
			got := s.get(address)
			asDescribed(t, router, "GET", address, "", got)
			var body struct {
				Incidents []detector.Incident
				Next      string
			}
			if err := json.Unmarshal(got.Body.Bytes(), &body); err != nil || len(body.Incidents) > limit {
				t.Fatalf("%s: %d incidents, %v", address, len(body.Incidents), err)
			}
			for _, i := range body.Incidents {
				if i.ID != w.All[seen].ID {
					t.Fatalf("%s: %s is in place %d", address, i.ID, seen)
				}
				seen++
			}
			if cursor = body.Next; cursor == "" {
				break
			}
		}
		if seen != many {
			t.Errorf("%d of %d in answers of %d", seen, many, limit)
		}
	}
	server := httptest.NewServer(s)
	defer server.Close()
	for parts, want := range []int{http.StatusServiceUnavailable, http.StatusOK} {
		source.parts = parts
		got, err := server.Client().Get(server.URL + "/api/v1/incidents?limit=500")
		if err != nil {
			t.Fatal(err)
		}
		var body any
		err = json.NewDecoder(got.Body).Decode(&body)
		got.Body.Close()
		if got.StatusCode != want || (err == nil) != (want == http.StatusServiceUnavailable) {
			t.Errorf("away after %d parts: %d, read with %v", parts, got.StatusCode, err)
		}
	}
}
