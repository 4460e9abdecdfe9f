package dashboards

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

const pageSize = 50

type incidentsView struct {
	base
	Segments   []choice
	SegIcons   []string
	Services   []option // none where there are too many to choose from
	Service    string
	Severities []option
	Kinds      []option
	Text       string
	Hidden     []option // further fields of the form
	Days       []incidentDay
	Shown      int
	Total      string
	Older      string
	Empty      *emptyView
}

// option is a choice of a select.
type option struct {
	Value, Label string
	On           bool
}

// incidentDay is a day of a list.
type incidentDay struct {
	Head, Sub string
	Rows      []incidentRow
}

// emptyView is what a list says when nothing matches: what was asked, and what would match.
type emptyView struct {
	Head, Text string
	Links      []crumb
}

func (s *Server) incidentList(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Incidents", "incidents")
	q := r.URL.Query()
	f, err := readIncidentFilter(q)
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_filter", err.Error())
		return
	}
	standard := "7d"
	if f.goesOn() {
		standard = anyTime
	}
	rng, err := readRange(r, b.clock, standard)
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_time", err.Error())
		return
	}
	b.Range, b.Live = &rng, q.Get("cursor") == ""
	f.From, f.To, f.Charts, f.Limit = rng.From, rng.To, true, pageSize
	if rng.Last != "" && !rng.isAnyTime() {
		f.To = f.To.AddDate(0, 0, 1) // what begins while the page is read belongs to it
	}
	page, err := s.src.Incidents.ListIncidents(r.Context(), f)
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	f.CountTo = maxCount
	counts, err := s.src.Incidents.CountIncidents(r.Context(), f)
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	open, err := s.countOpen(r.Context(), f)
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	services, err := s.src.Services.ListServices(r.Context())
	if err != nil {
		s.failWith(w, r, "services", err)
		return
	}
	v := incidentsView{base: b, Text: f.Text, Shown: len(page.Incidents)}
	v.Total = counted(counts.Total, counts.More) + rng.within()
	v.fillFilter(q, f, open, services)
	if n, ok := doneManyNote(r, b.clock); ok {
		v.Notes = append([]note{n}, v.Notes...)
	}
	v.Days = s.incidentDays(page.Incidents, b.clock)
	if page.Next != "" {
		u := cloneQuery(q)
		u.Set("cursor", page.Next)
		v.Older = "/incidents?" + u.Encode()
	}
	if len(page.Incidents) == 0 {
		v.Empty = s.noIncident(r, f, rng)
	}
	s.render(w, r, http.StatusOK, "incidents", v)
}

// readIncidentFilter reads status, service, severity, kind, text, template and rule. An unknown value is an error that
// names the known ones.
func readIncidentFilter(q url.Values) (IncidentFilter, error) {
	f := IncidentFilter{Text: q.Get("text"), TemplateID: q.Get("template_id"), Rule: q.Get("rule"), MutedBy: q.Get("muted_by"), Cursor: q.Get("cursor")}
	for _, v := range q["status"] {
		switch st := detector.Status(v); st {
		case "", "all":
		case detector.StatusOpen, detector.StatusAcknowledged, detector.StatusResolved:
			f.Statuses = append(f.Statuses, st)
		default:
			return f, fmt.Errorf("status %q is unknown: use open, acknowledged or resolved", short(v))
		}
	}
	for _, v := range q["severity"] {
		if v == "" {
			continue
		}
		if !detector.Severity(v).Valid() {
			return f, fmt.Errorf("severity %q is unknown: use page, notice or record", short(v))
		}
		f.Severities = append(f.Severities, detector.Severity(v))
	}
	for _, v := range q["kind"] {
		if v == "" {
			continue
		}
		if !detector.Kind(v).Valid() {
			return f, fmt.Errorf("kind %q is unknown: use one of %v", short(v), detector.Kinds())
		}
		f.Kinds = append(f.Kinds, detector.Kind(v))
	}
	for _, v := range q["service"] {
		switch v {
		case "":
		case noService:
			f.Services = append(f.Services, "")
		default:
			f.Services = append(f.Services, v)
		}
	}
	if f.TemplateID != "" {
		if _, err := detector.ParseShapeID(f.TemplateID); err != nil {
			return f, err
		}
	}
	if len(f.Text) > 200 {
		return f, fmt.Errorf("text is longer than 200 bytes")
	}
	return f, nil
}

func (v *incidentsView) fillFilter(q url.Values, f IncidentFilter, n IncidentCounts, services []Service) {
	v.fillSegments(q, f, n)
	v.Services, v.Service = serviceOptions(services, f.Services)
	v.Severities = []option{{Label: "any"}}
	for _, sv := range []detector.Severity{detector.SeverityPage, detector.SeverityNotice, detector.SeverityRecord} {
		v.Severities = append(v.Severities, option{string(sv), string(sv), slices.Contains(f.Severities, sv)})
	}
	v.Kinds = []option{{Label: "any"}}
	for _, k := range detector.Kinds() {
		v.Kinds = append(v.Kinds, option{string(k), kindWord(k), slices.Contains(f.Kinds, k)})
	}
	for _, k := range []string{"range", "from", "to", "status", "template_id", "rule"} {
		for _, value := range q[k] {
			if value != "" {
				v.Hidden = append(v.Hidden, option{Value: value, Label: k})
			}
		}
	}
}

// fillSegments are the states that the list may be of. What is open is counted, and listed, however long ago it began.
func (v *incidentsView) fillSegments(q url.Values, f IncidentFilter, n IncidentCounts) {
	seg := func(label, icon string, on bool, anyTime bool, statuses ...detector.Status) {
		u := cloneQuery(q)
		u.Del("cursor")
		u.Del("status")
		for _, st := range statuses {
			u.Add("status", string(st))
		}
		if anyTime {
			u.Del("range")
			u.Del("from")
			u.Del("to")
		}
		v.Segments = append(v.Segments, choice{Label: label, URL: "/incidents?" + u.Encode(), On: on})
		v.SegIcons = append(v.SegIcons, icon)
	}
	numbered := func(label string, n int, more bool) string {
		if n == 0 {
			return label
		}
		return label + " " + counted(n, more)
	}
	only := func(st detector.Status) bool { return len(f.Statuses) == 1 && f.Statuses[0] == st }
	seg(numbered("Open", n.Total, n.More), "open", f.isGoingOn(), true, unresolved...)
	seg(numbered("Acknowledged", n.ByStatus[detector.StatusAcknowledged], n.More), "acknowledged", only(detector.StatusAcknowledged), true, detector.StatusAcknowledged)
	seg("Resolved", "resolved", only(detector.StatusResolved), false, detector.StatusResolved)
	seg("All", "", len(f.Statuses) == 0, false)
}

func (s *Server) incidentDays(list []detector.Incident, c clock) []incidentDay {
	var days []incidentDay
	for a := 0; a < len(list); {
		b, pages := a, 0
		for b < len(list) && c.sameDay(list[a].Onset, list[b].Onset) {
			if list[b].Page {
				pages++
			}
			b++
		}
		days = append(days, incidentDay{
			Head: c.dayHead(list[a].Onset), Sub: plural(b-a, "incident") + ", " + plural(pages, "page"),
			Rows: s.incidentRows(list[a:b], c, false),
		})
		a = b
	}
	return days
}

// noIncident says what was asked for, and what other filters would show.
func (s *Server) noIncident(r *http.Request, f IncidentFilter, rng timeRange) *emptyView {
	e := &emptyView{Head: "No"}
	for _, st := range f.Statuses {
		e.Head += " " + string(st)
	}
	e.Head += " incident"
	if len(f.Services) > 0 {
		e.Head += " of " + serviceName(f.Services[0])
	}
	if len(f.Severities) > 0 {
		e.Head += " with severity " + string(f.Severities[0])
	}
	if len(f.Kinds) > 0 {
		e.Head += " of kind " + string(f.Kinds[0])
	}
	if f.Text != "" {
		e.Head += " with “" + f.Text + "”"
	}
	e.Head += rng.within() + "."
	wide := f
	wide.Severities, wide.Statuses, wide.Kinds, wide.Text, wide.Cursor = nil, nil, nil, "", ""
	if all, err := s.src.Incidents.CountIncidents(r.Context(), wide); err == nil && all.Total > 0 {
		e.Text = "There " + is(all.Total, all.More) + rng.within() + " without these filters."
		u := cloneQuery(r.URL.Query())
		for _, k := range []string{"cursor", "status", "severity", "kind", "text"} {
			u.Del(k)
		}
		if rng.isAnyTime() {
			u.Set("range", longest)
		}
		e.Links = append(e.Links, crumb{"Any severity, kind and state", "/incidents?" + u.Encode()})
	} else {
		e.Text = "Nothing was abnormal, or nothing was read. Health says how far lines are counted."
		e.Links = append(e.Links, crumb{"Health", "/health"})
	}
	u := cloneQuery(r.URL.Query())
	u.Del("cursor")
	u.Del("from")
	u.Del("to")
	u.Set("range", "30d")
	e.Links = append(e.Links, crumb{"Last 30 days", "/incidents?" + u.Encode()})
	return e
}

func is(n int, more bool) string {
	if n == 1 && !more {
		return "is 1"
	}
	return "are " + counted(n, more)
}
