package dashboards_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

func readsAhead(o *dashboards.Options) { o.Ahead = true }

// TestFirstPage: until what was counted is read after a start the overview comes at once with the incidents, and says so.
func TestFirstPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, dashtest.Night(), readsAhead)
		const soon, chart, incident = " data-soon", "<h2>Lines by level</h2>", "/incidents/7f3a2c19d04be8a1"
		began := time.Now()
		got := s.get("/")
		if took := time.Since(began); took > time.Second || got.Code != http.StatusOK {
			t.Errorf("%d after %v", got.Code, took)
		}
		if page := got.Body.String(); !strings.Contains(page, soon) || strings.Contains(page, chart) || !strings.Contains(page, incident) {
			t.Errorf("while counts are read: soon %v, chart %v, incident %v", strings.Contains(page, soon), strings.Contains(page, chart), strings.Contains(page, incident))
		}
		if err := s.ReadAhead(t.Context()); err != nil {
			t.Fatal(err)
		}
		began = time.Now()
		if page := s.get("/").Body.String(); strings.Contains(page, soon) || !strings.Contains(page, chart) || time.Since(began) > 0 {
			t.Errorf("once they are read: soon %v, chart %v, after %v", strings.Contains(page, soon), strings.Contains(page, chart), time.Since(began))
		}
		if err := s.ReadAhead(t.Context()); err != nil { // once more is no harm
			t.Error(err)
		}
	})
}

// TestFirstPageOfNothing: counts that cannot be read are said to be away, and not to be on their way for ever.
func TestFirstPageOfNothing(t *testing.T) {
	w := dashtest.Night()
	w.Fail = errors.New("away")
	s := newSite(t, w, readsAhead)
	if err := s.ReadAhead(t.Context()); !errors.Is(err, w.Fail) {
		t.Errorf("reading ahead of what is away: %v", err)
	}
	if got := s.get("/"); got.Code != http.StatusServiceUnavailable {
		t.Errorf("the overview answers %d", got.Code)
	}
}
