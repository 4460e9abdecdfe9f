package dashboards_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// TestNoService holds that lines whose source names no service have words and an address wherever services are listed.
func TestNoService(t *testing.T) {
	w := dashtest.Night()
	now := w.Now()
	w.Names = append([]dashboards.Service{{FirstSeen: now.Add(-time.Minute), LastSeen: now, LearningUntil: now.Add(time.Hour)}}, w.Names...)
	w.Known = append(w.Known, dashboards.Template{ID: 77, Text: "nameless <*>", Level: detector.LevelInfo, FirstSeen: now.Add(-time.Minute), LastSeen: now, Lines: 3})
	s := newSite(t, w)
	const list = "/templates?service=%28no&#43;service%29" // as HTML writes it
	for _, path := range []string{"/", "/services"} {
		body := s.get(path).Body.String()
		if !strings.Contains(body, "(no service) is new since") || !strings.Contains(body, list) || strings.Contains(body, `"/services/"`) {
			t.Errorf("%s does not name the lines of no service, or leads nowhere", path)
		}
	}
	got := s.get("/templates?service=%28no+service%29")
	body := got.Body.String()
	if got.Code != http.StatusOK || !strings.Contains(body, "nameless") || strings.Contains(body, "captured") || !strings.Contains(body, `value="(no service)" selected`) {
		t.Errorf("%d: the list of its templates is not theirs alone", got.Code)
	}
	if body := s.get("/templates/" + detector.ShapeID(77).String()).Body.String(); !strings.Contains(body, ">(no service)<") || strings.Contains(body, `"/services/"`) {
		t.Error("its template's page does not name it, or leads nowhere")
	}
	if got := s.get("/incidents?range=30d&service=%28no+service%29"); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "incident of (no service)") {
		t.Errorf("%d: the list of its incidents does not say whose they are", got.Code)
	}
}
