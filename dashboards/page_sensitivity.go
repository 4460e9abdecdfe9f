package dashboards

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/sensitivity"
)

// effectSpan is how far back another sensitivity is tried.
const effectSpan = 14 * 24 * time.Hour

// sensitivityView is the form of a service's sensitivity, with what another choice would have changed.
type sensitivityView struct {
	base
	Name         string
	Head, Second string
	Pages        []option
	Notices      []option
	Problem      string
	Tried        bool
	Effect       string
	Rests        string
	Rows         []effectRow
	More         int
	SetBy        string
	Configured   string
	Do           string
}

// effectRow is an incident that would have been another thing.
type effectRow struct {
	At         stamp
	Was, Would severityView
	Kind       string
	Template   []part
	Figures    string
	Link       crumb
}

func (s *Server) sensitivityPage(w http.ResponseWriter, r *http.Request) {
	s.showSensitivity(w, r, r.URL.Query(), http.StatusOK)
}

func readSetting(q url.Values) sensitivity.Setting {
	return sensitivity.Setting{Pages: anomaly.Sensitivity(q.Get("pages")), Notices: anomaly.Sensitivity(q.Get("notices"))}
}

func (s *Server) showSensitivity(w http.ResponseWriter, r *http.Request, q url.Values, status int) {
	name := r.PathValue("name")
	now, err := s.src.Sensitivities.ServiceSensitivity(r.Context(), name)
	if err != nil {
		s.failWith(w, r, "sensitivity", err)
		return
	}
	v := sensitivityView{base: s.base(w, r, "Sensitivity", "services"), Name: name, Configured: now.Configured.String()}
	v.Crumbs = []crumb{{"Services", "/services"}, {name, "/services/" + url.PathEscape(name)}}
	c := v.clock
	v.Head = name + " is " + now.Now.String() + "."
	if now.SetBy != "" {
		v.SetBy = "Set by " + now.SetBy + ", " + c.zoned(now.SetAt) + "."
	}
	v.Second = "Quiet asks for more before it pages, keen calls errors sooner. Rules, secrets and new errors page as they are."
	to := now.Now
	if q.Has("pages") {
		to, v.Tried = readSetting(q), true
	}
	v.choices(to)
	if err := to.Check(); err != nil {
		v.Problem, v.Tried = capital(err.Error())+".", false
	}
	if v.Tried {
		e, err := s.effect(r.Context(), name, now.Now, to, c.now)
		if err != nil {
			s.failWith(w, r, "incidents", err)
			return
		}
		v.show(&e, now.Since, c)
	}
	v.Do = "Set to " + to.String()
	if d, ok := settingDone(r, c); ok {
		v.Notes = append([]note{d}, v.Notes...)
	}
	s.render(w, r, status, "sensitivity", v)
}

func (v *sensitivityView) choices(to sensitivity.Setting) {
	words := map[anomaly.Sensitivity]string{
		anomaly.Quiet: "quiet: only what is far out", anomaly.Normal: "normal", anomaly.Keen: "keen: errors 20 to 50 s sooner, and more of them",
	}
	v.Notices = append(v.Notices, option{"", "as pages", to.Notices == ""})
	for _, k := range anomaly.Sensitivities() {
		v.Pages = append(v.Pages, option{string(k), words[k], k == to.Pages})
		v.Notices = append(v.Notices, option{string(k), string(k), k == to.Notices})
	}
}

// effect tells what to in place of from would have changed in the last two weeks.
func (s *Server) effect(ctx context.Context, service string, from, to sensitivity.Setting, now time.Time) (sensitivity.Effect, error) {
	f := IncidentFilter{Services: []string{service}, From: now.Add(-effectSpan), Limit: 500}
	var all []detector.Incident
	for {
		page, err := s.src.Incidents.ListIncidents(ctx, f)
		if err != nil {
			return sensitivity.Effect{}, err
		}
		all = append(all, page.Incidents...)
		if page.Next == "" || len(all) >= maxPreview {
			break
		}
		f.Cursor = page.Next
	}
	near, err := s.src.Sensitivities.ListNearMisses(ctx, service, now.Add(-effectSpan), now)
	if err != nil {
		return sensitivity.Effect{}, err
	}
	return sensitivity.Compare(from, to, all, near), nil
}

func (v *sensitivityView) show(e *sensitivity.Effect, since time.Time, c clock) {
	v.Effect = "The last two weeks would have had " + plural(e.After.Pages, "page") + " in place of " + count(e.Before.Pages)
	if e.After.Notices != e.Before.Notices {
		v.Effect += ", and " + plural(e.After.Notices, "notice") + " in place of " + count(e.Before.Notices)
	}
	v.Effect += "."
	if len(e.Differences) == 0 {
		v.Effect = "The last two weeks would have been the same."
	}
	misses := count(e.Near) + " near misses"
	if e.Near == 1 {
		misses = "1 near miss"
	}
	v.Rests = "It rests on the strength that was written down with " + plural(e.Judged, "incident") + ", and on " + misses + ": what was too weak to be called."
	if e.Fixed > 0 {
		v.Rests += " " + plural(e.Fixed, "incident") + " of kinds that no sensitivity changes are left as they are."
	}
	if !since.IsZero() && c.now.Sub(since) < effectSpan {
		v.Rests += " Near misses are written down since " + c.zoned(since) + "; what was too weak before that is not known."
	}
	v.Rests += " How soon something is called differs too, and is not shown."
	const most = 30
	v.More = max(0, len(e.Differences)-most)
	for _, d := range e.Differences[:min(len(e.Differences), most)] {
		row := effectRow{
			At: c.stamp(d.At, c.minute(d.At)), Was: gradeView(d.Was), Would: gradeView(d.Would), Kind: kindWord(d.Kind), Template: code(cutMiddle(d.Template, 120)),
			Figures: quantity(d.Observed, d.Unit) + " of " + quantity(d.Expected, d.Unit),
		}
		if d.Template == "" {
			row.Template = []part{{Text: "the whole service"}}
		}
		if d.Window > 0 {
			row.Figures += " in " + lasting(d.Window)
		}
		if d.Incident != "" {
			row.Link = crumb{shortID(d.Incident), incidentURL(d.Incident)}
		}
		v.Rows = append(v.Rows, row)
	}
}

// gradeView is a severity, or nothing at all.
func gradeView(s detector.Severity) severityView {
	if s == "" {
		return severityView{"nothing", "record", "dim"}
	}
	return severityOf(s)
}

// setSensitivity takes the form.
func (s *Server) setSensitivity(w http.ResponseWriter, r *http.Request) {
	name, q := r.PathValue("name"), r.PostForm
	q.Del("token")
	here := "/services/" + url.PathEscape(name) + "/sensitivity"
	to := readSetting(q)
	switch q.Get("do") {
	case "try":
		http.Redirect(w, r, here+"?"+url.Values{"pages": {string(to.Pages)}, "notices": {string(to.Notices)}}.Encode(), http.StatusSeeOther)
		return
	case "configured":
		to = sensitivity.Setting{}
	default:
		if to.Check() != nil {
			s.showSensitivity(w, r, q, http.StatusUnprocessableEntity)
			return
		}
	}
	now := s.opt.Now()
	if err := s.src.Sensitivities.SetSensitivity(r.Context(), name, to, s.actor(r), now); err != nil {
		s.failWith(w, r, "sensitivity", err)
		return
	}
	http.Redirect(w, r, here+"?"+doneQuery("set", "", now), http.StatusSeeOther)
}

func settingDone(r *http.Request, c clock) (note, bool) {
	at, ok := doneAt(r.URL.Query(), c)
	if !ok || r.URL.Query().Get("done") != "set" {
		return note{}, false
	}
	return note{Class: "ok", Icon: "resolved", Text: "Set, " + c.zoned(at) + ". Every replica follows within seconds."}, true
}
