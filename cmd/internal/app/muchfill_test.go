package app

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

// muchSize is how much is filled in.
type muchSize struct {
	incidents, templates, services, rules int

	open    int // of the incidents
	busy    int // series that count in each bucket
	counted time.Duration
}

// much is what no page may be slow with.
var much = muchSize{incidents: 100_000, templates: 100_000, services: 10_000, rules: 1_000, open: 200, busy: 4_000, counted: 7 * time.Hour}

const muchTopics = 4 // partitions

type toInbox struct{}

func (toInbox) Route(detector.Change) plan.Plan {
	return plan.Plan{Tell: []plan.Notification{{Notification: detector.Notification{Receiver: notifier.Inbox}}}}
}

func (toInbox) Policy(string) (plan.Policy, bool) { return plan.Policy{}, false }
func (toInbox) Receives(string) bool              { return true }

// muchRedis counts under the prefix, and leaves nothing of it where it is not to be kept.
func muchRedis(b *testing.B, prefix string, goes bool) rate.Backend {
	address := strings.TrimPrefix(os.Getenv("TOCSIN_TEST_REDIS"), "redis://")
	if address == "" {
		b.Fatal(`TOCSIN_TEST_REDIS is not set: run .ci/services up and eval "$(.ci/services env)"`)
	}
	r, err := rate.NewRedis(rate.RedisOptions{Addresses: []string{address}, Prefix: prefix, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if goes { // buckets expire, the rest is small
			later := time.Now().AddDate(1, 0, 0)
			if err := r.Expire(context.Background(), later, later); err != nil {
				b.Error(err)
			}
		}
		if err := r.Close(); err != nil {
			b.Error(err)
		}
	})
	return r
}

// fill writes everything, unless that was done before: then it writes the counts alone where Redis has lost them. It returns
// a clock that goes on from where the counts end, and what counts on.
func (m muchSize) fill(tb testing.TB, s *store.Store, backend rate.Backend) (clock func() time.Time, counts *muchCounts) {
	began := time.Now()
	filled, is := m.filled(tb, s)
	if !is {
		filled = began.Truncate(rate.Fine)
		m.fillIncidents(tb, s, filled)
	}
	known := m.shapes(filled)
	if !is {
		if err := s.PutShapes(tb.Context(), known); err != nil {
			tb.Fatal(err)
		}
	}
	statuses, err := backend.Partitions(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	counts = m.counts(tb, backend, known)
	end := filled
	for _, s := range statuses {
		if s.Checkpoint.Watermark.After(end) {
			end = s.Checkpoint.Watermark
		}
	}
	if len(statuses) == 0 {
		counts.fill(tb, filled)
	}
	if _, err := s.MetaOnce(tb.Context(), muchFilled, []byte(filled.Format(time.RFC3339))); err != nil {
		tb.Fatal(err)
	}
	if took := time.Since(began); took > time.Minute {
		tb.Logf("filled in %v", took)
	}
	began = time.Now()
	return func() time.Time { return end.Add(time.Since(began)) }, counts
}

const muchFilled = "much_filled"

// filled is when the store was filled.
func (m muchSize) filled(tb testing.TB, s *store.Store) (at time.Time, is bool) {
	text, err := s.Meta(tb.Context(), muchFilled)
	if err != nil {
		tb.Fatal(err)
	}
	if text == nil {
		return time.Time{}, false
	}
	if at, err = time.Parse(time.RFC3339, string(text)); err != nil {
		tb.Fatal(err)
	}
	return at, true
}

// fillIncidents writes incidents of the last 90 days, the newest of them open.
func (m muchSize) fillIncidents(tb testing.TB, s *store.Store, now time.Time) {
	const batch = 2000
	for first := 0; first < m.incidents; first += batch {
		var c store.Commit
		for i := first; i < min(first+batch, m.incidents); i++ {
			in := m.incident(i, now)
			event := detector.ChangeOpened
			if i >= m.open {
				event, in.UpdatedAt, in.Status = detector.ChangeResolved, in.OpenedAt.Add(time.Minute), detector.StatusResolved
				in.ResolvedAt = &in.UpdatedAt
			}
			c.Changes = append(c.Changes, detector.Change{Event: event, Incident: in})
		}
		if err := s.Commit(tb.Context(), c); err != nil {
			tb.Fatal(err)
		}
	}
	for i := range m.incidents / 50 {
		if err := s.Audit(tb.Context(), store.AuditEntry{At: now.Add(-time.Duration(i) * time.Minute), Actor: "ada", Action: "incident.acknowledged", Subject: m.incident(i, now).ID}); err != nil {
			tb.Fatal(err)
		}
	}
}

func (m muchSize) incident(i int, now time.Time) *detector.Incident {
	const span = 90 * 24 * time.Hour
	opened := now.Add(-time.Minute - time.Duration(i)*(span/time.Duration(m.incidents)))
	kinds := []detector.Kind{detector.KindSurge, detector.KindErrorSpike, detector.KindFall, detector.KindNewError, detector.KindNewTemplate, detector.KindSecret}
	service := fmt.Sprint("svc-", i%m.services)
	chart := &detector.Chart{Start: opened.Add(-time.Hour), Bucket: detector.Duration(30 * time.Second), Unit: "lines"}
	for k := range 120 {
		v := float64(k % 17)
		chart.Observed = append(chart.Observed, &v)
		chart.Expected, chart.Low, chart.High = append(chart.Expected, 4), append(chart.Low, 2), append(chart.High, 6)
	}
	in := &detector.Incident{
		ID: fmt.Sprintf("%016x", uint64(i+1)*0x9e3779b97f4a7c15), Kind: kinds[i%len(kinds)], SeriesKey: fmt.Sprint("series ", i), Service: service, Environment: "prod",
		Severity: detector.SeverityPage, Status: detector.StatusOpen, Title: fmt.Sprintf("%s logs 412 errors a minute; it expected 3. needle %d", service, i),
		Template: fmt.Sprintf("request <*> of step %d took <*> ms", i%m.templates), TemplateID: detector.ShapeID(1000 + i%m.templates).String(), Level: detector.LevelError,
		Onset: opened.Add(-time.Minute), OpenedAt: opened, UpdatedAt: opened, Page: i%3 == 0, Observed: 412, Expected: 3, Unit: "lines", Window: detector.Duration(time.Minute),
		Chart: chart, Timeline: []detector.Entry{{At: opened.Add(-time.Minute), Kind: detector.EntryOnset}, {At: opened, Kind: detector.EntryOpened}},
	}
	if in.Kind == detector.KindSecret {
		in.Secret = &detector.Secret{Kind: "aws-access-key", Key: "AWS_KEY"}
	}
	for k := range 10 {
		in.Samples = append(in.Samples, detector.Sample{Time: opened, Service: service, Level: detector.LevelError, Text: fmt.Sprintf("request %d of step %d took %d ms %s", k, i, k*7, strings.Repeat("x", 150))})
	}
	return in
}

func (m muchSize) shapes(now time.Time) []store.Shape {
	shapes := make([]store.Shape, 0, m.templates)
	for i := range m.templates {
		shapes = append(shapes, store.Shape{
			ID: detector.ShapeID(1000 + i), Service: fmt.Sprint("svc-", i%m.services), Environment: "prod", Level: []detector.Level{detector.LevelInfo, detector.LevelInfo, detector.LevelWarn, detector.LevelError}[i/m.services%4],
			Text: fmt.Sprintf("request <*> of step %d took <*> ms", i), First: now.Add(-time.Duration(i) * time.Minute), Last: now,
		})
	}
	return shapes
}
