package dashboards_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

// TestAPIListsArePaged: a list of which the API gave all in one answer is the same in parts, and no answer is without bound.
func TestAPIListsArePaged(t *testing.T) {
	const many = 1203
	w := dashtest.Night()
	w.Names, w.Mutes, w.Versions, w.Rules.Rules = nil, nil, nil, nil
	for n := range many {
		name := fmt.Sprintf("x-%04d", n)
		w.Names = append(w.Names, dashboards.Service{Name: name, FirstSeen: w.Time, LastSeen: w.Time})
		w.Rules.Rules = append(w.Rules.Rules, dashboards.Rule{Name: name, Severity: detector.SeverityPage})
		at := w.Time.Add(-time.Duration(n/2) * time.Second) // two at once
		w.Mutes = append(w.Mutes, mute.Mute{ID: name, Sort: mute.Silence, Starts: at, CreatedAt: at})
		w.Versions = append(w.Versions, detector.Deploy{Service: name, Version: "1", At: w.Time.Add(-time.Hour).Add(time.Duration(n/2) * time.Second)})
	}
	s := newSite(t, w)
	_, router := contract(t, s)
	for path, id := range map[string]string{"services": "name", "rules": "name", "silences": "id", "deploys": "service"} {
		for _, limit := range []string{"", "7", "500"} {
			q := url.Values{}
			if limit != "" {
				q.Set("limit", limit)
			}
			seen := 0
			for answers := 0; ; answers++ {
				address := "/api/v1/" + path + "?" + q.Encode()
				got := s.get(address)
				asDescribed(t, router, "GET", address, "", got)
				var body map[string]any
				if err := json.Unmarshal(got.Body.Bytes(), &body); err != nil || answers > many {
					t.Fatalf("%s: %d %v", address, got.Code, err)
				}
				list := body[path].([]any)
				if len(list) > 500 {
					t.Fatalf("%s has %d entries", address, len(list))
				}
				for _, entry := range list {
					if name := entry.(map[string]any)[id]; name != fmt.Sprintf("x-%04d", seen) {
						t.Fatalf("%s: %v is in place %d", address, name, seen)
					}
					seen++
				}
				next := body["next"].(string)
				if next == "" {
					break
				}
				q.Set("cursor", next)
			}
			if seen != many {
				t.Errorf("%s has %d of %d in parts of %q", path, seen, many, limit)
			}
		}
		if got := s.get("/api/v1/" + path + "?cursor=odd"); got.Code != 400 {
			t.Errorf("%s: a bad cursor is %d", path, got.Code)
		}
	}
}
