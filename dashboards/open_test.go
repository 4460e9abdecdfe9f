package dashboards_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// TestWhatIsOpenIsOneNumber asks the badge, the overview's sentence, the filter of the list and the list behind it how much is
// open, in worlds in which they could differ.
func TestWhatIsOpenIsOneNumber(t *testing.T) {
	long := func(i *detector.Incident) {
		i.Onset, i.OpenedAt = i.Onset.AddDate(-2, 0, 0), i.OpenedAt.AddDate(-2, 0, 0)
	}
	for name, c := range map[string]struct {
		want   int
		change func(i *detector.Incident)
	}{
		"as it is":           {4, func(*detector.Incident) {}},
		"long ago":           {4, long},
		"all are notices":    {4, func(i *detector.Incident) { i.Severity = detector.SeverityNotice }},
		"all are records":    {4, func(i *detector.Incident) { i.Severity = detector.SeverityRecord }},
		"all are silenced":   {4, func(i *detector.Incident) { i.Silenced = true }},
		"all are taught":     {4, func(i *detector.Incident) { i.Muted = &detector.Muted{As: "expected", Why: "marked"} }},
		"all are explained":  {4, func(i *detector.Incident) { i.ExplainedBy = "7f3a2c91b4d0e8a6" }},
		"all are taken":      {4, func(i *detector.Incident) { i.Status, i.Assignee = detector.StatusAcknowledged, "jana" }},
		"a record alone":     {1, func(i *detector.Incident) { resolveBut(i, detector.SeverityRecord) }},
		"one page, long ago": {1, func(i *detector.Incident) { long(i); resolveBut(i, detector.SeverityPage, "inventory") }},
	} {
		w := dashtest.Night()
		for k := range w.All {
			if i := &w.All[k]; i.Status != detector.StatusResolved {
				c.change(i)
			}
		}
		s := newSite(t, w)
		overview, list := s.get("/").Body.String(), s.get("/incidents").Body.String()
		for what, got := range map[string]string{
			"badge":    first(t, `class="badge"[^>]*>([^<]*)<`, overview),
			"sentence": first(t, `([\d,+]+) incidents? open`, overview),
			"filter":   first(t, `Open (\d+)</a>`, list),
			"narrower": first(t, `Open (\d+)</a>`, s.get("/incidents?range=30m").Body.String()),
			"listed":   first(t, `(\d+) of \d+`, s.get(openLink(t, list)).Body.String()),
			"rows":     fmt.Sprint(strings.Count(s.get(openLink(t, list)).Body.String(), `<tr class="go" data-id=`)),
		} {
			if got != fmt.Sprint(c.want) {
				t.Errorf("%s: %s says %q are open, not %d", name, what, got, c.want)
			}
		}
	}
}

func resolveBut(i *detector.Incident, s detector.Severity, service ...string) {
	if i.Severity != s || len(service) > 0 && i.Service != service[0] {
		at := i.OpenedAt.Add(time.Minute)
		i.Status, i.ResolvedAt = detector.StatusResolved, &at
	}
}

// openLink is where the filter Open leads.
func openLink(t *testing.T, list string) string {
	t.Helper()
	link := strings.ReplaceAll(first(t, `href="(/incidents\?status=open[^"]*)"`, list), "&amp;", "&")
	if u, err := url.Parse(link); err != nil || u.Query().Has("range") {
		t.Fatalf("%q: %v", link, err)
	}
	return link
}

func first(t *testing.T, pattern, body string) string {
	t.Helper()
	if m := regexp.MustCompile(pattern).FindStringSubmatch(strings.ReplaceAll(body, "</svg>", "")); m != nil {
		return m[1]
	}
	return ""
}

func TestARangeThatIsNotOfferedIsSaidLikeOthers(t *testing.T) {
	s := newSite(t, dashtest.Night())
	for q, want := range map[string]string{
		"range=400d": "Last 400 d", "range=12h": "Last 12 h", "range=45m": "Last 45 min", "range=1h30m": "Last 90 min", "range=2w": "Last 14 d",
		"range=1d": "Last 24 h", "range=80s": "Last 80 s", "": "Last 7 d", "status=open": "Any time", "status=open&range=6h": "Last 6 h",
	} {
		if got := strings.TrimSpace(first(t, `<details class="pop"><summary class="button">([^<]*)<`, s.get("/incidents?"+q).Body.String())); got != want {
			t.Errorf("%q: %q, not %q", q, got, want)
		}
	}
}
