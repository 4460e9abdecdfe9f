package dashboards

import (
	"net/http"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

type apiIncidentList struct {
	Incidents []detector.Incident `json:"incidents"`
	Next      string              `json:"next"`
}

func (s *Server) apiIncidents(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if err := known(q, "status", "service", "severity", "kind", "text", "template_id", "rule", "from", "to", "cursor", "limit"); err != nil {
		s.badQuery(w, r, err)
		return
	}
	f, err := readIncidentFilter(q)
	if err == nil {
		f.Limit, err = readLimit(q)
	}
	if err == nil && (q.Has("from") || q.Has("to")) {
		f.From, f.To, err = readTimes(q, s.opt.Now())
	}
	if err != nil {
		s.badQuery(w, r, err)
		return
	}
	page, err := s.src.Incidents.ListIncidents(r.Context(), f)
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	out := apiIncidentList(page)
	if out.Incidents == nil {
		out.Incidents = []detector.Incident{}
	}
	for i := range out.Incidents {
		whole(&out.Incidents[i])
	}
	writeJSON(w, http.StatusOK, out)
}

// whole makes lists that the contract always has.
func whole(i *detector.Incident) {
	if i.Samples == nil {
		i.Samples = []detector.Sample{}
	}
}

func (s *Server) apiIncident(w http.ResponseWriter, r *http.Request) {
	i, err := s.src.Incidents.Incident(r.Context(), r.PathValue("id"))
	if err != nil {
		s.failWith(w, r, "incident", err)
		return
	}
	out := *i
	whole(&out)
	writeJSON(w, http.StatusOK, out)
}

// apiAct does an act. The body may be empty but for a note: {"text": "…", "actor": "…"}.
func (s *Server) apiAct(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Text  string `json:"text"`
		Actor string `json:"actor"`
	}
	if !s.readBody(w, r, &body) {
		return
	}
	kind, text := ActKind(r.PathValue("act")), strings.TrimSpace(body.Text)
	if code, message := checkAct(kind, text); code != "" {
		status := http.StatusUnprocessableEntity
		if code == "not_found" {
			status = http.StatusNotFound
		}
		s.fail(w, r, status, code, message)
		return
	}
	actor := s.actor(r)
	if a := strings.TrimSpace(body.Actor); a != "" {
		if len(a) > 200 {
			s.fail(w, r, http.StatusUnprocessableEntity, "too_long", "actor is longer than 200 bytes.")
			return
		}
		actor = a + " (by the API, " + actor + ")"
	}
	i, err := s.src.Incidents.ActOnIncident(r.Context(), r.PathValue("id"), Act{Kind: kind, Actor: actor, Text: text, At: s.opt.Now()})
	if err != nil {
		s.failWith(w, r, "incident", err)
		return
	}
	out := *i
	whole(&out)
	writeJSON(w, http.StatusOK, out)
}
