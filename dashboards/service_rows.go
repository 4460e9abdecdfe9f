package dashboards

import (
	"context"
	"html/template"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// serviceRow is a service in a list.
type serviceRow struct {
	Name, URL  string
	Spark      template.HTML
	Now        string
	Outside    bool // of what is expected
	Expected   string
	ErrorShare float64
	ErrorText  string // – where it logged nothing lately, or nothing is known of it
	ErrorBad   bool
	New        string
	Differs    string
	DiffersIcon,
	DiffersClass string
	service *Service
	worst   *detector.Incident // open, and the most severe; nil: none
	curve   curve
	onset   time.Time
	less    bool
}

// serviceRows are the rows of the services that are shown: what it reads grows with them alone.
func (s *Server) serviceRows(ctx context.Context, shown []*ServiceTraffic, worst map[string]*detector.Incident, rng timeRange, c clock) ([]serviceRow, error) {
	if len(shown) == 0 {
		return nil, nil
	}
	names := make([]string, len(shown))
	for k := range shown {
		names[k] = shown[k].Name
	}
	step := rng.step(c.now)
	lines, err := s.src.Counts.CountSeries(ctx, SeriesQuery{By: Dimensions{Service: true}, Services: names, From: rng.From, To: rng.To, Step: step, Band: true})
	if err != nil {
		return nil, err
	}
	curves := curvesBy(lines, serviceOf)
	now, err := s.nowOf(ctx, names, rng, lines.CompleteUntil, c)
	if err != nil {
		return nil, err
	}
	errs, sums, err := s.errorShares(ctx, names, rng, lines.CompleteUntil, c)
	if err != nil {
		return nil, err
	}
	rows := make([]serviceRow, len(shown))
	for k, sv := range shown {
		row := &rows[k]
		*row = serviceRow{Name: serviceName(sv.Name), URL: serviceURL(sv.Name), service: sv.Service, worst: worst[sv.Name], ErrorText: "–"}
		news, err := s.src.Templates.CountTemplates(ctx, TemplateFilter{Service: sv.Name, NoService: sv.Name == "", NewSince: c.now.Add(-24 * time.Hour)})
		if err != nil {
			return nil, err
		}
		row.New = count(news)
		if n := sums[sv.Name]; n > 0 {
			row.ErrorShare = errs[sv.Name] / n
			row.ErrorText, row.ErrorBad = percent(row.ErrorShare), row.ErrorShare > manyErrors
		}
		fillService(row, curves[sv.Name].scaled(1/step.Seconds()), now[sv.Name], c)
		row.Spark = s.spark(row.curve, 196, row.onset, row.less, "lines a second of "+row.Name)
	}
	return rows, nil
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

func serviceOf(l CountLine) string { return l.Service }

// nowOf are what each of some services logs now, as lastMinute says.
func (s *Server) nowOf(ctx context.Context, names []string, rng timeRange, complete time.Time, c clock) (map[string]curve, error) {
	return lastMinute(ctx, s, SeriesQuery{By: Dimensions{Service: true}, Services: names}, names, serviceOf, rng, complete, c)
}

const noData = "no data"

// fillService fills a row from the curve of the range, in lines a second, and the point of now. What is not known of now is taken
// from the last point of the range.
func fillService(row *serviceRow, k, now curve, c clock) {
	row.Now, row.Expected = noData, "–"
	figure, band, outside, known := current(k, now)
	if known {
		row.Now, row.Outside = rate(figure), outside
	}
	if band.banded() {
		row.Expected = span(band.low[0], band.high[0])
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
	case outside:
		row.Differs = "outside what is expected, no incident"
	default:
		row.Differs = "– as expected"
	}
	row.curve, row.onset, row.less = k, onset, less
}
