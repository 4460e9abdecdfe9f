package dashboards

import (
	"context"
	"errors"
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
}

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
	rng, err := readRange(r, b.clock, "6h")
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_time", err.Error())
		return
	}
	b.Range, b.Live = &rng, true
	if n, ok := doneManyNote(r, b.clock); ok {
		b.Notes = append([]note{n}, b.Notes...)
	}
	v := overviewView{base: b}
	ctx := r.Context()
	list, err := s.openInBrief(ctx)
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	slices.SortStableFunc(list, func(x, y detector.Incident) int { return rank(&x) - rank(&y) })
	if err := s.overviewHead(ctx, &v, list); err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	if err := s.overviewCounts(ctx, &v, rng, list); err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	s.render(w, r, http.StatusOK, "overview", v)
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
	news, err := s.src.Templates.CountTemplates(ctx, TemplateFilter{NewSince: now.Add(-24 * time.Hour)})
	if err != nil {
		return err
	}
	all, err := s.src.Templates.CountTemplates(ctx, TemplateFilter{})
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
	v.NewCount = news
	paged, notices := day[detector.SeverityPage], day[detector.SeverityNotice]
	pages := plural(paged.Pages, "page")
	if paged.More {
		pages = counted(paged.Pages, true) + " pages"
	}
	v.Facts = []fact{
		{Label: "Lines a second", Figure: rate(h.LinesPerSecond), URL: "/services"},
		lag,
		{Label: "Templates", Figure: count(all), Line: count(news) + " new in 24 h", URL: "/templates"},
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
	v.Head = plural(v.Open, "incident") + " open"
	switch {
	case waiting == v.Open && waiting == 1:
		v.Head = "1 incident open, nobody has taken it"
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

// quietHead proves that silence is quiet and not deafness: since when nothing is open, and what was read since.
func (s *Server) quietHead(ctx context.Context, v *overviewView) error {
	c := v.clock
	last, err := s.src.Incidents.ListIncidents(ctx, IncidentFilter{
		Statuses: []detector.Status{detector.StatusResolved}, From: c.now.Add(-7 * 24 * time.Hour), Charts: true, Limit: 100,
	})
	if err != nil {
		return err
	}
	v.Icon, v.Class, v.Closed = "resolved", "resolved", true
	since := v.health.FirstLine
	var today []detector.Incident
	for _, i := range last.Incidents {
		if i.ResolvedAt == nil {
			continue
		}
		if i.ResolvedAt.After(since) {
			since = *i.ResolvedAt
		}
		if c.sameDay(*i.ResolvedAt, c.now) {
			today = append(today, i)
		}
	}
	slices.SortStableFunc(today, func(a, b detector.Incident) int { return b.ResolvedAt.Compare(*a.ResolvedAt) })
	v.OpenRows = s.incidentRows(today[:min(len(today), 6)], c, true)
	if since.IsZero() {
		v.Head = "All quiet"
		return nil
	}
	if v.health.Unjudged() > 0 {
		v.Icon, v.Class = "notice", "notice"
		v.Head = "Nothing open as far as is judged"
		v.Second = []part{{Text: "Lines are counted to " + c.zoned(v.health.CountedTo) + " and judged to " + c.zoned(v.health.JudgedTo) + ": what came between is not known to be quiet."}}
		return nil
	}
	v.Head = "All quiet for " + coarse(c.now.Sub(since))
	text := "Nothing open since " + c.zoned(since) + "."
	if n, from, err := s.linesSince(ctx, since, c.now); err == nil {
		text += " " + count(n) + " lines read since " + c.zoned(from) + ", the last " + lasting(v.health.Lag) + " ago."
	}
	v.Second = []part{{Text: text}}
	return nil
}

// linesSince counts the lines since a time, or since the first whole step of a chart after it: a week ago at most.
func (s *Server) linesSince(ctx context.Context, since, now time.Time) (n uint64, from time.Time, err error) {
	if week := now.Add(-7 * 24 * time.Hour); since.Before(week) {
		since = week
	}
	step := timeRange{From: since, To: now}.step(now)
	if from = since.Truncate(step); from.Before(since) {
		from = from.Add(step)
	}
	if !from.Before(now) {
		return 0, from, errors.New("no whole step yet")
	}
	lines, err := s.src.Counts.CountSeries(ctx, SeriesQuery{From: from, To: now, Step: step})
	for _, l := range lines.Lines {
		for _, o := range l.Observed {
			if o != nil {
				n += uint64(*o)
			}
		}
	}
	return n, from, err
}

// overviewCounts fills the chart of levels, the new templates and the services.
func (s *Server) overviewCounts(ctx context.Context, v *overviewView, rng timeRange, open []detector.Incident) error {
	levels, err := s.src.Counts.CountSeries(ctx, SeriesQuery{
		By: Dimensions{Level: true}, From: rng.From, To: rng.To, Step: rng.step(v.clock.now), Band: true,
	})
	if err != nil {
		return err
	}
	marks, err := s.deployMarks(ctx, "", rng.From, rng.To, v.clock)
	if err != nil {
		return err
	}
	var onset *detector.Incident
	for k := range open {
		if i := &open[k]; i.ExplainedBy == "" && i.Severity == detector.SeverityPage && i.Kind != detector.KindSecret &&
			(onset == nil || i.Onset.After(onset.Onset)) {
			onset = i
		}
	}
	if len(marks) > 1 {
		marks = marks[len(marks)-1:]
	}
	for k := range marks {
		marks[k].label = marks[k].brief + " " + v.clock.hms(marks[k].at)
	}
	if onset != nil {
		marks = append(marks, mark{at: onset.Onset, class: "onset", label: "onset " + v.clock.hms(onset.Onset)})
	}
	lanes := levelLanes(levels)
	v.Levels = s.levelChart(lanes, marks, v.clock, 712)
	lately, err := lastMinute(ctx, s, SeriesQuery{By: Dimensions{Level: true}}, nil, laneOf, rng, levels.CompleteUntil, v.clock)
	if err != nil {
		return err
	}
	if low, high, ok := bandNow(lanes, lately); ok {
		v.Facts[0].Line = "of " + span(low, high)
	}
	news, err := s.src.Templates.ListTemplates(ctx, TemplateFilter{NewSince: v.clock.now.Add(-24 * time.Hour), Sort: SortNew, Limit: 5})
	if err != nil {
		return err
	}
	v.New = templateRows(news.Templates, v.clock)
	all, err := s.src.Services.Traffic(ctx)
	if err != nil {
		return err
	}
	v.Hosts, v.Learning, v.ServiceCount, v.AsOf = all.Hosts, learningNotes(all.Learning, v.clock), len(all.ByName), v.clock.age(all.AsOf)
	worst := worstOf(open)
	shown := all.part(&serviceQuery{Sort: sortDiffers, Limit: 30}, worst, v.clock.now)
	v.Services, err = s.serviceRows(ctx, shown.Services, worst, rng, v.clock)
	return err
}

// bandNow adds up what is expected of all lanes: in the last minute, and of a lane of which that is not known in the last step.
func bandNow(lanes []levelLane, lately map[int]curve) (low, high float64, ok bool) {
	for n := range lanes {
		if now := lately[n]; now.banded() {
			low, high, ok = low+now.low[0], high+now.high[0], true
		} else if l, h, known := bandSum(lanes[n : n+1]); known {
			low, high, ok = low+l, high+h, true
		}
	}
	return
}

// bandSum adds up what is expected of all lanes in their last step.
func bandSum(lanes []levelLane) (low, high float64, ok bool) {
	for _, l := range lanes {
		if i := l.curve.last(); i >= 0 && l.curve.banded() {
			low, high, ok = low+l.curve.low[i], high+l.curve.high[i], true
		}
	}
	return
}
