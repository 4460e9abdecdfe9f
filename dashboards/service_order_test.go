package dashboards

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// TestServiceParts holds that the parts of a list of services together are what its address selects, each once and in
// order, and that they are as many as are counted.
func TestServiceParts(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 3))
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	rows := make([]ServiceTraffic, 300)
	var open []detector.Incident
	for i := range rows {
		s := &Service{Name: fmt.Sprintf("Svc-%d\x00", i)}
		if i%9 == 0 {
			s.LearningUntil = now.Add(time.Minute)
		}
		rows[i] = ServiceTraffic{Service: s, Lines: float64(random.IntN(5)), LinesKnown: i%4 > 0, Errors: float64(random.IntN(3)) / 10, ErrorsKnown: i%3 > 0}
		for range random.IntN(3) * (i % 2) {
			open = append(open, detector.Incident{Service: s.Name, Severity: []detector.Severity{detector.SeverityPage, detector.SeverityNotice}[random.IntN(2)], ExplainedBy: []string{"", "x"}[random.IntN(2)]})
		}
	}
	open = append(open, detector.Incident{Service: "not known yet", Severity: detector.SeverityPage})
	traffic, worst := NewTraffic(slices.Clone(rows), 0, now), worstOf(open)
	for _, sort := range []string{"", sortDiffers, sortBusy, sortErrors, sortName} {
		for _, state := range []string{"", stateIncident, stateErrors, stateSilent, stateLearning} {
			for _, text := range []string{"", "SVC-1", "nobody"} {
				address := url.Values{"sort": {sort}, "state": {state}, "text": {text}}
				name := address.Encode()
				var want, got []servicePlace
				for _, s := range traffic.ByName {
					if (text == "" || text == "SVC-1" && s.Name[:5] == "Svc-1") && (state == "" || s.is(state, worst[s.Name], now)) {
						want = append(want, s.place(sort, worst[s.Name]))
					}
				}
				for parts := 0; ; parts++ {
					q, err := readServiceQuery(address)
					if err != nil || parts > len(rows) {
						t.Fatalf("%s: %v after %d parts", name, err, parts)
					}
					if sort == "" {
						for i := range want {
							want[i] = traffic.named(want[i].Name).place(q.Sort, worst[want[i].Name])
						}
					}
					q.Limit = 1 + random.IntN(40)
					part := traffic.part(&q, worst, now)
					if part.Total != len(want) || part.ByState[""] != len(rows) && text == "" {
						t.Errorf("%s: %d counted, want %d; %v", name, part.Total, len(want), part.ByState)
					}
					for _, s := range part.Services {
						got = append(got, s.place(q.Sort, worst[s.Name]))
					}
					if part.Next == "" {
						break
					}
					address.Set("cursor", part.Next)
				}
				slices.SortFunc(want, servicePlace.compare)
				if !slices.Equal(got, want) {
					t.Errorf("%s: %v, want %v", name, got, want)
				}
			}
		}
	}
	for _, cursor := range []string{"o100", "!", "e30", servicePlace{Sort: sortBusy}.cursor()} {
		if _, err := readServiceQuery(url.Values{"sort": {sortName}, "cursor": {cursor}}); err == nil {
			t.Errorf("cursor %q of another list is taken", cursor)
		}
	}
}

// TestCutList holds that the parts of a list are the list, also where entries went and came between two of them.
func TestCutList(t *testing.T) {
	list := make([]string, 57)
	for i := range list {
		list[i] = strconv.Itoa(1000 + 2*i)
	}
	for limit := 1; limit < 60; limit += 7 {
		var got []string
		cursor, here := "", slices.Clone(list)
		for {
			part, next, err := cutList("numbers", here, cursor, limit, func(i int) string { return here[i] })
			if err != nil || len(part) > limit {
				t.Fatalf("%d at a time: %v, %v", limit, part, err)
			}
			got = append(got, part...)
			if cursor = next; next == "" {
				break
			}
			named := part[len(part)-1] // by the cursor
			here = slices.DeleteFunc(slices.Clone(here), func(s string) bool { return s == named })
		}
		if !slices.Equal(got, list) {
			t.Errorf("%d at a time: %v", limit, got)
		}
	}
	_, other, _ := cutList("others", list, "", 3, func(i int) string { return list[i] })
	for _, cursor := range []string{other, "!", "o100"} {
		if _, _, err := cutList("numbers", list, cursor, 3, func(i int) string { return list[i] }); err == nil {
			t.Errorf("cursor %q of another list is taken", cursor)
		}
	}
}
