package dashboards

import (
	"cmp"
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
	rank     float64
	service  *Service
	worst    *detector.Incident // open, and the most severe; nil: none
	now      float64            // lines a second
	nowKnown bool
	curve    curve
	onset    time.Time
	less     bool
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
	all, err := s.rankServices(r.Context(), rng, b.clock, open.Incidents)
	if err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	v.Hosts, v.Learning = all.hosts, all.learning
	if low := strings.ToLower(v.Text); low != "" {
		all.rows = slices.DeleteFunc(all.rows, func(k *serviceRow) bool { return !strings.Contains(strings.ToLower(k.Name), low) })
	}
	v.Total = len(all.rows)
	all.rows, v.Next = cutList(all.rows, from, r)
	if v.Services, err = s.serviceRows(r.Context(), &all, rng, b.clock); err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	if len(v.Services) == 0 && v.Text != "" {
		v.Empty = &emptyView{Head: "No service has “" + v.Text + "” in its name.", Text: "A service is known from its first line.", Links: []crumb{{"All services", "/services"}}}
	} else if len(v.Services) == 0 {
		v.Empty = &emptyView{Head: "No service has logged a line yet.", Text: "A service is known from its first line.", Links: []crumb{{"How to send one", "/connect"}}}
	}
	s.render(w, r, http.StatusOK, "services", v)
}

// serviceRanks are all services, those that differ most from what is expected first, then those that log most. Only the
// rows that are shown are filled in, by serviceRows.
type serviceRanks struct {
	rows     []*serviceRow
	complete time.Time // up to when the counts are; zero: not known
	hosts    int
	learning []note
}

func (s *Server) rankServices(ctx context.Context, rng timeRange, c clock, open []detector.Incident) (serviceRanks, error) {
	list, err := s.src.Services.ListServices(ctx)
	if err != nil {
		return serviceRanks{}, err
	}
	complete, err := s.completeUntil(ctx, rng)
	if err != nil {
		return serviceRanks{}, err
	}
	now, err := s.nowRates(ctx, rng, complete, c)
	if err != nil {
		return serviceRanks{}, err
	}
	worst := map[string]*detector.Incident{}
	for n := range open {
		if i := &open[n]; worst[i.Service] == nil || rankSeverity(i) > rankSeverity(worst[i.Service]) {
			worst[i.Service] = i
		}
	}
	hosts := map[string]bool{}
	out, rows := serviceRanks{rows: make([]*serviceRow, len(list)), complete: complete, learning: learningNotes(list, c)}, make([]serviceRow, len(list))
	for k := range list {
		for _, h := range list[k].Hosts {
			hosts[h] = true
		}
		rows[k] = serviceRow{Name: list[k].Name, service: &list[k], worst: worst[list[k].Name], nowKnown: now != nil, now: now[list[k].Name]}
		row := &rows[k]
		row.rank = row.now / 1e9
		if row.worst != nil {
			row.rank = float64(rankSeverity(row.worst))
		}
		out.rows[k] = row
	}
	out.hosts = len(hosts)
	slices.SortStableFunc(out.rows, func(a, b *serviceRow) int { return cmp.Compare(b.rank, a.rank) })
	return out, nil
}

// completeUntil is up to when the counts of a range are complete.
func (s *Server) completeUntil(ctx context.Context, rng timeRange) (time.Time, error) {
	sum, err := s.src.Counts.SumCounts(ctx, rng.To, rng.To, Dimensions{})
	return sum.CompleteUntil, err
}

// serviceRows fills in the rows that are shown.
func (s *Server) serviceRows(ctx context.Context, all *serviceRanks, rng timeRange, c clock) ([]serviceRow, error) {
	if len(all.rows) == 0 {
		return nil, nil
	}
	names := make([]string, len(all.rows))
	for k := range all.rows {
		names[k] = all.rows[k].Name
	}
	step := rng.step(c.now)
	lines, err := s.src.Counts.CountSeries(ctx, SeriesQuery{By: Dimensions{Service: true}, Services: names, From: rng.From, To: rng.To, Step: step, Band: true})
	if err != nil {
		return nil, err
	}
	curves := map[string]curve{}
	for _, l := range lines.Lines {
		curves[l.Service] = countCurve(lines, l)
	}
	errs, sums, err := s.errorShares(ctx, names, rng, all.complete, c)
	if err != nil {
		return nil, err
	}
	for k := range all.rows {
		row := all.rows[k]
		row.URL = serviceURL(row.Name)
		news, err := s.src.Templates.CountTemplates(ctx, TemplateFilter{Service: row.Name, NewSince: c.now.Add(-24 * time.Hour)})
		if err != nil {
			return nil, err
		}
		row.New = count(news)
		if n := sums[row.Name]; n > 0 {
			row.ErrorShare = errs[row.Name] / n
		}
		row.ErrorText, row.ErrorBad = percent(row.ErrorShare), row.ErrorShare > 0.05
		fillService(row, curves[row.Name], step, c)
		if row.nowKnown && row.Now != noData {
			row.Now = rate(row.now)
		}
		row.Spark = s.spark(row.curve, 196, row.onset, row.less, "lines a second of "+row.Name)
	}
	out := make([]serviceRow, len(all.rows))
	for k, row := range all.rows {
		out[k] = *row
	}
	return out, nil
}

// errorShares are the errors and all the lines of services over the last five minutes of a range that are complete, or over
// its last step where fine buckets are not kept any more.
func (s *Server) errorShares(ctx context.Context, names []string, rng timeRange, complete time.Time, c clock) (errs, all map[string]float64, err error) {
	to, step := lastComplete(rng, complete), fineStep
	from := to.Add(-5 * time.Minute)
	if c.now.Sub(to) > fineKept {
		to, step = rng.To, rng.step(c.now)
		from = to.Add(-max(5*time.Minute, step))
	}
	lines, err := s.src.Counts.CountSeries(ctx, SeriesQuery{By: Dimensions{Service: true, Level: true}, Services: names, From: from, To: to, Step: step})
	if err != nil {
		return nil, nil, err
	}
	errs, all = map[string]float64{}, map[string]float64{}
	for _, l := range lines.Lines {
		for _, o := range l.Observed {
			if o == nil {
				continue
			}
			all[l.Service] += *o
			if l.Level >= detector.LevelError {
				errs[l.Service] += *o
			}
		}
	}
	return errs, all, nil
}

// fineStep is the width of the narrowest buckets.
const fineStep = 10 * time.Second

// lastComplete is the end of the last fine bucket of a range that is complete; of the last one where nothing says which are.
func lastComplete(rng timeRange, complete time.Time) time.Time {
	if !complete.IsZero() && complete.Before(rng.To) {
		return complete.Truncate(fineStep)
	}
	return rng.To.Truncate(fineStep)
}

// nowRates is what each service logs now, or did at the end of the range: the mean of the last minute that is complete,
// in lines a second. It is nil where that is not known: fine buckets are not kept any more, or none is complete.
func (s *Server) nowRates(ctx context.Context, rng timeRange, complete time.Time, c clock) (map[string]float64, error) {
	to := lastComplete(rng, complete)
	if c.now.Sub(to) > fineKept {
		return nil, nil
	}
	from := to.Add(-time.Minute)
	lines, err := s.src.Counts.CountSeries(ctx, SeriesQuery{By: Dimensions{Service: true}, From: from, To: to, Step: fineStep})
	if err != nil || lines.CompleteUntil.Before(from.Add(fineStep)) {
		return nil, err
	}
	rates := make(map[string]float64, len(lines.Lines))
	for _, l := range lines.Lines {
		sum, n := 0.0, 0
		for _, o := range l.Observed {
			if o != nil {
				sum, n = sum+*o, n+1
			}
		}
		if n > 0 {
			rates[l.Service] += sum / (float64(n) * fineStep.Seconds())
		}
	}
	return rates, nil
}

const noData = "no data"

func fillService(row *serviceRow, k curve, step time.Duration, c clock) {
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
	}
	mine, sv := row.worst, row.service
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
		onset = mine.Onset
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
