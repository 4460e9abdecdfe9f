package dashboards

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

type noiseView struct {
	base
	Head, Second string
	Pages        []noiseRow
	Logs         []templateRow
	LogsTotal    int
	Empty        *emptyView
}

// noiseRow is a rule or detector with the pages it sent for one service. Bells: true where a person acted.
type noiseRow struct {
	Name, URL, Sort, Service string
	Bells                    []bool
	MoreBells                int
	Pages, Night             string
	Help                     string
	pages                    int
}

// maxNoise bounds how many incidents the page reads.
const maxNoise = 2000

func (s *Server) noise(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Noise", "noise")
	rng, err := readRange(r, b.clock, "30d")
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_time", err.Error())
		return
	}
	b.Range = &rng
	v := noiseView{base: b}
	list, err := s.pagesOf(r.Context(), rng)
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	v.Pages = noiseRows(list, b.clock)
	if err := s.whatLogsMost(r.Context(), &v, rng); err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	idle := 0
	for k := range list {
		if !acted(&list[k]) {
			idle++
		}
	}
	in := rng.words()
	v.Head = plural(len(list), "page") + " in " + in + "; " + count(idle) + " led to nothing."
	if len(list) == 0 {
		v.Head = "No page in " + in + "."
	}
	var top float64
	for k, t := range v.Logs {
		if k < 3 {
			top += t.Share
		}
	}
	if len(v.Logs) >= 3 {
		v.Head += " Three templates are " + percent(top) + " of the bytes."
	}
	v.Second = "tocsin mutes nothing by itself. What a filter at the shipper drops, it can no longer count."
	s.render(w, r, http.StatusOK, "noise", v)
}

func (s *Server) pagesOf(ctx context.Context, rng timeRange) ([]detector.Incident, error) {
	var out []detector.Incident
	f := IncidentFilter{From: rng.From, To: rng.To, Limit: 500}
	for len(out) < maxNoise {
		page, err := s.src.Incidents.ListIncidents(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, i := range page.Incidents {
			if i.Page {
				out = append(out, i)
			}
		}
		if page.Next == "" {
			break
		}
		f.Cursor = page.Next
	}
	return out, nil
}

// acted tells whether a person did something about a page.
func acted(i *detector.Incident) bool {
	if i.Assignee != "" {
		return true
	}
	for _, e := range i.Timeline {
		switch e.Kind {
		case detector.EntryAcknowledged, detector.EntryNote, detector.EntryExpected, detector.EntryResolved:
			if e.Actor != "" {
				return true
			}
		}
	}
	return false
}

func noiseRows(list []detector.Incident, c clock) []noiseRow {
	type key struct{ name, service string }
	groups := map[key]*noiseRow{}
	var order []key
	nights := map[key]int{}
	for n := range list {
		i := &list[n]
		k := key{string(i.Kind), i.Service}
		if i.Rule != nil {
			k.name = "rule:" + i.Rule.Name
		}
		g := groups[k]
		if g == nil {
			g = &noiseRow{Name: kindWord(i.Kind), Sort: "detector", Service: i.Service, URL: "/incidents?range=30d&kind=" + string(i.Kind) + "&service=" + urlQuery(i.Service)}
			if i.Rule != nil {
				g.Name, g.Sort, g.URL = i.Rule.Name, "rule", ruleURL(i.Rule.Name)
			}
			groups[k] = g
			order = append(order, k)
		}
		g.pages++
		if len(g.Bells) < 24 {
			g.Bells = append(g.Bells, acted(i))
		} else {
			g.MoreBells++
		}
		if h := i.Onset.In(c.zone).Hour(); h >= 22 || h < 7 {
			nights[k]++
		}
	}
	var rows []noiseRow
	for _, k := range order {
		g := groups[k]
		g.Pages, g.Night = count(g.pages), count(nights[k])
		slices.SortStableFunc(g.Bells, func(a, b bool) int { return btoi(b) - btoi(a) })
		done := 0
		for _, a := range g.Bells {
			done += btoi(a)
		}
		switch {
		case done == len(g.Bells):
			g.Help = "nothing; all were acted on"
		case 2*done >= len(g.Bells):
			g.Help = "nothing; most were acted on"
		case g.Sort == "rule":
			g.Help = "a higher limit, or a longer for"
		default:
			g.Help = "a notice in place of a page, or mark it as expected"
		}
		rows = append(rows, *g)
	}
	slices.SortStableFunc(rows, func(a, b noiseRow) int { return b.pages - a.pages })
	return rows[:min(len(rows), 20)]
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// whatLogsMost lists the templates with the most bytes of at most the last 7 days.
func (s *Server) whatLogsMost(ctx context.Context, v *noiseView, rng timeRange) error {
	from := rng.From
	if rng.To.Sub(from) > 7*24*time.Hour {
		from = rng.To.Add(-7 * 24 * time.Hour)
	}
	sum, err := s.src.Counts.SumCounts(ctx, from, rng.To, Dimensions{Service: true, Level: true, Template: true})
	if err != nil {
		return err
	}
	var all uint64
	for _, row := range sum.Rows {
		all += row.Bytes
	}
	rows := slices.Clone(sum.Rows)
	slices.SortStableFunc(rows, func(a, b CountRow) int {
		if a.Bytes != b.Bytes {
			if a.Bytes > b.Bytes {
				return -1
			}
			return 1
		}
		return 0
	})
	days := max(rng.To.Sub(from).Hours()/24, 1.0/24)
	for _, row := range rows[:min(len(rows), 10)] {
		t := templateRow{
			Parts: code(cutMiddle(cmp.Or(row.Name, row.Template), 160)), Title: row.Template, URL: "/templates/" + row.TemplateID.String(), Service: row.Service, Level: row.Level.String(),
			Lines: count(uint64(float64(row.Lines) / days)), Bytes: size(uint64(float64(row.Bytes) / days)),
		}
		if all > 0 {
			t.Share = float64(row.Bytes) / float64(all)
		}
		t.ShareText = percent(t.Share)
		v.Logs = append(v.Logs, t)
	}
	v.LogsTotal = len(sum.Rows)
	return nil
}
