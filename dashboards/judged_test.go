package dashboards_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// TestJudgingBehindIsSaid: where lines are counted and not judged, no page says that all is well or quiet.
func TestJudgingBehindIsSaid(t *testing.T) {
	for _, c := range []struct {
		behind time.Duration
		said   bool
	}{{30 * time.Second, false}, {49 * time.Hour, true}} {
		w := dashtest.Quiet()
		w.State.JudgedTo = w.State.CountedTo.Add(-c.behind)
		s := newSite(t, w)
		for path, words := range map[string][]string{
			"/":              {"Judging is behind", "judged to 21 Nov 09:12", "Nothing open as far as is judged"},
			"/incidents":     {"Judging is behind", "Judging is 2 days behind"},
			"/health":        {"judging is 2 days behind", "Judged to 21 Nov 09:12:09 CET, counted to 10:12:09 CET."},
			"/api/v1/health": {`"status":"behind"`},
		} {
			body := s.get(path).Body.String()
			for _, word := range words {
				if strings.Contains(body, word) != c.said {
					t.Errorf("%v behind: %s has %q: %t, want %t", c.behind, path, word, !c.said, c.said)
				}
			}
			if path == "/" && strings.Contains(body, "All quiet") == c.said {
				t.Errorf("%v behind: the overview says that all is quiet: %t", c.behind, c.said)
			}
		}
	}
}

// TestNothingJudgedYet: before the first bucket is judged nothing is behind.
func TestNothingJudgedYet(t *testing.T) {
	h := dashboards.Health{CountedTo: time.Unix(1e9, 0)}
	if got := h.Unjudged(); got != 0 {
		t.Errorf("nothing is judged yet, and it says %v", got)
	}
}
