package app

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
)

// TestListingPages holds that the parts of a list together are what its filter selects, each once and in order, and that
// they are as many as are counted.
func TestListingPages(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	services := []string{"", "svc 1\x00", "svc 2\x00", "svc 3\x00", "svc 4\x00"}
	var rows []dashboards.Template
	for i := range 400 {
		rows = append(rows, dashboards.Template{
			ID: detector.ShapeID(i / 2), Text: fmt.Sprintf("Request <*> of step %d", i), Service: services[random.IntN(len(services))], Environment: fmt.Sprint(i % 2),
			Level: detector.Level(random.IntN(3)), Lines: uint64(random.IntN(7)), Bytes: uint64(random.IntN(7)), FirstSeen: start.Add(time.Duration(random.IntN(9)) * time.Minute),
		})
	}
	l := newListing(slices.Clone(rows), start, newListing(slices.Clone(rows[:300]), start, nil))
	filters := []dashboards.TemplateFilter{
		{},
		{Text: "REQUEST"},
		{Text: "step 7"},
		{Service: "svc 3\x00"},
		{Level: 1, HasLevel: true},
		{NewSince: start.Add(5 * time.Minute)},
		{Service: "svc 2\x00", NewSince: start.Add(3 * time.Minute)},
		{Service: "nobody"},
		{NoService: true},
		{NoService: true, NewSince: start.Add(3 * time.Minute)},
	}
	for _, f := range filters {
		for sort, by := range sorts {
			f.Sort, f.Limit, f.Cursor = sort, 1+random.IntN(40), ""
			name := fmt.Sprintf("%+v", f)
			var want []place
			for i := range rows {
				if selects(&f, strings.ToLower(f.Text), &listed{&rows[i], strings.ToLower(rows[i].Text)}) {
					want = append(want, placeOf(&rows[i], by))
				}
			}
			slices.SortFunc(want, place.compare)
			var got []place
			for {
				p, err := l.page(f)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for i := range p.Templates {
					got = append(got, placeOf(&p.Templates[i], by))
				}
				if f.Cursor = p.Next; p.Next == "" {
					break
				}
			}
			if !slices.Equal(got, want) || l.count(f) != len(want) {
				t.Errorf("%s: %d rows, %d counted, want %d", name, len(got), l.count(f), len(want))
			}
		}
	}
	for _, cursor := range []string{"7", "!", "e30", place{}.cursor(dashboards.SortNew)} {
		if _, err := l.page(dashboards.TemplateFilter{Sort: dashboards.SortLines, Cursor: cursor}); err == nil {
			t.Errorf("cursor %q of another list is taken", cursor)
		}
	}
}
