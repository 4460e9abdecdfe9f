package dashboards

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

type apiCountList struct {
	Counts        []apiCount `json:"counts"`
	From          time.Time  `json:"from"`
	To            time.Time  `json:"to"`
	CompleteUntil *time.Time `json:"complete_until"` // null while nothing is complete
}

// apiCount leaves out the dimensions that were not asked for; those that were stand even where they are empty.
type apiCount struct {
	Service    *string         `json:"service,omitempty"`
	Level      *detector.Level `json:"level,omitempty"`
	TemplateID *string         `json:"template_id,omitempty"`
	Template   *string         `json:"template,omitempty"`
	Lines      uint64          `json:"lines"`
	Bytes      uint64          `json:"bytes"`
}

func (s *Server) apiCounts(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if err := known(q, "from", "to", "by"); err != nil {
		s.badQuery(w, r, err)
		return
	}
	by, err := readDimensions(q["by"])
	if err != nil {
		s.badQuery(w, r, err)
		return
	}
	from, to, err := readTimes(q, s.opt.Now())
	if err != nil {
		s.badQuery(w, r, err)
		return
	}
	sum, err := s.src.Counts.SumCounts(r.Context(), from, to, by)
	if err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	out := apiCountList{Counts: make([]apiCount, 0, len(sum.Rows)), From: sum.From.UTC(), To: sum.To.UTC()}
	if !sum.CompleteUntil.IsZero() {
		until := sum.CompleteUntil.UTC()
		out.CompleteUntil = &until
	}
	for k := range sum.Rows {
		row := &sum.Rows[k]
		c := apiCount{Lines: row.Lines, Bytes: row.Bytes}
		if by.Service {
			c.Service = &row.Service
		}
		if by.Level {
			c.Level = &row.Level
		}
		if by.Template {
			id := row.TemplateID.String()
			c.TemplateID, c.Template = &id, &row.Template
		}
		out.Counts = append(out.Counts, c)
	}
	writeJSON(w, http.StatusOK, out)
}

func readDimensions(lists []string) (Dimensions, error) {
	var by Dimensions
	for _, list := range lists {
		for _, name := range strings.Split(list, ",") {
			switch strings.TrimSpace(name) {
			case "":
			case "service":
				by.Service = true
			case "level":
				by.Level = true
			case "template":
				by.Template = true
			default:
				return by, fmt.Errorf("by has %q: use any of service, level and template", short(name))
			}
		}
	}
	return by, nil
}

type apiDeployList struct {
	Deploys []detector.Deploy `json:"deploys"`
	Next    string            `json:"next"`
}

func (s *Server) apiDeploys(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	cursor, limit, err := readPart(q, "service", "from", "to")
	from, to, terr := readTimes(q, s.opt.Now())
	if err == nil {
		err = terr
	}
	if err != nil {
		s.badQuery(w, r, err)
		return
	}
	list, err := s.src.Deploys.ListDeploys(r.Context(), q.Get("service"), from, to)
	next := ""
	if err == nil {
		list, next, err = cutList("deploys", list, cursor, limit, func(i int) string {
			return fmt.Sprintf("%019d ", list[i].At.UnixMicro()) + list[i].Service + "\x00" + list[i].Version
		})
	}
	if err != nil {
		s.failWith(w, r, "deploys", err)
		return
	}
	if list == nil {
		list = []detector.Deploy{}
	}
	writeJSON(w, http.StatusOK, apiDeployList{list, next})
}

// apiAddDeploy takes {service, version, at}; a missing at is now.
func (s *Server) apiAddDeploy(w http.ResponseWriter, r *http.Request) {
	var d detector.Deploy
	if !s.readBody(w, r, &d) {
		return
	}
	now := s.actTime(r)
	if d.At.IsZero() {
		d.At = now
	}
	message := ""
	switch {
	case strings.TrimSpace(d.Service) == "":
		message = "service is missing."
	case strings.TrimSpace(d.Version) == "":
		message = "version is missing."
	case len(d.Service) > 200 || len(d.Version) > 200:
		message = "service or version is longer than 200 bytes."
	case d.At.After(now.Add(time.Hour)) || d.At.Before(now.Add(-maxRange)):
		message = "at is more than an hour ahead or 400 days back."
	}
	if message != "" {
		s.fail(w, r, http.StatusUnprocessableEntity, "invalid", message)
		return
	}
	d.At, d.By = d.At.UTC(), s.actor(r)
	if err := s.src.Deploys.AddDeploy(r.Context(), d); err != nil {
		s.failWith(w, r, "deploy", err)
		return
	}
	s.audit(r, "deploy.told", d.Service, d.Version+", done at "+d.At.Format(time.RFC3339))
	writeJSON(w, http.StatusCreated, d)
}
