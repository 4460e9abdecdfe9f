package dashboards

import (
	"net/http"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

type apiTemplateList struct {
	Templates []templateBody `json:"templates"`
	Next      string         `json:"next"`
}

// templateBody is a template; shapes, slots and samples only where one is asked for.
type templateBody struct {
	ID          string            `json:"template_id"`
	Template    string            `json:"template"`
	Name        string            `json:"template_name,omitempty"`
	Service     string            `json:"service"`
	Environment string            `json:"environment"`
	Level       detector.Level    `json:"level"`
	FirstSeen   time.Time         `json:"first_seen"`
	LastSeen    time.Time         `json:"last_seen"`
	Lines       uint64            `json:"lines"`
	Bytes       uint64            `json:"bytes"`
	Hosts       []string          `json:"hosts,omitempty"`
	Samples     []detector.Sample `json:"samples,omitempty"`
	Shapes      []apiShape        `json:"shapes,omitempty"`
}

type apiShape struct {
	ID       string `json:"template_id"`
	Template string `json:"template"`
	Lines    uint64 `json:"lines"`
	Why      string `json:"why,omitempty"`
}

func templateJSON(t *Template) templateBody {
	out := templateBody{
		ID: t.ID.String(), Template: t.Text, Name: t.Name, Service: t.Service, Environment: t.Environment, Level: t.Level, FirstSeen: t.FirstSeen.UTC(),
		LastSeen: t.LastSeen.UTC(), Lines: t.Lines, Bytes: t.Bytes, Hosts: t.Hosts, Samples: t.Samples,
	}
	for _, k := range t.Shapes {
		out.Shapes = append(out.Shapes, apiShape{k.ID.String(), k.Text, k.Lines, k.Why})
	}
	return out
}

func (s *Server) apiTemplates(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if err := known(q, "service", "level", "text", "sort", "cursor", "limit"); err != nil {
		s.badQuery(w, r, err)
		return
	}
	f, code, message := readTemplateFilter(q)
	if code != "" {
		s.fail(w, r, http.StatusBadRequest, code, message)
		return
	}
	var err error
	if f.Limit, err = readLimit(q); err != nil {
		s.badQuery(w, r, err)
		return
	}
	page, err := s.src.Templates.ListTemplates(r.Context(), f)
	if err != nil {
		s.failWith(w, r, "templates", err)
		return
	}
	out := apiTemplateList{Templates: make([]templateBody, 0, len(page.Templates)), Next: page.Next}
	for k := range page.Templates {
		out.Templates = append(out.Templates, templateJSON(&page.Templates[k]))
	}
	writeJSON(w, http.StatusOK, out)
}

func (s *Server) apiTemplate(w http.ResponseWriter, r *http.Request) {
	id, err := detector.ParseShapeID(r.PathValue("id"))
	if err != nil {
		s.badQuery(w, r, err)
		return
	}
	t, err := s.src.Templates.Template(r.Context(), id)
	if err != nil {
		s.failWith(w, r, "template", err)
		return
	}
	writeJSON(w, http.StatusOK, templateJSON(t))
}
