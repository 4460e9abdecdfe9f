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
	rows := func(path, rng string) map[string]string {
		out := map[string]string{}
		for _, row := range strings.Split(s.get(path+"?range="+rng).Body.String(), "<tr")[1:] {
			if name, _, ok := strings.Cut(row, "</a>"); ok {
				out[name[strings.LastIndex(name, ">")+1:]] = strings.Join(cell.FindAllString(row, 2), " ")
			}
		}
		return out
	}
	for path, some := range map[string]int{"/services": 8, "/services/checkout": 3} {
		day := rows(path, "24h")
		if len(day) < some || path == "/services" && !strings.Contains(day["search"], "–") {
			t.Fatalf("%s: %q", path, day)
		}
		for _, rng := range []string{"1h", "6h", "7d"} {
			for name, got := range rows(path, rng) {
				if want, ok := day[name]; ok && got != want {
					t.Errorf("%s: %s in %s: %s; in 24h: %s", path, name, rng, got, want)
				}
			}
		}
	}
}
