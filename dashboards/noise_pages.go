package dashboards

import (
	"context"
	"net/url"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// noiseRow is a rule or detector with what it paged for one service. Bells: true where a person acted.
type noiseRow struct {
	Name, URL, Sort, Service string
	Bells                    []bool
	MoreBells                int
	Pages, Night             string
	Acknowledged, Marked     string
	Muted                    string
	Help                     crumb // what would help; without a URL it is a remark
	pages, idle, open        int
	acknowledged, marked     int
	muted, nights            int
	newest                   string
	secret                   bool
}

// maxNoise bounds how many pages the report looks at.
const maxNoise = 2000

// noisePages is what paged in a time, and what would have if nothing muted it.
type noisePages struct {
	list   []PastPage
	acts   map[string][]detector.EntryKind
	paged  int
	idle   int  // pages that went by and nobody did anything about
	open   int  // pages that wait for somebody
	marked int  // that a person marked as expected or noise
	muted  int  // held back
	cut    bool // older incidents of the time were not looked at
}

func (s *Server) pagesOf(ctx context.Context, rng timeRange) (noisePages, error) {
	var n noisePages
	var err error
	if n.acts, err = s.src.Incidents.ListActs(ctx, rng.From, rng.To); err != nil {
		return n, err
	}
	list, more, err := s.src.Incidents.ListPages(ctx, rng.From, rng.To, maxNoise)
	n.list, n.cut = list, more
	for i := range list {
		n.add(&list[i])
	}
	return n, err
}

func (n *noisePages) add(i *PastPage) {
	switch {
	case i.Muted:
		n.muted++
		return
	case n.acted(i):
	case i.Open:
		n.open++
	default:
		n.idle++
	}
	n.paged++
	if n.markedBy(i) {
		n.marked++
	}
}

// acted tells whether a person did something about a page other than calling it noise.
func (n *noisePages) acted(i *PastPage) bool {
	if i.Assigned {
		return true
	}
	return slices.ContainsFunc(n.acts[i.ID], func(k detector.EntryKind) bool {
		return k != detector.EntryExpected && k != detector.EntryNoise
	})
}

// markedBy tells whether a person marked a page as expected or as noise.
func (n *noisePages) markedBy(i *PastPage) bool {
	return slices.ContainsFunc(n.acts[i.ID], func(k detector.EntryKind) bool {
		return k == detector.EntryExpected || k == detector.EntryNoise
	})
}

func (n *noisePages) rows(c clock) []noiseRow {
	type key struct{ name, service string }
	groups := map[key]*noiseRow{}
	var order []key
	for at := range n.list {
		i := &n.list[at]
		k := key{string(i.Kind), i.Service}
		if i.Rule != "" {
			k.name = "rule:" + i.Rule
		}
		g := groups[k]
		if g == nil {
			g = &noiseRow{
				Name: kindWord(i.Kind), Sort: "detector", Service: i.Service, newest: i.ID, secret: i.Kind == detector.KindSecret,
				URL: "/incidents?range=30d&kind=" + string(i.Kind) + "&service=" + urlQuery(i.Service),
			}
			if i.Rule != "" {
				g.Name, g.Sort, g.URL = i.Rule, "rule", ruleURL(i.Rule)
			}
			groups[k] = g
			order = append(order, k)
		}
		n.count(g, i, c)
	}
	var rows []noiseRow
	for _, k := range order {
		rows = append(rows, groups[k].shown())
	}
	slices.SortStableFunc(rows, func(a, b noiseRow) int { return b.pages + b.muted - a.pages - a.muted })
	return rows[:min(len(rows), 20)]
}

func (n *noisePages) count(g *noiseRow, i *PastPage, c clock) {
	if i.Muted {
		g.muted++
		return
	}
	g.pages++
	acted := n.acted(i)
	if len(g.Bells) < 16 {
		g.Bells = append(g.Bells, acted)
	} else {
		g.MoreBells++
	}
	switch {
	case acted:
		g.acknowledged++
	case i.Open:
		g.open++
	default:
		g.idle++
	}
	if n.markedBy(i) {
		g.marked++
	}
	if h := i.Onset.In(c.zone).Hour(); h >= 22 || h < 7 {
		g.nights++
	}
}

// shown fills in the words.
func (g *noiseRow) shown() noiseRow {
	g.Pages, g.Night, g.Acknowledged, g.Marked, g.Muted = count(g.pages), count(g.nights), count(g.acknowledged), count(g.marked), count(g.muted)
	slices.SortStableFunc(g.Bells, func(a, b bool) int { return btoi(b) - btoi(a) })
	switch {
	case g.pages == 0:
		g.Help = crumb{Label: "nothing; all of it is muted"}
	case g.secret && g.idle+g.open > 0:
		g.Help = crumb{"renew it, and take it out of the log", incidentURL(g.newest)}
	case g.idle == 0 && g.open > 0:
		g.Help = crumb{Label: "a person; " + count(g.open) + " waiting"}
	case g.idle == 0:
		g.Help = crumb{Label: "nothing; all were acted on"}
	case 2*g.idle <= g.pages-g.open:
		g.Help = crumb{Label: "nothing; most were acted on"}
	case g.Sort == "rule":
		g.Help = crumb{"a higher limit, or a longer for", g.URL}
	case g.Service != "" && g.acknowledged > 0:
		g.Help = crumb{"try quiet on two weeks", "/services/" + url.PathEscape(g.Service) + "/sensitivity?pages=quiet"}
	default:
		g.Help = crumb{"mark it as expected or noise", "/silences/new?sort=noise&incident=" + url.QueryEscape(g.newest)}
	}
	return *g
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
