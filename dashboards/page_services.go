package dashboards

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// serviceRow is a service in a list.
type serviceRow struct {
	Name, URL  string
	Spark      template.HTML
	Now        string
	Expected   string
	ErrorShare float64
	ErrorText  string
	ErrorBad   bool
	New        string
	Differs    string
	DiffersIcon,
	DiffersClass string
	rank  float64
	curve curve
	onset time.Time
	less  bool
}

type servicesView struct {
	base
	Services []serviceRow
	Hosts    int
	Learning []note
	Empty    *emptyView
	Text     string
	Total    int
	Next     string
}

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
	Hosts     []string
	First     stamp

	Sensitivity, SetBy string // how readily it pages, and who said so
}

func serviceURL(name string) string { return "/services/" + url.PathEscape(name) }

func (s *Server) serviceList(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Services", "services")
	rng, err := readRange(r, b.clock, "6h")
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_time", err.Error())
		return
	}
	b.Range, b.Live = &rng, true
	open, err := s.src.Incidents.ListIncidents(r.Context(), IncidentFilter{Statuses: unresolved, Limit: 200})
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	q := r.URL.Query()
	from, err := readOffset(q)
	if err != nil {
		s.failWith(w, r, "services", err)
		return
	}
	v := servicesView{base: b, Text: q.Get("text")}
	if v.Services, v.Hosts, v.Learning, err = s.serviceRows(r.Context(), rng, b.clock, open.Incidents); err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	if low := strings.ToLower(v.Text); low != "" {
		v.Services = slices.DeleteFunc(v.Services, func(k serviceRow) bool { return !strings.Contains(strings.ToLower(k.Name), low) })
	}
	v.Total = len(v.Services)
	v.Services, v.Next = cutList(v.Services, from, r)
	s.drawSparks(v.Services)
	if len(v.Services) == 0 && v.Text != "" {
		v.Empty = &emptyView{Head: "No service has “" + v.Text + "” in its name.", Text: "A service is known from its first line.", Links: []crumb{{"All services", "/services"}}}
	} else if len(v.Services) == 0 {
		v.Empty = &emptyView{Head: "No service has logged a line yet.", Text: "A service is known from its first line.", Links: []crumb{{"How to send one", "/connect"}}}
	}
	s.render(w, r, http.StatusOK, "services", v)
}

// drawSparks draws the sparklines of the rows that are shown.
func (s *Server) drawSparks(rows []serviceRow) {
	for k := range rows {
		r := &rows[k]
		r.Spark = s.spark(r.curve, 196, r.onset, r.less, "lines a second of "+r.Name)
	}
}

// serviceRows lists services, those that differ most from what is expected first; their sparklines are not drawn yet.
func (s *Server) serviceRows(ctx context.Context, rng timeRange, c clock, open []detector.Incident) ([]serviceRow, int, []note, error) {
	list, err := s.src.Services.ListServices(ctx)
	if err != nil {
		return nil, 0, nil, err
	}
	step := rng.step(c.now)
	lines, err := s.src.Counts.CountSeries(ctx, SeriesQuery{By: Dimensions{Service: true}, From: rng.From, To: rng.To, Step: step, Band: true})
	if err != nil {
		return nil, 0, nil, err
	}
	curves := map[string]curve{}
	for _, l := range lines.Lines {
		curves[l.Service] = countCurve(lines, l)
	}
	now, err := s.nowRates(ctx, rng, lines.CompleteUntil, c)
	if err != nil {
		return nil, 0, nil, err
	}
	recent := max(5*time.Minute, step)
	sums, err := s.src.Counts.SumCounts(ctx, rng.To.Add(-recent), rng.To, Dimensions{Service: true, Level: true})
	if err != nil {
		return nil, 0, nil, err
	}
	errs, all := map[string]uint64{}, map[string]uint64{}
	for _, row := range sums.Rows {
		all[row.Service] += row.Lines
		if row.Level >= detector.LevelError {
			errs[row.Service] += row.Lines
		}
	}
	news, err := s.src.Templates.ListTemplates(ctx, TemplateFilter{NewSince: c.now.Add(-24 * time.Hour), Sort: SortNew, Limit: 500})
	if err != nil {
		return nil, 0, nil, err
	}
	fresh := map[string]int{}
	for _, t := range news.Templates {
		fresh[t.Service]++
	}
	hosts := map[string]bool{}
	var rows []serviceRow
	for _, sv := range list {
		for _, h := range sv.Hosts {
			hosts[h] = true
		}
		row := serviceRow{Name: sv.Name, URL: serviceURL(sv.Name), New: count(fresh[sv.Name])}
		if n := all[sv.Name]; n > 0 {
			row.ErrorShare = float64(errs[sv.Name]) / float64(n)
		}
		row.ErrorText, row.ErrorBad = percent(row.ErrorShare), row.ErrorShare > 0.05
		fillService(&row, sv, curves[sv.Name], step, c, open)
		if now != nil && row.Now != noData {
			row.Now = rate(now[sv.Name])
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b serviceRow) int {
		switch {
		case a.rank > b.rank:
			return -1
		case a.rank < b.rank:
			return 1
		}
		return 0
	})
	return rows, len(hosts), learningNotes(list, c), nil
}

// nowRates is what each service logs now, or did at the end of the range: the mean of the last minute that is complete,
// in lines a second. It knows nothing where fine buckets are not kept any more.
func (s *Server) nowRates(ctx context.Context, rng timeRange, complete time.Time, c clock) (map[string]float64, error) {
	to := rng.To
	if !complete.IsZero() && complete.Before(to) {
		to = complete
	}
	if to = to.Truncate(10 * time.Second); c.now.Sub(to) > fineKept {
		return nil, nil
	}
	sum, err := s.src.Counts.SumCounts(ctx, to.Add(-time.Minute), to, Dimensions{Service: true})
	if err != nil {
		return nil, err
	}
	rates := make(map[string]float64)
	for _, row := range sum.Rows {
		rates[row.Service] += float64(row.Lines) / sum.To.Sub(sum.From).Seconds()
	}
	return rates, nil
}

const noData = "no data"

func fillService(row *serviceRow, sv Service, k curve, step time.Duration, c clock, open []detector.Incident) {
	row.Now, row.Expected = noData, "–"
	last := -1
	if len(k.observed) > 0 {
		k = k.scaled(1 / step.Seconds())
		last = k.last()
	}
	if last >= 0 {
		row.Now = rate(*k.observed[last])
		if k.banded() {
			row.Expected = span(k.low[last], k.high[last])
		}
		row.rank = *k.observed[last] / 1e9
	}
	var mine *detector.Incident
	for n := range open {
		if i := &open[n]; i.Service == sv.Name && (mine == nil || rankSeverity(i) > rankSeverity(mine)) {
			mine = i
		}
	}
	less := false
	var onset time.Time
	switch {
	case mine != nil:
		sev := severityOf(mine.Severity)
		row.DiffersIcon, row.DiffersClass = sev.Icon, sev.Class
		row.Differs = word(mine.Kind) + ", " + coarse(c.now.Sub(mine.Onset))
		if mine.ExplainedBy != "" {
			row.Differs = word(mine.Kind) + ", explained by " + shortID(mine.ExplainedBy)
		}
		onset, row.rank = mine.Onset, float64(rankSeverity(mine))
		less = mine.Kind == detector.KindFall || mine.Kind == detector.KindSilence
	case sv.LearningUntil.After(c.now):
		row.Differs, row.DiffersIcon = "learning until "+c.minute(sv.LearningUntil), "learning"
	case last >= 0 && k.outside(last):
		row.Differs = "outside what is expected, no incident"
	default:
		row.Differs = "– as expected"
	}
	row.curve, row.onset, row.less = k, onset, less
}

func rankSeverity(i *detector.Incident) int {
	n := map[detector.Severity]int{detector.SeverityPage: 30, detector.SeverityNotice: 20, detector.SeverityRecord: 10}[i.Severity]
	if i.ExplainedBy != "" {
		n -= 9
	}
	return n + 1
}

// oldEnough is how old a service must be for an error that it never logged before to be news by itself.
const oldEnough = 24 * time.Hour

// learningNotes says of new services until when they are learned.
func learningNotes(list []Service, c clock) []note {
	var out []note
	for _, sv := range list {
		if !sv.LearningUntil.After(c.now) {
			continue
		}
		out = append(out, note{
			Icon: "learning", Head: sv.Name + " is new since " + c.zoned(sv.FirstSeen) + ".",
			Text: "Large surges and secrets page now, smaller changes from " + c.zoned(sv.LearningUntil) + ", and new errors from " + c.zoned(sv.FirstSeen.Add(oldEnough)) + ".",
		})
	}
	if len(out) > 3 {
		out = append(out[:2], note{Icon: "learning", Head: count(len(out)-2) + " more services are new.", Link: crumb{"Services", "/services"}})
	}
	return out
}
