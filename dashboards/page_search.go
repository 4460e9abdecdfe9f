package dashboards

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

type searchView struct {
	base
	Text      string
	Incidents []incidentRow
	Templates []templateRow
	Services  []crumb
	Rules     []crumb
	More      []crumb
	Empty     *emptyView
}

// search looks for a text in incidents, templates, services and rules. The whole id of an incident or template leads
// there at once.
func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	text := strings.TrimSpace(r.URL.Query().Get("q"))
	if len(text) > 200 {
		s.fail(w, r, http.StatusBadRequest, "bad_filter", "The text is longer than 200 bytes.")
		return
	}
	ctx := r.Context()
	if id, err := detector.ParseShapeID(text); err == nil {
		if t, err := s.src.Templates.Template(ctx, id); err == nil {
			http.Redirect(w, r, "/templates/"+t.ID.String(), http.StatusSeeOther)
			return
		}
	}
	if hexID(text) {
		if i, err := s.src.Incidents.Incident(ctx, text); err == nil {
			http.Redirect(w, r, incidentURL(i.ID), http.StatusSeeOther)
			return
		}
	}
	v := searchView{base: s.base(w, r, "Search", ""), Text: text}
	v.Query = text
	if text == "" {
		v.Empty = &emptyView{Head: "Search looks in incidents, templates, services and rules.", Text: "The id of an incident leads to it at once."}
		s.render(w, r, http.StatusOK, "search", v)
		return
	}
	if err := s.fillSearch(r, &v); err != nil {
		s.failWith(w, r, "search", err)
		return
	}
	if len(v.Incidents)+len(v.Templates)+len(v.Services)+len(v.Rules) == 0 {
		v.Empty = &emptyView{Head: "Nothing has “" + text + "” in it.", Text: "Looked in the sentences of incidents, in templates, and in the names of services and rules. Single lines are not searched."}
	}
	s.render(w, r, http.StatusOK, "search", v)
}

func (s *Server) fillSearch(r *http.Request, v *searchView) error {
	ctx, low := r.Context(), strings.ToLower(v.Text)
	found, err := s.src.Incidents.ListIncidents(ctx, IncidentFilter{Text: v.Text, Charts: true, Limit: 10})
	if err != nil {
		return err
	}
	v.Incidents = s.incidentRows(found.Incidents, v.clock, true)
	if found.Next != "" {
		v.More = append(v.More, crumb{"More incidents", "/incidents?" + url.Values{"text": {v.Text}, "range": {"400d"}}.Encode()})
	}
	page, err := s.src.Templates.ListTemplates(ctx, TemplateFilter{Text: v.Text, Sort: SortLines, Limit: 10})
	if err != nil {
		return err
	}
	v.Templates = templateRows(page.Templates, v.clock)
	if page.Next != "" {
		v.More = append(v.More, crumb{"More templates", "/templates?" + url.Values{"text": {v.Text}}.Encode()})
	}
	services, err := s.src.Services.ListServices(ctx)
	if err != nil {
		return err
	}
	for _, sv := range services {
		if strings.Contains(strings.ToLower(sv.Name), low) && len(v.Services) < 20 {
			v.Services = append(v.Services, crumb{serviceName(sv.Name), serviceURL(sv.Name)})
		}
	}
	set, err := s.src.Rules.ListRules(ctx)
	if err != nil {
		return err
	}
	for _, k := range set.Rules {
		if strings.Contains(strings.ToLower(k.Name), low) && len(v.Rules) < 20 {
			v.Rules = append(v.Rules, crumb{k.Name, ruleURL(k.Name)})
		}
	}
	return nil
}

func hexID(s string) bool {
	if len(s) < 6 || len(s) > 64 {
		return false
	}
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}

type keysView struct {
	base
	Keys []keyRow
}

type keyRow struct {
	Keys []string
	What string
}

// keys lists the keyboard: each key is also a button or a link.
func (s *Server) keys(w http.ResponseWriter, r *http.Request) {
	v := keysView{base: s.base(w, r, "Keys", ""), Keys: keyRows()}
	s.render(w, r, http.StatusOK, "keys", v)
}

func keyRows() []keyRow {
	return []keyRow{
		{[]string{"j", "k"}, "move in a list"},
		{[]string{"enter"}, "open"},
		{[]string{"a"}, "acknowledge; again: give back"},
		{[]string{"r"}, "resolve"},
		{[]string{"o"}, "reopen"},
		{[]string{"s"}, "silence"},
		{[]string{"e"}, "mark as expected, not a secret"},
		{[]string{"n"}, "add a note"},
		{[]string{"x"}, "select in a list of incidents; a and r act on all that are selected, or on the row"},
		{[]string{"/"}, "search"},
		{[]string{"u"}, "UTC, or your own zone"},
		{[]string{"w"}, "wrap lines"},
		{[]string{"g", "o"}, "overview"},
		{[]string{"g", "i"}, "incidents"},
		{[]string{"g", "s"}, "services"},
		{[]string{"g", "t"}, "templates"},
		{[]string{"g", "r"}, "rules"},
		{[]string{"g", "n"}, "noise"},
		{[]string{"g", "h"}, "health"},
		{[]string{"?"}, "all keys"},
		{[]string{"esc"}, "back"},
	}
}

type errorView struct {
	base
	Head string
	Text string
}

// refusedView is an error for who has not signed in: it shows nothing of what tocsin knows.
type refusedView struct {
	Title, Text string
	SignIn      bool // signing in helps
}

// errorPage says what is wrong. It reads no source that can fail, as that may be what is wrong.
func (s *Server) errorPage(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	if status == http.StatusMisdirectedRequest || s.opt.SignIn != nil && !personOf(r).Role.Valid() {
		s.render(w, r, status, "refused", refusedView{http.StatusText(status), message, status == http.StatusUnauthorized})
		return
	}
	c := s.clock(r)
	v := errorView{Head: http.StatusText(status), Text: message}
	v.base = base{Title: http.StatusText(status), Path: "/", clock: c, Zone: c.name(c.now), Offset: c.offset(), IsUTC: true, Version: s.opt.Version, Open: -1}
	if code != "internal" {
		v.Status = listening(s.src.Health.Health(r.Context()), c)
		v.HasZone, v.IsUTC = c.home != time.UTC, c.zone == time.UTC
	}
	if v.Head == "" {
		v.Head = code
	}
	v.setWho(s, w, r)
	s.render(w, r, status, "error", v)
}
