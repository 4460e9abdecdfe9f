package dashboards

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
)

type servicesView struct {
	base
	Services []serviceRow
	Hosts    int
	Learning []note
	Empty    *emptyView
	States   []choice
	Sorts    []choice
	Hidden   []option // further fields of the form
	Text     string
	Total    int // that are selected
	AsOf     string
	Next     string
}

// noService is what pages call lines whose source names no service, and the value that selects them in a list of templates.
const noService = "(no service)"

// serviceName is a service as people read it.
func serviceName(name string) string { return cmp.Or(name, noService) }

// serviceURL is the page of a service. What has no name has no page: its templates are listed.
func serviceURL(name string) string {
	if name == "" {
		return "/templates?service=" + url.QueryEscape(noService)
	}
	return "/services/" + url.PathEscape(name)
}

// maxOpenRead is how many open incidents, the newest, pages look at to say what differs.
const maxOpenRead = 500

func (s *Server) serviceList(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Services", "services")
	rng, err := readRange(r, b.clock, "6h")
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_time", err.Error())
		return
	}
	b.Range, b.Live = &rng, true
	q, err := readServiceQuery(r.URL.Query())
	switch {
	case errors.Is(err, ErrBadCursor):
		s.failWith(w, r, "services", err)
		return
	case err != nil:
		s.fail(w, r, http.StatusBadRequest, "bad_filter", err.Error())
		return
	}
	open, err := s.openInBrief(r.Context())
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	v, worst := servicesView{base: b, Text: q.Text}, worstOf(open)
	all, err := s.src.Services.Traffic(r.Context())
	if err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	v.Hosts, v.Learning = all.Hosts, learningNotes(all.Learning, b.clock)
	v.AsOf = b.clock.age(all.AsOf)
	part := all.part(&q, worst, b.clock.now)
	v.Total = part.Total
	v.fillChoices(r.URL.Query(), &q, part.ByState)
	if part.Next != "" {
		u := cloneQuery(r.URL.Query())
		u.Set("cursor", part.Next)
		v.Next = "/services?" + u.Encode()
	}
	if v.Services, err = s.serviceRows(r.Context(), part.Services, worst, rng, b.clock); err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	v.fillEmpty(&q)
	s.render(w, r, http.StatusOK, "services", v)
}

// fillChoices are the states with how many services are in each, and the orders.
func (v *servicesView) fillChoices(now url.Values, q *serviceQuery, byState map[string]int) {
	link := func(key, value string) string {
		u := cloneQuery(now)
		u.Del("cursor")
		u.Set(key, value)
		return "/services?" + u.Encode()
	}
	for _, k := range []struct{ value, label string }{
		{"", "All"}, {stateIncident, "Open incident"}, {stateErrors, "Errors over 5 %"}, {stateSilent, "Silent"}, {stateLearning, "Learning"},
	} {
		v.States = append(v.States, choice{k.label + " " + count(byState[k.value]), link("state", k.value), q.State == k.value})
	}
	for _, k := range []struct{ value, label string }{{sortDiffers, "What differs"}, {sortBusy, "Most lines"}, {sortErrors, "Most errors"}, {sortName, "Name"}} {
		v.Sorts = append(v.Sorts, choice{k.label, link("sort", k.value), q.Sort == k.value})
	}
	for _, k := range []string{"range", "from", "to", "state", "sort"} {
		if now.Get(k) != "" {
			v.Hidden = append(v.Hidden, option{Value: now.Get(k), Label: k})
		}
	}
}

func (v *servicesView) fillEmpty(q *serviceQuery) {
	switch {
	case len(v.Services) > 0:
	case q.Text != "" || q.State != "" || q.After != nil:
		v.Empty = &emptyView{Head: "No service matches.", Text: "A service is known from its first line.", Links: []crumb{{"All services", "/services"}}}
		if q.Text != "" && q.State == "" {
			v.Empty.Head = "No service has “" + q.Text + "” in its name."
		}
	default:
		v.Empty = &emptyView{Head: "No service has logged a line yet.", Text: "A service is known from its first line.", Links: []crumb{{"How to send one", "/connect"}}}
	}
}
