package dashboards

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// noiseLogs is what was logged: by template and by service, a day.
type noiseLogs struct {
	rows       []CountRow    // most bytes first
	byServices []CountRow    // most bytes first
	all        uint64        // bytes
	span       time.Duration // over which was counted
	cost       Cost
}

// LogsSpan is the longest time over which what is logged is averaged. The page of noise asks for sums over it, by each of LogsBy,
// where nobody asks for another time.
const LogsSpan = 7 * 24 * time.Hour

// LogsBy are the dimensions of those sums: of the templates and of the services.
func LogsBy() (templates, services Dimensions) {
	return Dimensions{Service: true, Level: true, Template: true}, Dimensions{Service: true}
}

func (s *Server) logsOf(ctx context.Context, rng timeRange) (noiseLogs, error) {
	l := noiseLogs{}
	if s.opt.Cost != nil {
		l.cost = s.opt.Cost()
	}
	from := rng.From
	if rng.To.Sub(from) > LogsSpan {
		from = rng.To.Add(-LogsSpan)
	}
	known, err := s.firstSeen(ctx)
	if err != nil {
		return l, err
	}
	sum := func(by Dimensions) ([]CountRow, error) {
		if rng.Last != "" {
			got, err := s.src.Counts.SumLately(ctx, rng.To.Sub(from), by)
			return got.Rows, err
		}
		got, err := s.src.Counts.SumCounts(ctx, from, rng.To, by)
		slices.SortStableFunc(got.Rows, func(a, b CountRow) int { return cmp.Compare(b.Bytes, a.Bytes) })
		return got.Rows, err
	}
	byTemplates, byServices := LogsBy()
	if l.rows, err = sum(byTemplates); err != nil {
		return l, err
	}
	if l.byServices, err = sum(byServices); err != nil {
		return l, err
	}
	for k := range l.byServices {
		l.all += l.byServices[k].Bytes
	}
	if known.After(from) && known.Before(rng.To) {
		from = known // a day of what is a day old, and not a seventh of it
	}
	l.span = max(rng.To.Sub(from), time.Minute)
	return l, nil
}

// firstSeen is when the first service was; zero where none is known.
func (s *Server) firstSeen(ctx context.Context) (first time.Time, err error) {
	list, err := s.src.Services.ListServices(ctx)
	for _, sv := range list {
		if !sv.FirstSeen.IsZero() && (first.IsZero() || sv.FirstSeen.Before(first)) {
			first = sv.FirstSeen
		}
	}
	return first, err
}

// perDay is a number of the whole time as one of a day.
func (l *noiseLogs) perDay(n uint64) uint64 { return uint64(float64(n) * 24 / l.span.Hours()) }

// costOf is what bytes cost, in words; empty where no price is known.
func (l *noiseLogs) costOf(bytes uint64) string {
	if l.cost.PerGB <= 0 {
		return ""
	}
	return money(float64(bytes)/1e9*l.cost.PerGB, l.cost.Currency)
}

// money prints an amount: 88.00 €, 1,284 €, <0.01 €.
func money(v float64, currency string) string {
	text := strconv.FormatFloat(v, 'f', 2, 64)
	switch {
	case v >= 100:
		text = figure(v)
	case v > 0 && v < .01:
		text = "<0.01"
	}
	if currency != "" {
		text += " " + currency
	}
	return text
}

// noiseLogRow is a template or a service with what it logs a day.
type noiseLogRow struct {
	Service, Level string
	Template       []part
	Title, URL     string
	FilterURL      string
	On             bool // a filter for it is shown
	Lines, Bytes   string
	Share          float64
	ShareText      string
	Cost           string
}

// top are the templates with the most bytes. q is the query of the page, over which the row's link to its filter goes.
func (l *noiseLogs) top(n int, q url.Values, chosen *CountRow) []noiseLogRow {
	var out []noiseLogRow
	for k := range l.rows[:min(len(l.rows), n)] {
		row := &l.rows[k]
		u := cloneQuery(q)
		u.Set("template", row.TemplateID.String())
		u.Set("of", row.Service)
		r := noiseLogRow{
			Service: serviceName(row.Service), Level: row.Level.String(), Template: code(cutMiddle(row.Template, 140)), Title: row.Template,
			URL: "/templates/" + row.TemplateID.String(), FilterURL: "/noise?" + u.Encode() + "#filter", On: row == chosen,
		}
		if row.TemplateID == detector.OverflowShape || row.Template == "" {
			r.Template, r.URL, r.FilterURL = []part{{Text: "what found no room"}}, serviceURL(row.Service), ""
		}
		l.fill(&r, row.Lines, row.Bytes)
		out = append(out, r)
	}
	return out
}

func (l *noiseLogs) fill(r *noiseLogRow, lines, bytes uint64) {
	r.Lines, r.Bytes, r.Cost = count(l.perDay(lines)), size(l.perDay(bytes)), l.costOf(l.perDay(bytes))
	if l.all > 0 {
		r.Share = float64(bytes) / float64(l.all)
	}
	r.ShareText = percent(r.Share)
}

// services are those with the most bytes.
func (l *noiseLogs) services(n int) []noiseLogRow {
	var out []noiseLogRow
	for k := range l.byServices[:min(len(l.byServices), n)] {
		row := &l.byServices[k]
		r := noiseLogRow{Service: serviceName(row.Service), URL: serviceURL(row.Service)}
		l.fill(&r, row.Lines, row.Bytes)
		out = append(out, r)
	}
	return out
}

// find is the row of a template and service; nil where nothing of it was counted.
func (l *noiseLogs) find(id detector.ShapeID, service string) *CountRow {
	for k := range l.rows {
		if row := &l.rows[k]; row.TemplateID == id && (service == "" || row.Service == service) {
			return row
		}
	}
	return nil
}
