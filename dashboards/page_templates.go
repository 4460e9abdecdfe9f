package dashboards

import (
	"net/http"
	"net/url"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// templateRow is a template in a list.
type templateRow struct {
	Parts     []part
	Title     string
	URL       string
	Service   string
	Level     string
	Lines     string
	Bytes     string
	Share     float64
	ShareText string
	First     stamp
	Last      stamp
	New       bool
	FirstAgo  string
}

func templateRows(list []Template, c clock) []templateRow {
	rows := make([]templateRow, 0, len(list))
	for _, t := range list {
		rows = append(rows, templateRow{
			Parts: code(cutMiddle(t.Called(), 240)), Title: t.Text, URL: "/templates/" + t.ID.String(), Service: serviceName(t.Service), Level: t.Level.String(),
			Lines: count(t.Lines), Bytes: size(t.Bytes), First: c.stamp(t.FirstSeen, c.ago(t.FirstSeen)), Last: c.stamp(t.LastSeen, c.ago(t.LastSeen)),
			New: c.now.Sub(t.FirstSeen) < 24*time.Hour, FirstAgo: c.ago(t.FirstSeen),
		})
	}
	return rows
}

// cutMiddle shortens a template for a list; the whole of it stands in the title. It never cuts inside a rune or a
// placeholder.
func cutMiddle(s string, n int) string {
	if len(s) <= n {
		return s
	}
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	head, tail := n*2/3, n/3
	return string(r[:backTo(r, head)]) + " … " + string(r[len(r)-tail+skipTo(r[len(r)-tail:]):])
}

// backTo moves a cut before a < that is not closed.
func backTo(r []rune, at int) int {
	for i := at - 1; i >= 0 && i > at-70; i-- {
		if r[i] == '>' {
			return at
		}
		if r[i] == '<' {
			return i
		}
	}
	return at
}

// skipTo moves a cut behind a > that was not opened.
func skipTo(r []rune) int {
	for i := 0; i < len(r) && i < 70; i++ {
		if r[i] == '<' {
			return 0
		}
		if r[i] == '>' {
			return i + 1
		}
	}
	return 0
}

type templatesView struct {
	base
	Rows     []templateRow
	Services []option // none where there are too many to choose from
	Service  string
	Levels   []option
	Sorts    []choice
	Text     string
	Total    int
	Next     string
	Empty    *emptyView
	Sort     string
	AsOf     string // when the counts were added up; empty where that is as good as now
}

// listAge is how old a list may be without a word of it.
const listAge = 10 * time.Second

// age says of when something is that was made at a time; empty where that is as good as now, or not known.
func (c clock) age(at time.Time) string {
	if at.IsZero() || c.now.Sub(at) <= listAge {
		return ""
	}
	return c.zoned(at)
}

func (s *Server) templateList(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Templates", "templates")
	q := r.URL.Query()
	f, code, message := readTemplateFilter(q)
	if code != "" {
		s.fail(w, r, http.StatusBadRequest, code, message)
		return
	}
	f.Limit = pageSize
	if q.Get("new") == "24h" {
		f.NewSince, f.Sort = b.clock.now.Add(-24*time.Hour), SortNew
	}
	ctx := r.Context()
	page, err := s.src.Templates.ListTemplates(ctx, f)
	if err != nil {
		s.failWith(w, r, "templates", err)
		return
	}
	v := templatesView{base: b, Rows: templateRows(page.Templates, b.clock), Text: f.Text, Sort: string(f.Sort)}
	if v.Total, err = s.src.Templates.CountTemplates(ctx, f); err != nil {
		s.failWith(w, r, "templates", err)
		return
	}
	v.AsOf = b.clock.age(page.AsOf)
	services, err := s.src.Services.ListServices(ctx)
	if err != nil {
		s.failWith(w, r, "services", err)
		return
	}
	var chosen []string
	if f.Service != "" || f.NoService {
		chosen = []string{f.Service}
	}
	v.Services, v.Service = serviceOptions(services, chosen)
	v.Levels = []option{{Label: "any"}}
	for l := detector.LevelTrace; l <= detector.LevelFatal; l++ {
		v.Levels = append(v.Levels, option{l.String(), l.String(), f.HasLevel && f.Level == l})
	}
	for _, k := range []struct {
		sort  TemplateSort
		label string
	}{{SortLines, "Most lines"}, {SortBytes, "Most bytes"}, {SortNew, "Newest"}} {
		u := cloneQuery(q)
		u.Del("cursor")
		u.Del("new")
		u.Set("sort", string(k.sort))
		v.Sorts = append(v.Sorts, choice{k.label, "/templates?" + u.Encode(), f.Sort == k.sort})
	}
	if page.Next != "" {
		u := cloneQuery(q)
		u.Set("cursor", page.Next)
		v.Next = "/templates?" + u.Encode()
	}
	if len(v.Rows) == 0 {
		v.Empty = &emptyView{Head: "No template matches.", Text: "A template is known from its first line; the filter is what it is searched by.", Links: []crumb{{"All templates", "/templates"}}}
	}
	s.render(w, r, http.StatusOK, "templates", v)
}

// readTemplateFilter reads service, level, text, sort and cursor.
func readTemplateFilter(q url.Values) (f TemplateFilter, code, message string) {
	f = TemplateFilter{Service: q.Get("service"), Text: q.Get("text"), Cursor: q.Get("cursor"), Sort: SortLines}
	if f.Service == noService {
		f.Service, f.NoService = "", true
	}
	if len(f.Text) > 200 {
		return f, "bad_filter", "text is longer than 200 bytes"
	}
	if v := q.Get("level"); v != "" {
		l, ok := detector.ParseLevel(v)
		if !ok {
			return f, "bad_filter", "level is unknown: use trace, debug, info, warn, error or fatal"
		}
		f.Level, f.HasLevel = l, true
	}
	switch v := TemplateSort(q.Get("sort")); v {
	case "":
	case SortLines, SortNew, SortBytes:
		f.Sort = v
	default:
		return f, "bad_filter", "sort is unknown: use lines, bytes or new"
	}
	return f, "", ""
}
