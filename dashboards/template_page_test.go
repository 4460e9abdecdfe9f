package dashboards_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// TestTemplateOfThisStep holds that a template's page counts and draws what was logged in the step of its chart that runs
// now, and says once when it was first seen.
func TestTemplateOfThisStep(t *testing.T) {
	w := dashtest.Night()
	burst := dashtest.At("02:01:00") // the step of a day's chart that runs now began at 02:00
	w.Known = append(w.Known, dashboards.Template{
		ID: 78, Text: "disk <*> is full", Service: "cart", Level: detector.LevelError, FirstSeen: burst, LastSeen: burst, Lines: 17,
	})
	w.Lines = append(w.Lines, dashtest.Counted{
		Service: "cart", Level: detector.LevelError, Template: 78, Text: "disk <*> is full", Bytes: 10,
		Rate: func(at time.Time) (float64, bool) {
			if since := at.Sub(burst); since >= 0 && since < 10*time.Second {
				return 1.7, true
			}
			return 0, true
		},
		Band: func(time.Time) (float64, float64) { return 0, 0 },
	})
	s := newSite(t, w)
	body := s.get("/templates/" + detector.ShapeID(78).String() + "?range=24h").Body.String()
	text := strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ")), " ")
	if !strings.Contains(text, "Lines, last 24 h 17 17 as far as counts are kept") {
		t.Error("the lines of this step are left out")
	}
	if !strings.Contains(text, " 03:00 17 0–0 ") {
		t.Error("the chart, as a table, is without the lines of this step")
	}
	if _, history, _ := strings.Cut(text, " History "); strings.Count(history, "First seen") != 1 {
		t.Errorf("it says %d times when it was first seen", strings.Count(history, "First seen"))
	}
}
