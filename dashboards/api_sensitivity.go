package dashboards

import (
	"net/http"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/sensitivity"
)

type apiSetting struct {
	Pages   anomaly.Sensitivity `json:"pages"`
	Notices anomaly.Sensitivity `json:"notices"` // empty: as pages
}

type apiSensitivityBody struct {
	Service    string     `json:"service"`
	Now        apiSetting `json:"now"`
	Configured apiSetting `json:"configured"`
	SetBy      string     `json:"set_by"`
	SetAt      *time.Time `json:"set_at"`
}

func (s *Server) apiSensitivity(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	now, err := s.src.Sensitivities.ServiceSensitivity(r.Context(), name)
	if err != nil {
		s.failWith(w, r, "sensitivity", err)
		return
	}
	writeJSON(w, http.StatusOK, apiSensitivityBody{name, apiSetting(now.Now), apiSetting(now.Configured), now.SetBy, orNull(now.SetAt)})
}

type apiDifference struct {
	At         time.Time         `json:"at"`
	Was        detector.Severity `json:"was"`   // empty: nothing
	Would      detector.Severity `json:"would"` // empty: nothing
	Incident   string            `json:"incident"`
	Kind       detector.Kind     `json:"kind"`
	Template   string            `json:"template"`
	Observed   float64           `json:"observed"`
	Expected   float64           `json:"expected"`
	Unit       string            `json:"unit"`
	Strength   float64           `json:"strength"`
	MeasuredIn detector.Duration `json:"window"`
}

// apiSetSensitivity sets how readily a service pages; pages empty takes that back. With ?preview=true it only tells what it
// would have changed in the last two weeks.
func (s *Server) apiSetSensitivity(w http.ResponseWriter, r *http.Request) {
	if err := known(r.URL.Query(), "preview"); err != nil {
		s.badQuery(w, r, err)
		return
	}
	var body struct {
		Pages   string `json:"pages"`
		Notices string `json:"notices"`
		Actor   string `json:"actor"`
	}
	if !s.readBody(w, r, &body) {
		return
	}
	name, at := r.PathValue("name"), s.actTime(r)
	was, err := s.src.Sensitivities.ServiceSensitivity(r.Context(), name)
	if err != nil {
		s.failWith(w, r, "sensitivity", err)
		return
	}
	set := sensitivity.Setting{Pages: anomaly.Sensitivity(body.Pages), Notices: anomaly.Sensitivity(body.Notices)}
	to := set
	if set == (sensitivity.Setting{}) {
		to = was.Configured
	}
	if err := to.Check(); err != nil {
		s.fail(w, r, http.StatusUnprocessableEntity, "invalid", capital(err.Error())+".")
		return
	}
	e, err := s.effect(r.Context(), name, was.Now, to, at)
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	if r.URL.Query().Get("preview") != "true" {
		actor, ok := s.apiActor(w, r, body.Actor)
		if !ok {
			return
		}
		if err := s.src.Sensitivities.SetSensitivity(r.Context(), name, set, actor, at); err != nil {
			s.failWith(w, r, "sensitivity", err)
			return
		}
	}
	diffs := make([]apiDifference, 0, len(e.Differences))
	for _, d := range e.Differences {
		diffs = append(diffs, apiDifference{
			d.At.UTC(), d.Was, d.Would, d.Incident, d.Kind, d.Template, d.Observed, d.Expected, d.Unit, d.Strength, detector.Duration(d.Window),
		})
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"service": name, "set": apiSetting(to), "from": at.Add(-effectSpan).UTC(), "to": at.UTC(), "differences": diffs,
		"pages_before": e.Before.Pages, "pages_after": e.After.Pages, "notices_before": e.Before.Notices, "notices_after": e.After.Notices,
		"near_misses": e.Near,
	})
}
