package dashboards

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// auditActs are the acts that are written down, as people call them. What is not here is shown by its own name.
var auditActs = []struct{ action, word string }{
	{"session.started", "signed in"},
	{"session.refused", "was refused at sign-in"},
	{"session.ended", "signed out"},
	{"incident.acknowledged", "acknowledged"},
	{"incident.unacknowledged", "gave back"},
	{"incident.resolved", "resolved"},
	{"incident.reopened", "reopened"},
	{"incident.note", "noted"},
	{"incident.expected", "marked as expected"},
	{"incident.noise", "marked as noise"},
	{"silence.created", "silenced"},
	{"silence.ended", "ended a silence"},
	{"expected.created", "marked as expected from now on"},
	{"expected.ended", "took back: expected"},
	{"noise.created", "marked as noise from now on"},
	{"noise.ended", "took back: noise"},
	{"sensitivity.set", "set the sensitivity"},
	{"deploy.told", "told of a deploy"},
	{"message.sent_again", "sent again"},
	{"rules.reload", "loaded rules and routes again"},
}

type auditView struct {
	base
	Actor, Subject string
	Actions        []option
	Filtered       bool
	Rows           []auditRow
	Older          string
}

type auditRow struct {
	At       stamp
	Actor    string
	ActorURL string
	Act      string
	Subject  crumb
	Text     string
}

func readAuditFilter(q url.Values) AuditFilter {
	return AuditFilter{
		Actor: strings.TrimSpace(q.Get("actor")), Action: q.Get("action"), Subject: strings.TrimSpace(q.Get("subject")), Cursor: q.Get("cursor"), Limit: pageSize,
	}
}

// auditPage lists who did what, newest first.
func (s *Server) auditPage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	f := readAuditFilter(q)
	page, err := s.src.Audit.ListAudit(r.Context(), f)
	if err != nil {
		s.failWith(w, r, "audit", err)
		return
	}
	v := auditView{base: s.base(w, r, "Audit", "audit"), Actor: f.Actor, Subject: f.Subject, Filtered: f.Actor+f.Action+f.Subject != ""}
	v.Actions = append(v.Actions, option{"", "any", f.Action == ""})
	known := f.Action == ""
	for _, a := range auditActs {
		v.Actions = append(v.Actions, option{a.action, a.word, a.action == f.Action})
		known = known || a.action == f.Action
	}
	if !known {
		v.Actions = append(v.Actions, option{f.Action, short(f.Action), true})
	}
	for i := range page.Entries {
		v.Rows = append(v.Rows, auditRowOf(&page.Entries[i], v.clock))
	}
	if page.Next != "" {
		u := cloneQuery(q)
		u.Set("cursor", page.Next)
		v.Older = "/audit?" + u.Encode()
	}
	s.render(w, r, http.StatusOK, "audit", v)
}

func auditRowOf(e *AuditEntry, c clock) auditRow {
	row := auditRow{
		At: c.stamp(e.At, c.dayIfOther(e.At)+c.hms(e.At)), Actor: e.Actor, ActorURL: "/audit?" + url.Values{"actor": {e.Actor}}.Encode(), Act: e.Action, Text: e.Text,
	}
	for _, a := range auditActs {
		if a.action == e.Action {
			row.Act = a.word
		}
	}
	kind, _, _ := strings.Cut(e.Action, ".")
	switch kind {
	case "incident":
		row.Subject = crumb{shortID(e.Subject), incidentURL(e.Subject)}
	case "silence", "expected", "noise":
		row.Subject = crumb{e.Subject, "/incidents?" + url.Values{"range": {"30d"}, "muted_by": {e.Subject}}.Encode()}
	case "sensitivity", "deploy":
		row.Subject = crumb{e.Subject, "/services/" + url.PathEscape(e.Subject)}
	case "session": // of the person who is named already
	default:
		row.Subject.Label = e.Subject
	}
	return row
}

type apiAuditEntry struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Action  string    `json:"action"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
}

// apiAudit is the audit for programs, as those that collect audits.
func (s *Server) apiAudit(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if err := known(q, "actor", "action", "subject", "cursor", "limit"); err != nil {
		s.badQuery(w, r, err)
		return
	}
	f := readAuditFilter(q)
	var err error
	if f.Limit, err = readLimit(q); err != nil {
		s.badQuery(w, r, err)
		return
	}
	page, err := s.src.Audit.ListAudit(r.Context(), f)
	if err != nil {
		s.failWith(w, r, "audit", err)
		return
	}
	out := make([]apiAuditEntry, 0, len(page.Entries))
	for _, e := range page.Entries {
		out = append(out, apiAuditEntry{e.At.UTC(), e.Actor, e.Action, e.Subject, e.Text})
	}
	writeJSON(w, http.StatusOK, map[string]any{"audit": out, "next": page.Next})
}
