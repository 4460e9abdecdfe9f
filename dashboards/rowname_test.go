package dashboards

import (
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

func TestARowWithoutAColumnOfServicesNamesTheService(t *testing.T) {
	list := []detector.Incident{
		{ID: "1", Service: "web", Title: "32.5 % of the answers are 5xx"},
		{ID: "2", Service: "web", Title: "web is silent."},
		{ID: "3", Title: "lines are lost."},
	}
	titles := func(overview bool) (out []string) {
		c := clock{now: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), zone: time.UTC, home: time.UTC}
		for _, r := range new(Server).incidentRows(list, c, overview) {
			var text string
			for _, p := range r.Title {
				text += p.Text
			}
			out = append(out, text)
		}
		return out
	}
	if got := strings.Join(titles(true), "\n"); got != "web: 32.5 % of the answers are 5xx\nweb is silent.\nlines are lost." {
		t.Error(got)
	}
	if got := titles(false)[0]; got != "32.5 % of the answers are 5xx" {
		t.Error(got)
	}
}
