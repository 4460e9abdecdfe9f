package dashboards

import (
	"net/http"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

type serviceView struct {
	base
	Name      string
	Service   Service
	Facts     []fact
	Learning  []note
	Incidents []incidentRow
	Levels    chartView
	Templates []templateRow
	Series    []seriesRow
	Hosts     []originRow
	HostCount string
	First     stamp

	Sensitivity, SetBy string // how readily it pages, and who said so
}

func (s *Server) servicePage(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	ctx := r.Context()
	service, err := s.src.Services.Service(ctx, name)
	if err != nil {
		s.failWith(w, r, "service", err)
		return
	}
	v := serviceView{Name: name, Service: service}
	v.base = s.base(w, r, name, "services")
	v.Crumbs, v.Live = []crumb{{"Services", "/services"}}, true
	c := v.clock
	rng, err := readRange(r, c, "6h")
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_time", err.Error())
		return
	}
	v.Range = &rng
	v.Learning = learningNotes([]*ServiceTraffic{{Service: &v.Service}}, c)
	v.First = c.stamp(v.Service.FirstSeen, c.zoned(v.Service.FirstSeen))
	how, err := s.src.Sensitivities.ServiceSensitivity(ctx, name)
	if err != nil {
		s.failWith(w, r, "sensitivity", err)
		return
	}
	v.Sensitivity, v.SetBy = how.Now.String(), how.SetBy
	if err := s.fillServicePage(r, &v, rng); err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	s.render(w, r, http.StatusOK, "service", v)
}

func (s *Server) fillServicePage(r *http.Request, v *serviceView, rng timeRange) error {
	ctx, c, name := r.Context(), v.clock, v.Name
	step := rng.step(c.now)
	levels, err := s.src.Counts.CountSeries(ctx, SeriesQuery{By: Dimensions{Level: true}, Service: name, From: rng.From, To: rng.To, Step: step, Band: true})
	if err != nil {
		return err
	}
	marks, err := s.deployMarks(ctx, name, rng.From, rng.To, c)
	if err != nil {
		return err
	}
	open, err := s.src.Incidents.ListIncidents(ctx, IncidentFilter{Services: []string{name}, From: c.now.Add(-30 * 24 * time.Hour), Charts: true, Limit: 10})
	if err != nil {
		return err
	}
	v.Incidents = s.incidentRows(open.Incidents, c, true)
	for k := range marks {
		marks[k].label = marks[k].brief + " " + c.hms(marks[k].at)
	}
	for k := range open.Incidents {
		if i := &open.Incidents[k]; i.Status != detector.StatusResolved {
			marks = append(marks, mark{at: i.Onset, class: "onset", label: "onset " + c.hms(i.Onset)})
			break
		}
	}
	lanes := levelLanes(levels)
	v.Levels = s.levelChart(lanes, marks, c, 1056)
	page, err := s.src.Templates.ListTemplates(ctx, TemplateFilter{Service: name, Sort: SortLines, Limit: 12})
	if err != nil {
		return err
	}
	v.Templates = templateRows(page.Templates, c)
	if err := s.seriesRows(ctx, v, rng, page.Templates); err != nil {
		return err
	}
	total, err := s.src.Templates.CountTemplates(ctx, TemplateFilter{Service: name})
	if err != nil {
		return err
	}
	news, err := s.src.Templates.CountTemplates(ctx, TemplateFilter{Service: name, NewSince: c.now.Add(-24 * time.Hour)})
	if err != nil {
		return err
	}
	now, err := s.nowOf(ctx, []string{name}, rng, levels.CompleteUntil, c)
	if err != nil {
		return err
	}
	v.Facts = append(countFacts(name, lanes, now, step, rng, levels.CompleteUntil, c),
		fact{Label: "Templates", Figure: count(total), Line: count(news) + " new in 24 h", URL: "/templates?service=" + urlQuery(serviceName(name))})
	from, err := s.src.Services.Origins(ctx, name, rng.From, rng.To)
	if err != nil {
		return err
	}
	v.Hosts, v.HostCount = originRows(from.Hosts), hostCount(from)
	v.Facts = append(v.Facts, originFacts(from)...)
	secrets, err := s.src.Incidents.CountIncidents(ctx, IncidentFilter{Services: []string{name}, Kinds: []detector.Kind{detector.KindSecret}, From: c.now.Add(-30 * 24 * time.Hour)})
	if err != nil {
		return err
	}
	v.Facts = append(v.Facts, fact{Label: "Secrets, 30 days", Figure: count(secrets.Total), Line: "places where one was logged"})
	if secrets.Total > 0 {
		v.Facts[len(v.Facts)-1].URL = "/incidents?range=30d&kind=secret&service=" + urlQuery(serviceName(name))
	}
	return nil
}

// countFacts are how many lines a service logs now and logged in the range. What is not known is no 0.
func countFacts(name string, lanes []levelLane, nows map[string]curve, step time.Duration, rng timeRange, complete time.Time, c clock) []fact {
	var now, lines float64
	known := !complete.Before(rng.From.Add(step)) // one step of the range at least
	for _, l := range lanes {
		for _, o := range l.curve.observed {
			if o != nil {
				lines += *o * step.Seconds()
			}
		}
		if k := l.curve.last(); k >= 0 {
			now += *l.curve.observed[k]
		}
	}
	of := fact{Label: "Lines", Figure: noData, Line: strings.ToLower(rng.Label), URL: "#templates"}
	if known {
		of.Figure = figure(lines)
	}
	at, measured := nows[name]
	if measured {
		now, known = *at.observed[0], true
	}
	second := fact{Label: "Lines a second", Figure: noData, Line: "not known how far is counted", URL: "#levels"}
	if !complete.IsZero() {
		second.Line = "counted to " + c.hms(complete)
	}
	if known {
		second.Figure = rate(now)
	}
	if low, high, ok := bandSum(lanes); ok {
		second.Line = "of " + span(low, high)
	}
	if at.banded() {
		second.Line = "of " + span(at.low[0], at.high[0])
	}
	return []fact{second, of}
}
