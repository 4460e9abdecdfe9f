package dashboards_test

import (
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// TestTemplateSaysItsDurations: the page of a template has the percentiles of what its lines name, and leads to a rule and a filter.
func TestTemplateSaysItsDurations(t *testing.T) {
	s := newSite(t, dashtest.Night())
	page := s.get("/templates/" + dashtest.ID(5).String()).Body.String()
	text := textOf(page)
	for _, want := range []string{"<2> 118 ms 214 ms 1.34 s 80,211", "lock_wait_ms 3 ms 40 ms 90 ms 611"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q:\n%s", want, text)
		}
	}
	for _, link := range []string{`href="#rule"`, `href="/noise?of=search&amp;template=` + dashtest.ID(5).String() + `#filter"`} {
		if !strings.Contains(page, link) {
			t.Errorf("the page has no link %s", link)
		}
	}
	if got := s.get("/noise?of=search&template=" + dashtest.ID(5).String()); !strings.Contains(got.Body.String(), `id="filter"`) {
		t.Errorf("the link to a filter leads to none: %d", got.Code)
	}
	if text := textOf(s.get("/templates/4e19c0d2a0000000").Body.String()); strings.Contains(text, "Durations") {
		t.Error("a template without durations has a table of them")
	}
}

// TestPlacesAreCSV: where a secret lies can be taken along, and no cell of it is a formula.
func TestPlacesAreCSV(t *testing.T) {
	w := dashtest.Night()
	for k := range w.All {
		if w.All[k].ID == "c81d07f2b6a95e30" {
			w.All[k].Places = append(w.All[k].Places, detector.Span{Topic: "-logs", Partition: 9, From: 5, To: 7, Lines: 2})
		}
	}
	s := newSite(t, w)
	if page := s.get("/incidents/c81d07f2b6a95e30").Body.String(); !strings.Contains(page, `href="/incidents/c81d07f2b6a95e30/places.csv"`) {
		t.Error("the page does not lead to the CSV")
	}
	got := s.get("/incidents/c81d07f2b6a95e30/places.csv")
	body := got.Body.String()
	if kind := got.Header().Get("Content-Type"); got.Code != 200 || kind != "text/csv; charset=utf-8" ||
		!strings.HasPrefix(body, "topic,partition,first_offset,last_offset,lines\nlogs,3,") || !strings.HasSuffix(body, "\n'-logs,9,5,7,2\n") {
		t.Errorf("%d %s:\n%s", got.Code, kind, body)
	}
	if got := s.get("/incidents/0000000000000000/places.csv"); got.Code != 404 {
		t.Errorf("of none: %d", got.Code)
	}
}
