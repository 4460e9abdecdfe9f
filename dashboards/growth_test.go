package dashboards_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

// reads counts what pages ask of the sources: calls, and the rows and points that they get. What is kept in memory and
// handed out without a copy, as the list of services, is a call alone.
type reads struct{ calls, rows int }

func (r *reads) add(rows int) { r.calls, r.rows = r.calls+1, r.rows+rows }

type countedIncidents struct {
	dashboards.Incidents
	*reads
}

func (c countedIncidents) ListIncidents(ctx context.Context, f dashboards.IncidentFilter) (dashboards.IncidentPage, error) {
	p, err := c.Incidents.ListIncidents(ctx, f)
	c.add(len(p.Incidents))
	return p, err
}

func (c countedIncidents) CountIncidents(ctx context.Context, f dashboards.IncidentFilter) (dashboards.IncidentCounts, error) {
	n, err := c.Incidents.CountIncidents(ctx, f)
	c.add(n.Total) // the store looks at each
	return n, err
}

type countedTemplates struct {
	dashboards.Templates
	*reads
}

func (c countedTemplates) ListTemplates(ctx context.Context, f dashboards.TemplateFilter) (dashboards.TemplatePage, error) {
	p, err := c.Templates.ListTemplates(ctx, f)
	c.add(len(p.Templates))
	return p, err
}

func (c countedTemplates) CountTemplates(ctx context.Context, f dashboards.TemplateFilter) (int, error) {
	c.add(0)
	return c.Templates.CountTemplates(ctx, f)
}

type countedCounts struct {
	dashboards.Counts
	*reads
}

func (c countedCounts) CountSeries(ctx context.Context, q dashboards.SeriesQuery) (dashboards.CountLines, error) {
	l, err := c.Counts.CountSeries(ctx, q)
	n := 0
	for i := range l.Lines {
		n += len(l.Lines[i].Observed)
	}
	c.add(n)
	return l, err
}

func (c countedCounts) SumCounts(ctx context.Context, from, to time.Time, by dashboards.Dimensions) (dashboards.CountSum, error) {
	s, err := c.Counts.SumCounts(ctx, from, to, by)
	c.add(len(s.Rows))
	return s, err
}

type countedMessages struct {
	dashboards.Messages
	*reads
}

func (c countedMessages) ListMessages(ctx context.Context, f dashboards.MessageFilter) (dashboards.MessagePage, error) {
	p, err := c.Messages.ListMessages(ctx, f)
	c.add(len(p.Messages))
	return p, err
}

type countedMutes struct {
	dashboards.Mutes
	*reads
}

func (c countedMutes) ListMutes(ctx context.Context, endingAfter time.Time) ([]mute.Mute, error) {
	l, err := c.Mutes.ListMutes(ctx, endingAfter)
	c.add(len(l))
	return l, err
}

type countedAudit struct {
	dashboards.Audit
	*reads
}

func (c countedAudit) ListAudit(ctx context.Context, f dashboards.AuditFilter) (dashboards.AuditPage, error) {
	p, err := c.Audit.ListAudit(ctx, f)
	c.add(len(p.Entries))
	return p, err
}

// grown is the night after it has gone on for long: times as many incidents, templates, services, messages and acts as
// fill each list, all but the services older than any time that a page looks at by itself.
func grown(times int) *dashtest.World {
	w := dashtest.Night()
	incident, message, act := w.All[4], w.Messages[0], dashboards.AuditEntry{Actor: "jana", Action: "incident.note"}
	band := func(time.Time) (float64, float64) { return 0, 1 }
	for n := range 600 * times {
		old := w.Time.AddDate(0, 0, -60).Add(-time.Duration(n) * time.Minute)
		i := incident
		i.ID, i.Onset, i.OpenedAt, i.ResolvedAt, i.Status = fmt.Sprintf("%016x", 0xabc0000000000000+uint64(n)), old, old, &old, detector.StatusResolved
		w.All = append(w.All, i)
		message.ID, message.CreatedAt, message.SentAt = fmt.Sprint("old-", n), old, old
		act.At = old
		w.Messages, w.Acts = append(w.Messages, message), append(w.Acts, act)
		w.Known = append(w.Known, dashboards.Template{
			ID: detector.ShapeID(1000 + n), Text: fmt.Sprintf("request <*> of step %d", n), Service: fmt.Sprint("svc-", n/3), Level: detector.LevelInfo, FirstSeen: old, LastSeen: old, Lines: uint64(n),
		})
		if n%3 == 0 {
			name := fmt.Sprint("svc-", n/3)
			w.Names = append(w.Names, dashboards.Service{Name: name, FirstSeen: old, LastSeen: w.Time})
			w.Lines = append(w.Lines, dashtest.Counted{Service: name, Level: detector.LevelInfo, Bytes: 90, Band: band, Rate: func(time.Time) (float64, bool) { return 1, true }})
		}
	}
	return w
}

// TestPagesReadNoMoreWithMuch: what a page asks of the sources does not grow with what they have. A page that sums over all
// services or lists without an end shows here, on a machine of any speed.
func TestPagesReadNoMoreWithMuch(t *testing.T) {
	var sites [2]*site
	var read [2]*reads
	for k, times := range []int{1, 3} {
		w, r := grown(times), &reads{}
		read[k] = r
		sites[k] = newSite(t, w, func(o *dashboards.Options) {
			o.Sources.Incidents, o.Sources.Templates, o.Sources.Counts = countedIncidents{w, r}, countedTemplates{w, r}, countedCounts{w, r}
			o.Sources.Messages, o.Sources.Mutes, o.Sources.Audit = countedMessages{w, r}, countedMutes{w, r}, countedAudit{w, r}
		})
	}
	for _, path := range append([]string{
		"/services?sort=name", "/services?sort=lines&text=svc", "/incidents?range=30d", "/templates?sort=new", "/search?q=svc", "/audit", "/inbox",
		"/api/v1/incidents", "/api/v1/templates?limit=500", "/api/v1/services", "/api/v1/rules", "/api/v1/silences", "/api/v1/deploys", "/api/v1/audit",
	}, pages...) {
		for k, s := range sites {
			*read[k] = reads{}
			if got := s.get(path); got.Code != 200 {
				t.Fatalf("%s: %d", path, got.Code)
			}
		}
		if few, many := *read[0], *read[1]; many.calls > few.calls || many.rows > few.rows {
			t.Errorf("%s reads %d rows in %d calls, and %d in %d where there is three times as much", path, few.rows, few.calls, many.rows, many.calls)
		}
	}
}
