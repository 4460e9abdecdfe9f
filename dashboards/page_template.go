package dashboards

import (
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
	Log                 logView
	History             []timelineRow
	Shapes              []shapeRow
	Alias               string // the id that was asked for, where it is another
	RuleText            string
	PinText, SplitText  string
	SplitName           string
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
	s.templateLog(r, &v, t, rng, found.Incidents)
	at := splitAt(v.Slots)
	v.PinText, v.SplitText, v.SplitName = pinFor(t), splitFor(t, at), "<"+strconv.Itoa(at+1)+">"
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
