package dashboards

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

type templateView struct {
	base
	Name                string // what people call it; may be empty
	ID                  string
	Short               string
	Service, ServiceURL string
	Level               string
	Parts               []part
	Second              string
	Incidents           []crumb
	Facts               []fact
	Chart               chartView
	ChartSub            string
	Scales              []choice
	Slots               []slotView
	Durations           []durationRow
	FilterURL           string
	Lines               []lineRow
	History             []timelineRow
	Shapes              []shapeRow
	Alias               string // the id that was asked for, where it is another
	RuleText            string
}

type slotView struct {
	Name, Kind, Sub string
	Values          []slotValueRow
	Note            string
}

type slotValueRow struct {
	Parts []part
	Share float64
	Text  string
}

// durationRow is how long what a variable or a field names took.
type durationRow struct{ Name, Values, P50, P95, P99 string }

type shapeRow struct {
	ID, Lines, Why string
	Parts          []part
}

func (s *Server) templatePage(w http.ResponseWriter, r *http.Request) {
	id, err := detector.ParseShapeID(r.PathValue("id"))
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_id", err.Error())
		return
	}
	ctx := r.Context()
	t, err := s.src.Templates.Template(ctx, id)
	if err != nil {
		s.failWith(w, r, "template", err)
		return
	}
	v := templateView{ID: t.ID.String(), Name: t.Name, Short: t.ID.String()[:8], Service: serviceName(t.Service), ServiceURL: serviceURL(t.Service), Level: t.Level.String(), Parts: numbered(t.Text)}
	v.base = s.base(w, r, "Template "+v.Short, "templates")
	v.Crumbs = []crumb{{"Templates", "/templates"}, {v.Service, "/templates?service=" + urlQuery(v.Service)}}
	if t.ID != id {
		v.Alias = id.String()
	}
	rng, err := readRange(r, v.clock, "24h")
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_time", err.Error())
		return
	}
	v.Range = &rng
	found, err := s.src.Incidents.ListIncidents(ctx, IncidentFilter{TemplateID: v.ID, Limit: 20})
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	s.fillTemplate(&v, t, found.Incidents)
	took, err := s.src.Templates.TemplateDurations(ctx, t.ID, rng.From, rng.To)
	if err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	v.Durations = durationRows(took)
	if err := s.templateChart(r, &v, t, rng, found.Incidents); err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	s.render(w, r, http.StatusOK, "template", v)
}

// numbered is the masked text with its variables numbered, as the slots below it are.
func numbered(text string) []part {
	parts, n := code(text), 0
	for i := range parts {
		if parts[i].As == "var" {
			n++
			parts[i].Text = "<" + strconv.Itoa(n) + ">"
		}
	}
	return parts
}

func (s *Server) fillTemplate(v *templateView, t *Template, found []detector.Incident) {
	c := v.clock
	v.Second = "First seen " + c.full(t.FirstSeen) + ", " + c.ago(t.FirstSeen) + ". Last seen " + c.ago(t.LastSeen) + "."
	open := 0
	for k := range found {
		if i := &found[k]; i.Status != detector.StatusResolved {
			open++
			v.Incidents = append(v.Incidents, crumb{i.Service + " " + shortID(i.ID), incidentURL(i.ID)})
		}
		v.History = append(v.History, incidentHistory(&found[k], c))
	}
	if n := len(found); n > open {
		v.Second += " In " + plural(n, "incident") + " so far."
	}
	for k := range t.History {
		h := t.History[k]
		v.History = append(v.History, timelineRow{At: c.stamp(h.At, c.day(h.At)), Icon: "explained", Head: h.What, Sub: []part{{Text: h.Why}}})
	}
	v.History = append(v.History, timelineRow{At: c.stamp(t.FirstSeen, c.day(t.FirstSeen)), Icon: "open", Head: "First seen"})
	slices.SortStableFunc(v.History, func(a, b timelineRow) int { return strings.Compare(b.At.ISO, a.At.ISO) })
	v.Lines = lineRows(t.Samples, c)
	for n, k := range t.Slots {
		sv := slotView{Name: "<" + strconv.Itoa(n+1) + ">", Kind: k.Kind, Sub: plural(int(k.Distinct), "value"), Note: k.Note}
		rest := 1.0
		for _, val := range k.Values {
			sv.Values = append(sv.Values, slotValueRow{Parts: chips(val.Value, "code"), Share: val.Share, Text: percent(val.Share)})
			rest -= val.Share
		}
		if others := int(k.Distinct) - len(k.Values); others > 0 && len(k.Values) > 0 && rest > 0.0005 {
			sv.Values = append(sv.Values, slotValueRow{Parts: []part{{Text: plural(others, "other")}}, Share: rest, Text: percent(rest)})
		}
		v.Slots = append(v.Slots, sv)
	}
	for n, k := range t.Shapes {
		row := shapeRow{ID: k.ID.String()[:8], Lines: count(k.Lines), Why: k.Why, Parts: code(k.Text)}
		if n == 0 && row.Why == "" {
			row.Why = "the first one"
		}
		v.Shapes = append(v.Shapes, row)
	}
	v.RuleText = ruleFor(t)
	v.FilterURL = "/noise?" + url.Values{"template": {t.ID.String()}, "of": {t.Service}}.Encode() + "#filter"
}

func durationRows(all []Durations) []durationRow {
	var rows []durationRow
	for _, d := range all {
		row := durationRow{Name: d.Field, Values: count(d.Values), P50: took(d.P50), P95: took(d.P95), P99: took(d.P99)}
		if d.Slot > 0 {
			row.Name = "<" + strconv.Itoa(d.Slot) + ">"
		}
		rows = append(rows, row)
	}
	return rows
}

// took is a duration to three digits, which lasting does not tell: people compare them.
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return figure(float64(d)/float64(time.Millisecond)) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + " s"
	}
	return lasting(d)
}

func incidentHistory(i *detector.Incident, c clock) timelineRow {
	r := timelineRow{At: c.stamp(i.Onset, c.day(i.Onset)), Icon: "onset", Class: "onset", Head: "Incident " + shortID(i.ID), URL: incidentURL(i.ID), Sub: []part{{Text: word(i.Kind) + ", open"}}}
	if i.ResolvedAt != nil {
		r.Icon, r.Class, r.Sub = "resolved", "resolved", []part{{Text: word(i.Kind) + ", " + lasting(i.ResolvedAt.Sub(i.Onset))}}
	}
	return r
}

// ruleFor is a rule on the template, ready to be put into a file.
func ruleFor(t *Template) string {
	return strings.Join([]string{
		"  - name: " + t.Service + "-" + t.ID.String()[:8],
		"    when: service == " + strconv.Quote(t.Service) + " && template_id == " + strconv.Quote(t.ID.String()),
		"    window: 5m",
		"    if: value > high",
	}, "\n")
}

func (s *Server) templateChart(r *http.Request, v *templateView, t *Template, rng timeRange, found []detector.Incident) error {
	c, step := v.clock, rng.step(v.clock.now)
	log := r.URL.Query().Get("scale") == "log"
	for _, k := range []struct{ label, scale string }{{"From 0", ""}, {"Log", "log"}} {
		u := cloneQuery(r.URL.Query())
		u.Del("scale")
		if k.scale != "" {
			u.Set("scale", k.scale)
		}
		v.Scales = append(v.Scales, choice{k.label, r.URL.Path + "?" + u.Encode(), log == (k.scale == "log")})
	}
	lines, err := s.src.Counts.CountSeries(r.Context(), SeriesQuery{
		By: Dimensions{Template: true}, Service: t.Service, TemplateID: t.ID, From: rng.From, To: rng.To, Step: step, Band: true,
	})
	if err != nil {
		return err
	}
	v.ChartSub = "lines in " + lasting(step) + ", from 0"
	if log {
		v.ChartSub = "lines in " + lasting(step) + ", log scale"
	}
	b := bigChart{log: log, clock: c, label: "Rate of the template"}
	var sum float64
	for _, l := range lines.Lines {
		b.curve = addCurves(b.curve, countCurve(lines, l))
	}
	for _, o := range b.curve.observed {
		if o != nil {
			sum += *o
		}
	}
	now := nowOf(b.curve)
	running, err := s.running(r.Context(), t, lines, rng, step)
	if err != nil {
		return err
	}
	if b.curve.rise(running, lines.CompleteUntil) {
		sum += running
	}
	// New versions are named only where an incident leaves room: they are many over a month.
	if b.marks, err = s.deployMarks(r.Context(), t.Service, rng.From, rng.To, c); err != nil {
		return err
	}
	for k := range b.marks {
		b.marks[k].label = b.marks[k].brief
	}
	for k := range found {
		i := &found[k]
		m := mark{at: i.Onset, icon: "onset", class: "onset", label: "incident " + shortID(i.ID) + ", since " + c.zoned(i.Onset), brief: shortID(i.ID), left: true}
		if i.ResolvedAt != nil {
			m.label = "incident " + shortID(i.ID) + ", " + c.minute(i.Onset) + ", " + lasting(i.ResolvedAt.Sub(i.Onset))
		}
		b.marks = append(b.marks, m)
	}
	v.Chart = s.bigChart(b)
	now.URL = "#rate"
	v.Facts = []fact{
		now,
		{Label: "Lines, " + strings.ToLower(rng.Label), Figure: figure(sum), Line: count(t.Lines) + " as far as counts are kept", URL: "#lines"},
		{Label: "Bytes", Figure: size(t.Bytes), Line: "as far as counts are kept"},
		{Label: "Hosts", Figure: count(len(t.Hosts)), Line: strings.Join(t.Hosts[:min(2, len(t.Hosts))], ", "), Title: strings.Join(t.Hosts, ", "), URL: v.ServiceURL + "#hosts"},
		{Label: "Shapes", Figure: count(max(1, len(t.Shapes))), Line: "merged into one"},
	}
	if len(t.Shapes) < 2 {
		v.Facts[4].Line = "never merged"
	} else {
		v.Facts[4].URL = "#shapes"
	}
	if len(t.Samples) == 0 {
		v.Facts[1].URL = "#rate"
	}
	if of, err := s.src.Services.Origins(r.Context(), t.Service, rng.From, rng.To); err == nil && len(t.Hosts) > 0 && len(of.Hosts) >= len(t.Hosts) {
		v.Facts[3].Figure += " of " + hostCount(of)
	}
	return nil
}

// nowOf is the rate of the last step that is complete.
func nowOf(k curve) fact {
	now := fact{Label: "Now", Figure: "–"}
	if n := k.last(); n >= 0 {
		now.Figure, now.Unit = figure(*k.observed[n]/k.step.Seconds()), "lines/s"
		if k.expected != nil {
			now.Line = "expected " + figure(k.expected[n]/k.step.Seconds())
		}
	}
	return now
}

// running is how many lines the step of a chart that runs now has so far: those of its fine buckets that are complete.
func (s *Server) running(ctx context.Context, t *Template, lines CountLines, rng timeRange, step time.Duration) (float64, error) {
	from := lines.CompleteUntil.Truncate(step)
	if step == fineStep || from.Before(lines.Start) || !from.Before(rng.To) {
		return 0, nil
	}
	fine, err := s.src.Counts.CountSeries(ctx, SeriesQuery{
		By: Dimensions{Template: true}, Service: t.Service, TemplateID: t.ID, From: from, To: rng.To, Step: fineStep,
	})
	var sum float64
	for _, l := range fine.Lines {
		for _, o := range countCurve(fine, l).observed {
			if o != nil {
				sum += *o
			}
		}
	}
	return sum, err
}
