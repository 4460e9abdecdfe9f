package dashboards

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/dashboards/signin"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

func (s *Server) apiIncidents(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if err := known(q, "status", "service", "severity", "kind", "text", "template_id", "rule", "muted_by", "from", "to", "cursor", "limit"); err != nil {
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
	f.Charts = true
	s.writeIncidents(w, r, f)
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

// apiAct does an act. The body may be empty but for a note: {"text": "…", "actor": "…"}. With expected and noise, scope,
// weekly and ends say what later incidents are the same, and when.
func (s *Server) apiAct(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Text   string       `json:"text"`
		Actor  string       `json:"actor"`
		Scope  string       `json:"scope"`
		Weekly *mute.Weekly `json:"weekly"`
		Ends   time.Time    `json:"ends"`
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
	actor, ok := s.apiActor(w, r, body.Actor)
	if !ok {
		return
	}
	act := Act{Kind: kind, Actor: actor, Text: text, At: s.actTime(r)}
	if body.Scope != "" || body.Weekly != nil || !body.Ends.IsZero() {
		on, err := s.src.Incidents.Incident(r.Context(), r.PathValue("id"))
		if err != nil {
			s.failWith(w, r, "incident", err)
			return
		}
		if act.Mark, err = apiMark(kind, on, body.Scope, body.Weekly, body.Ends); err != nil {
			s.fail(w, r, http.StatusUnprocessableEntity, "invalid", capital(err.Error())+".")
			return
		}
	}
	i, err := s.src.Incidents.ActOnIncident(r.Context(), r.PathValue("id"), act)
	if err != nil {
		s.failWith(w, r, "incident", err)
		return
	}
	out := *i
	whole(&out)
	writeJSON(w, http.StatusOK, out)
}

// apiActor is who acts through the API. A program may say for whom it acts, and both are written down; a person who is
// signed in acts under no other name.
func (s *Server) apiActor(w http.ResponseWriter, r *http.Request, name string) (string, bool) {
	name = strings.TrimSpace(name)
	p := personOf(r)
	switch {
	case name == "" || name == p.Name:
		return s.actor(r), true
	case p.Name != "" && p.Source != signin.ByToken:
		s.fail(w, r, http.StatusUnprocessableEntity, "not_you", "You are signed in as "+p.Name+" and act under no other name. Leave it out.")
		return "", false
	case len(name) > 200:
		s.fail(w, r, http.StatusUnprocessableEntity, "too_long", "The name of who acts is longer than 200 bytes.")
		return "", false
	}
	return name + " (by the API, " + s.actor(r) + ")", true
}

// apiMark is what an act says about later incidents.
func apiMark(kind ActKind, on *detector.Incident, scope string, weekly *mute.Weekly, ends time.Time) (*mute.Mute, error) {
	if kind != ActExpected && kind != ActNoise {
		return nil, fmt.Errorf("scope, weekly and ends go with expected and noise alone")
	}
	if scope == "" {
		scope = scopesOf(on)[0].name
	}
	found, ok := scopeOf(on, scope)
	if !ok {
		return nil, fmt.Errorf("scope is %q: of this incident it is %s", short(scope), strings.Join(scopeNames(on), " or "))
	}
	if weekly != nil {
		if err := weekly.Check(); err != nil {
			return nil, err
		}
	}
	if scope == scopeThis {
		return &mute.Mute{}, nil
	}
	return &mute.Mute{Match: found.match, Weekly: weekly, Ends: ends}, nil
}
