package dashboards_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// TestNowDoesNotDependOnTheRange: what a service logs now, and what is expected of it, are those of the last minute in whatever
// range its curve is drawn.
func TestNowDoesNotDependOnTheRange(t *testing.T) {
	s := newSite(t, dashtest.Night())
	cell := regexp.MustCompile(`<td class="num[^>]*>[^<]*`)
	rows := func(rng string) map[string]string {
		out := map[string]string{}
		for _, row := range strings.Split(s.get("/services?range="+rng).Body.String(), "<tr")[1:] {
			if name, _, ok := strings.Cut(row, "</a>"); ok {
				out[name[strings.LastIndex(name, ">")+1:]] = strings.Join(cell.FindAllString(row, 2), " ")
			}
		}
		return out
	}
	day := rows("24h")
	if len(day) != 8 || !strings.Contains(day["search"], "–") {
		t.Fatalf("services: %q", day)
	}
	for _, rng := range []string{"1h", "6h", "7d"} {
		for name, got := range rows(rng) {
			if got != day[name] {
				t.Errorf("%s in %s: %s; in 24h: %s", name, rng, got, day[name])
			}
		}
	}
}
