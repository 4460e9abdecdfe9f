package dashboards

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

type overviewView struct {
	base
	Head         string
	Icon         string
	Class        string
	Second       []part
	SecondURL    crumb
	Facts        []fact
	OpenRows     []incidentRow
	OpenMore     bool // there are more than the rows
	Closed       bool // the rows are of what closed today
	Levels       chartView
	New          []templateRow
	NewCount     int
	Services     []serviceRow
	Hosts        int
	ServiceCount int // all of them; Services are those that differ most
	Learning     []note
	AsOf         string // of what the services are ordered by; empty where that is as good as now
	Filling      bool   // what was counted is being read after a start, and is not shown yet
}

// overviewRange is how far back the overview looks where nobody asks for another time.
const overviewRange = "6h"

// fact is a label, a figure and one line.
type fact struct {
	Label, Figure, Unit, Line string
	Title                     string
	Mono                      bool
	URL                       string // of what the figure counts
}

// overview answers /. Before the first line it leads to how to send one.
func (s *Server) overview(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Overview", "overview")
	if b.health.FirstLine.IsZero() && b.Open <= 0 {
		http.Redirect(w, r, "/connect", http.StatusSeeOther)
		return
	}
	rng, err := readRange(r, b.clock, overviewRange)
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_time", err.Error())
		return
	}
	b.Range, b.Live = &rng, true
	if n, ok := doneManyNote(r, b.clock); ok {
		b.Notes = append([]note{n}, b.Notes...)
	}
	v := overviewView{base: b, Filling: !s.readAhead(r.Context())}
	if what, err := s.fillOverview(r.Context(), &v, rng); err != nil {
		s.failWith(w, r, what, err)
		return
	}
	s.render(w, r, http.StatusOK, "overview", v)
}

// fillOverview reads what the overview shows. Where that fails what says of what.
func (s *Server) fillOverview(ctx context.Context, v *overviewView, rng timeRange) (what string, err error) {
	list, err := s.openInBrief(ctx)
	if err != nil {
		return "incidents", err
	}
	if len(list) < maxOpenRead { // they are all of them: what the page says of them agrees, also where one opened meanwhile
		v.setOpen(len(list), false)
	}
	slices.SortStableFunc(list, func(x, y detector.Incident) int { return rank(&x) - rank(&y) })
	if err := s.overviewHead(ctx, v, list); err != nil {
		return "incidents", err
	}
	if v.Filling {
		return "", nil
	}
	return "counts", s.overviewCounts(ctx, v, rng, list)
}

// rank orders open incidents: what nobody has taken first, explained ones last, pages before notices.
func rank(i *detector.Incident) int {
	n := 0
	switch {
	case i.ExplainedBy != "" || i.Silenced || i.Muted != nil:
		n = 20
	case i.Status == detector.StatusAcknowledged:
		n = 10
	}
	switch i.Severity {
	case detector.SeverityPage:
		return n
	case detector.SeverityNotice:
		return n + 1
	}
	return n + 2
}

func (s *Server) overviewHead(ctx context.Context, v *overviewView, open []detector.Incident) error {
	c, now := v.clock, v.clock.now
	day := make(map[detector.Severity]IncidentCounts, 2)
	for _, severity := range []detector.Severity{detector.SeverityPage, detector.SeverityNotice} {
		n, err := s.src.Incidents.CountIncidents(ctx, IncidentFilter{Severities: []detector.Severity{severity}, From: now.Add(-24 * time.Hour), CountTo: maxCount})
		if err != nil {
			return err
		}
		day[severity] = n
	}
	templates, err := s.templatesFact(ctx, v)
	if err != nil {
		return err
	}
	h := v.health
	until := ""
	if !h.CountedTo.IsZero() {
		until = "counted to " + c.hms(h.CountedTo)
	}
	lag := fact{Label: "Lag", Figure: lasting(h.Lag), Line: until, URL: "/health"}
	if late := h.Unjudged(); late > 0 {
		lag = fact{Label: "Judging is behind", Figure: lasting(late), Line: "judged to " + c.minute(h.JudgedTo), URL: "/health"}
	}
	paged, notices := day[detector.SeverityPage], day[detector.SeverityNotice]
	pages := plural(paged.Pages, "page")
	if paged.More {
		pages = counted(paged.Pages, true) + " pages"
	}
	v.Facts = []fact{
		{Label: "Lines a second", Figure: rate(h.LinesPerSecond), URL: "/services"},
		lag,
		templates,
		{Label: "Notices, 24 h", Figure: counted(notices.Total, notices.More), Line: pages + " in 24 h", URL: "/incidents?severity=notice&range=24h"},
	}
	if len(open) == 0 {
		return s.quietHead(ctx, v)
	}
	s.openHead(v, open)
	shown, err := s.inOrder(ctx, open[:min(len(open), maxOpenRows)])
	if err != nil {
		return err
	}
	v.OpenRows, v.OpenMore = s.incidentRows(shown, c, true), len(open) > maxOpenRows
	return nil
}

// maxOpenRows is how many open incidents the overview shows.
const maxOpenRows = 25

// inOrder reads incidents with their charts, in the order in which they are given.
func (s *Server) inOrder(ctx context.Context, brief []detector.Incident) ([]detector.Incident, error) {
	f := IncidentFilter{Charts: true, Limit: len(brief)}
	place := make(map[string]int, len(brief))
	for n := range brief {
		f.IDs = append(f.IDs, brief[n].ID)
		place[brief[n].ID] = n
	}
	page, err := s.src.Incidents.ListIncidents(ctx, f)
	slices.SortFunc(page.Incidents, func(x, y detector.Incident) int { return place[x.ID] - place[y.ID] })
	return page.Incidents, err
}

// openHead says how many are open, who has what, and what waits.
func (s *Server) openHead(v *overviewView, open []detector.Incident) {
	waiting := 0
	var taken []string
	var first *detector.Incident
	worst := detector.SeverityRecord
	for k := range open {
		i := &open[k]
		if i.Severity == detector.SeverityPage || i.Severity == detector.SeverityNotice && worst == detector.SeverityRecord {
			worst = i.Severity
		}
		switch {
		case i.ExplainedBy != "" || i.Silenced || i.Muted != nil:
		case i.Status == detector.StatusAcknowledged:
			if len(taken) == 0 {
				taken = append(taken, i.Service+" is taken by "+i.Assignee+".")
			}
		default:
			waiting++
			if first == nil || i.Onset.Before(first.Onset) {
				first = i // it waits longest
			}
		}
	}
	v.Head = v.OpenAs + " incidents open"
	if v.Open == 1 {
		v.Head = "1 incident open"
	}
	switch {
	case waiting == v.Open && waiting == 1:
		v.Head += ", nobody has taken it"
	case waiting > 0 && len(open) == maxOpenRead:
		v.Head += ", " + count(waiting) + " of the newest that nobody has taken"
	case waiting > 0:
		v.Head += ", " + count(waiting) + " that nobody has taken"
	default:
		v.Head += ", each taken or explained"
	}
	sev := severityOf(worst)
	v.Icon, v.Class = sev.Icon, sev.Class
	v.Second = []part{{Text: strings.Join(taken, " ") + " "}}
	if first != nil {
		v.SecondURL = crumb{first.Service + ": " + strings.ToLower(kindWord(first.Kind)), incidentURL(first.ID)}
		v.Second = append(v.Second, part{Text: " waits since " + v.clock.zoned(first.Onset) + ".", As: "after"})
	}
}
