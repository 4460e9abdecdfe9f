package dashboards

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

type incidentView struct {
	base
	ID, Short   string
	Severity    severityView
	Kind        string
	Service     string
	Environment string
	State       stateView
	StateText   string
	Sentence    []part
	Second      string
	Detail      []part
	Acts        []actButton
	ActText     string
	Note        bool
	Links       []crumb
	Hidden      *hiddenView
	Facts       []fact
	ChartHead   string
	ChartSub    []part
	Chart       chartView
	Log         bool
	Scales      []choice
	Carriers    []carrierRow
	CarrierSub  string
	Values      []valueRow
	ValuesSub   string
	ValuesSame  sameFields
	Related     []relatedRow
	Secret      *secretView
	Lines       []lineRow
	LinesSub    string
	LogURL      string // reads its lines from the log
	Timeline    []timelineRow
	Next        *timelineRow
	Before      []beforeRow
	Routes      []routeRow
	Rule        *detector.RuleFacts
}

type hiddenView struct {
	Head     string
	Template []part
	Text     string
	Link     crumb
}

type carrierRow struct {
	Template           []part
	Title, URL         string
	Level              string
	New                bool
	Observed, Expected string
	Missing            bool // what was expected and did not come, not what came too much
	Share              float64
	ShareText          string
}

type lineRow struct {
	At     stamp
	Level  string
	Host   string
	Where  string
	Parts  []part
	Marked bool
	Older  bool // times stand with their day
}

type beforeRow struct {
	Link crumb
	When string
	Text string
}

func (s *Server) incidentPage(w http.ResponseWriter, r *http.Request) {
	i, err := s.src.Incidents.Incident(r.Context(), r.PathValue("id"))
	if err != nil {
		s.failWith(w, r, "incident", err)
		return
	}
	b := s.base(w, r, i.Service+" "+shortID(i.ID), "incidents")
	b.Crumbs = []crumb{{"Incidents", "/incidents"}}
	b.Live, b.Flow = true, true
	c := b.clock
	v := incidentView{
		base: b, ID: i.ID, Short: shortID(i.ID), Severity: severityOf(i.Severity), Kind: kindWord(i.Kind), Service: i.Service,
		Environment: i.Environment, State: stateOf(i, c, nil), Sentence: incidentTitle(i), Detail: sentence(i.Detail, i.Template),
		Log: r.URL.Query().Get("scale") == "log", Note: r.URL.Query().Get("note") == "1", Rule: i.Rule,
	}
	v.Second = secondLine(i, c)
	v.StateText = stateText(i, c)
	if v.May.Act {
		v.Acts, v.ActText = acts(i)
	} else {
		v.ActText = "You may read. Who acts on incidents needs the role responder."
	}
	if n, ok := doneNote(r, i, c); ok {
		v.Notes = append([]note{n}, v.Notes...)
	}
	if i.Muted != nil && i.Status != detector.StatusResolved {
		v.Notes = append(v.Notes, note{
			Icon: "silenced", Head: "Nobody is paged for it.", Text: capital(i.Muted.Why) + ".", Undo: &undo{URL: "/silences/" + url.PathEscape(i.Muted.By) + "/end"},
		})
	}
	v.Links = s.outLinks(i)
	v.Facts = s.incidentFacts(r.Context(), i, c)
	if v.Hidden = hidden(i, c); v.Hidden != nil {
		v.Hidden.Text += s.neverBefore(r.Context(), i)
	}
	v.Carriers, v.CarrierSub = carriers(i)
	v.Values, v.ValuesSub = different(i)
	v.ValuesSame = sameOf(i)
	v.Related = relatedRows(i, c)
	v.Lines, v.LinesSub = incidentLines(i, c)
	if i.TemplateID != "" {
		v.LogURL = "/templates/" + i.TemplateID + "?" + around(i) + "&read=1#lines"
	}
	v.Timeline, v.Next = timeline(i, c)
	s.incidentChart(r.Context(), &v, i)
	if i.Kind == detector.KindSecret {
		v.Secret = secret(i, c, s.src.Connect.Connection().Broker)
		v.Secret.When = s.secretWhen(i, c)
	}
	if v.Before, err = s.seenBefore(r.Context(), i, c); err != nil {
		s.failWith(w, r, "earlier incidents", err)
		return
	}
	if v.Routes, err = s.routeRows(r.Context(), i); err != nil {
		s.failWith(w, r, "routes", err)
		return
	}
	s.render(w, r, http.StatusOK, "incident", v)
}

// secondLine says since when, or from when to when.
func secondLine(i *detector.Incident, c clock) string {
	if i.ResolvedAt != nil {
		return "From " + c.dayIfOther(i.Onset) + c.hms(i.Onset) + " to " + c.zoned(*i.ResolvedAt) + "."
	}
	text := "Since " + c.zoned(i.Onset) + ", " + c.ago(i.Onset) + "."
	if at, ok := wording.Back(i); ok {
		text += " Inside what is expected again since " + c.zoned(at) + "."
	}
	return text
}

func stateText(i *detector.Incident, c clock) string {
	switch {
	case i.Status == detector.StatusResolved && i.ResolvedAt != nil:
		return "Resolved " + c.dayIfOther(*i.ResolvedAt) + c.hms(*i.ResolvedAt)
	case i.ExplainedBy != "":
		return "Explained by " + shortID(i.ExplainedBy) + ", nobody was paged"
	case i.Muted != nil:
		return capital(i.Muted.Why)
	case i.Silenced:
		return "Silenced"
	case i.Status == detector.StatusAcknowledged:
		t := "Acknowledged by " + i.Assignee
		if e, ok := lastEntry(i, detector.EntryAcknowledged); ok {
			t += ", " + c.dayIfOther(e.At) + c.hms(e.At)
		}
		return t
	case i.Page:
		return "Open, nobody has taken it"
	}
	return "Open"
}

func hidden(i *detector.Incident, c clock) *hiddenView {
	h := i.Hidden
	if h == nil {
		return nil
	}
	by, them := wording.Hiding(i)
	v := &hiddenView{Head: by + ": one new " + h.Level.String(), Template: code(h.Called())}
	if h.Level == detector.LevelNone {
		v.Head = by + ": one new line"
	}
	v.Text = count(h.Lines) + " of " + count(i.Lines) + " lines."
	if !h.First.IsZero() {
		v.Text += " Its first line came at " + c.zoned(h.First)
		if d := i.Onset.Sub(h.First); d > time.Second {
			v.Text += ", " + lasting(d) + " before " + them
		} else if d < -time.Second {
			v.Text += ", " + lasting(-d) + " after " + them + " began"
		}
		if h.Host != "" {
			v.Text += "; from " + h.Host
		}
		v.Text += "."
	}
	v.Link = crumb{"All " + plural(int(h.Lines), "line"), "/templates/" + h.TemplateID.String() + "?" + around(i) + "&read=1#lines"}
	return v
}

// neverBefore says for how long the service was known before the first line of the hidden error, where its template was first seen
// with that line. It is empty where that is not known or was less than a day.
func (s *Server) neverBefore(ctx context.Context, i *detector.Incident) string {
	t, err := s.src.Templates.Template(ctx, i.Hidden.TemplateID)
	if err != nil || i.Hidden.First.IsZero() || t.FirstSeen.Before(i.Hidden.First.Add(-time.Minute)) {
		return ""
	}
	service, err := s.src.Services.Service(ctx, i.Service)
	known := i.Hidden.First.Sub(service.FirstSeen)
	if err != nil || service.FirstSeen.IsZero() || known < 24*time.Hour {
		return ""
	}
	return " Never seen in " + coarse(known) + " of " + i.Service + "."
}

// around is the query of a page about the time of an incident.
func around(i *detector.Incident) string {
	to := i.UpdatedAt
	if i.ResolvedAt != nil {
		to = *i.ResolvedAt
	}
	if !to.After(i.Onset) {
		to = i.Onset.Add(time.Minute)
	}
	pad := max(to.Sub(i.Onset)/2, 10*time.Minute)
	return url.Values{"from": {i.Onset.Add(-pad).UTC().Format(time.RFC3339)}, "to": {to.Add(pad).UTC().Format(time.RFC3339)}}.Encode()
}

func carriers(i *detector.Incident) ([]carrierRow, string) {
	var rows []carrierRow
	for _, k := range i.Carriers {
		row := carrierRow{
			Template: code(k.Called()), Title: k.Template, URL: "/templates/" + k.TemplateID.String() + "?" + around(i), Level: k.Level.String(),
			New: k.New, Observed: figure(k.Observed), Expected: figure(k.Expected), Share: k.Share, ShareText: percent(k.Share),
		}
		row.Missing = i.Kind == detector.KindSilence || i.Kind == detector.KindFall
		if k.New && k.Expected == 0 {
			row.Expected = "never"
		}
		rows = append(rows, row)
	}
	sub := "by share of the lines above what was expected"
	if i.Kind == detector.KindSilence || i.Kind == detector.KindFall {
		sub = "by share of the lines that are missing"
	}
	if i.Window > 0 {
		sub += ", " + window(i)
	}
	return rows, sub
}

func window(i *detector.Incident) string {
	if i.Window <= 0 {
		return ""
	}
	return lasting(time.Duration(i.Window))
}

// seenBefore finds earlier incidents of the same service, kind and template.
func (s *Server) seenBefore(ctx context.Context, i *detector.Incident, c clock) ([]beforeRow, error) {
	f := IncidentFilter{Services: []string{i.Service}, Kinds: []detector.Kind{i.Kind}, TemplateID: i.TemplateID, To: i.Onset, Limit: 3}
	if i.Rule != nil {
		f.Rule = i.Rule.Name
	}
	page, err := s.src.Incidents.ListIncidents(ctx, f)
	if err != nil {
		return nil, err
	}
	var rows []beforeRow
	for k := range page.Incidents {
		p := &page.Incidents[k]
		if p.ID == i.ID {
			continue
		}
		row := beforeRow{Link: crumb{kindWord(p.Kind) + " " + shortID(p.ID), incidentURL(p.ID)}, When: c.day(p.Onset) + ", " + c.hm(p.Onset)}
		if p.ResolvedAt != nil {
			row.When += ", " + lasting(p.ResolvedAt.Sub(p.Onset))
		}
		if e, ok := lastEntry(p, detector.EntryNote); ok {
			row.Text = e.Actor + ": “" + e.Text + "”"
		}
		rows = append(rows, row)
	}
	return rows, nil
}
