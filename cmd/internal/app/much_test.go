package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/redact"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

// BenchmarkMuch measures how long the first byte of each page and list takes with 100,000 incidents, 100,000 templates of
// 10,000 services, seven hours of counts and 1,000 rules: counts in SQLite, and in Redis beside Postgres. It reports the
// median and the 99th percentile in milliseconds, and what travels in KB. Filling takes minutes:
//
//	go test -run '^$' -bench Much -benchtime 200x -timeout 1h ./cmd/internal/app
func BenchmarkMuch(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) {
		path := storetest.SQLite(b)
		if dir := os.Getenv("TOCSIN_MUCH_DIR"); dir != "" {
			path = filepath.Join(dir, "much.db")
		}
		s := storetest.Open(b, store.Options{DSN: path, Now: time.Now, Router: toInbox{}})
		muchOf(b, s, s.Counts())
	})
	b.Run("Postgres", func(b *testing.B) {
		s := storetest.Open(b, store.Options{DSN: storetest.Postgres(b), Now: time.Now, Router: toInbox{}})
		muchOf(b, s, muchRedis(b))
	})
}

// The sizes of what is filled in.
const (
	manyIncidents = 100_000
	manyTemplates = 100_000
	manyServices  = 10_000
	manyRules     = 1_000
	manyOpen      = 200
	busySeries    = 4_000 // that count in each bucket
	countedHours  = 7
	muchTopics    = 4 // partitions
)

type toInbox struct{}

func (toInbox) Route(detector.Change) plan.Plan {
	return plan.Plan{Tell: []plan.Notification{{Notification: detector.Notification{Receiver: notifier.Inbox}}}}
}

func (toInbox) Policy(string) (plan.Policy, bool) { return plan.Policy{}, false }
func (toInbox) Receives(string) bool              { return true }

func muchRedis(b *testing.B) rate.Backend {
	address := strings.TrimPrefix(os.Getenv("TOCSIN_TEST_REDIS"), "redis://")
	if address == "" {
		b.Fatal(`TOCSIN_TEST_REDIS is not set: run .ci/services up and eval "$(.ci/services env)"`)
	}
	r, err := rate.NewRedis(rate.RedisOptions{Addresses: []string{address}, Prefix: fmt.Sprintf("much-%d", time.Now().UnixNano()), Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		// What was filled in goes: buckets expire, the rest is small.
		later := time.Now().AddDate(1, 0, 0)
		if err := r.Expire(context.Background(), later, later); err != nil {
			b.Error(err)
		}
		if err := r.Close(); err != nil {
			b.Error(err)
		}
	})
	return r
}

// muchOf fills a store and a backend, and asks for every page.
func muchOf(b *testing.B, s *store.Store, backend rate.Backend) {
	now, clock := muchTime(b, s)
	last, known := muchIncident(0, now).ID, muchShapes(now)
	if clock == nil {
		began := time.Now()
		fillIncidents(b, s, now)
		if err := s.PutShapes(b.Context(), known); err != nil {
			b.Fatal(err)
		}
		fillCounts(b, backend, known, now)
		if _, err := s.MetaOnce(b.Context(), "much_filled", []byte(now.Format(time.RFC3339))); err != nil {
			b.Fatal(err)
		}
		b.Logf("filled in %v", time.Since(began))
		clock = time.Now
	}
	handler := muchDashboard(b, s, backend, clock)
	template := known[0].ID.String()
	for _, path := range []string{
		"/", "/incidents", "/incidents?status=open", "/incidents?text=needle", "/incidents/" + last, "/services", "/services?text=svc-77", "/services/svc-77", "/templates",
		"/templates?text=step+4711", "/templates?service=svc-77", "/templates?new=24h", "/templates/" + template, "/rules", "/rules/rule-7", "/silences", "/silences/new?incident=" + last,
		"/services/svc-77/sensitivity?pages=quiet", "/receivers", "/inbox", "/noise", "/health", "/connect", "/search?q=svc-77", "/audit", "/keys",
		"/api/v1/incidents", "/api/v1/incidents?limit=500", "/api/v1/incidents/" + last, "/api/v1/templates", "/api/v1/services", "/api/v1/rules", "/api/v1/silences", "/api/v1/audit", "/api/v1/health",
		"/api/v1/counts?by=service&from=" + now.Add(-10*time.Minute).UTC().Format(time.RFC3339),
	} {
		name := strings.NewReplacer(last, "ID", template, "ID", "/", ":").Replace(path)
		b.Run(name, func(b *testing.B) { firstBytes(b, handler, path) })
	}
}

// firstBytes asks for a path once more than it measures, as a page that nobody has looked at yet may take longer.
func firstBytes(b *testing.B, handler http.Handler, path string) {
	ask := func() *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(b.Context(), "GET", path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("%s: %d %s", path, w.Code, plain(w))
		}
		return w
	}
	cold := time.Now()
	size := ask().Body.Len()
	first := time.Since(cold)
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		ask()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	at := func(q float64) float64 { return float64(took[int(q*float64(len(took)-1))].Microseconds()) / 1e3 }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.99), "p99-ms")
	b.ReportMetric(float64(first.Microseconds())/1e3, "cold-ms")
	b.ReportMetric(float64(size)/1024, "KB")
}

func plain(w *httptest.ResponseRecorder) string {
	if z, err := gzip.NewReader(w.Body); err == nil {
		text, _ := io.ReadAll(io.LimitReader(z, 2000))
		return string(text)
	}
	return ""
}

// muchDashboard is the dashboard over the sources of a running service; only what the pipeline itself tells is made up.
func muchDashboard(b *testing.B, s *store.Store, backend rate.Backend, now func() time.Time) http.Handler {
	ctx := b.Context()
	templates := engine.NewTemplates()
	if _, err := templates.Load(ctx, ledger{s, now}); err != nil {
		b.Fatal(err)
	}
	compiled, err := redact.Compile(redact.Options{})
	if err != nil {
		b.Fatal(err)
	}
	w := dashtest.Night()
	w.State.At = now()
	n := &notes{r: compiled.Redactor()}
	book := &ruleBook{now: now, resolve: templates.Canonical}
	if _, err := book.load(config.Rules{Files: []string{muchRules(b)}}); err != nil {
		b.Fatal(err)
	}
	reader := rate.NewReader(backend, rate.ReaderOptions{Now: now})
	expected := func(context.Context) ([]rate.Partition, error) {
		out := make([]rate.Partition, muchTopics)
		for i := range out {
			out[i] = rate.Partition{Topic: "logs", ID: i}
		}
		return out, nil
	}
	band := func(detector.Series, time.Time) (float64, float64, float64, bool) { return 4, 2, 6, true }
	var settings sensitivities
	settings.configure(config.Detection{Sensitivity: "normal"})
	cat := newCatalogue(s, reader, templates, expected, now)
	shown := newCounts(reader, cat, band)
	done := make(chan struct{})
	ctx, stop := context.WithCancel(ctx)
	b.Cleanup(func() { stop(); <-done })
	go func() {
		defer close(done)
		if err := (ahead{cat, shown}).run(ctx, func(err error) { b.Error(err) }); err != nil {
			b.Error(err)
		}
	}()
	handler, err := dashboards.New(dashboards.Options{
		Sources: dashboards.Sources{
			Incidents: incidents{s, newHub(now, func() {}), n}, Templates: cat,
			Counts: shown, Services: services{cat}, Rules: book,
			Messages: messages{s, now, func() {}, func() notifier.Config { return notifier.Config{} }},
			Health:   w, Deploys: deploys{s}, Connect: w, Live: w,
			Mutes: mutes{s, n, func() {}}, Sensitivities: tuning{s, &settings, now()}, Audit: audit{s}, Keys: apiKeys{s},
		},
		Now: now, Logger: slog.New(slog.DiscardHandler), Secret: bytes.Repeat([]byte("k"), 32), Version: "bench",
	})
	if err != nil {
		b.Fatal(err)
	}
	return handler
}

func muchRules(b *testing.B) string {
	var text strings.Builder
	text.WriteString("version: 1\nrules:\n")
	for i := range manyRules {
		fmt.Fprintf(&text, "  - name: rule-%d\n    when: service == \"svc-%d\" && level >= error\n    window: 5m\n    if: value > 20\n    severity: notice\n", i, i)
	}
	path := filepath.Join(b.TempDir(), "rules.yml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// muchTime is when the store is filled: now, or when it was, with a clock that goes on from then.
func muchTime(b *testing.B, s *store.Store) (time.Time, func() time.Time) {
	began := time.Now()
	text, err := s.Meta(b.Context(), "much_filled")
	if err != nil || text == nil {
		return began.Truncate(rate.Fine), nil
	}
	filled, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		b.Fatal(err)
	}
	return filled, func() time.Time { return filled.Add(time.Since(began)) }
}

// fillIncidents writes incidents of the last 90 days, the newest of them open.
func fillIncidents(b *testing.B, s *store.Store, now time.Time) {
	const batch = 2000
	for first := 0; first < manyIncidents; first += batch {
		var c store.Commit
		for i := first; i < first+batch; i++ {
			in := muchIncident(i, now)
			event := detector.ChangeOpened
			if i >= manyOpen {
				event, in.UpdatedAt, in.Status = detector.ChangeResolved, in.OpenedAt.Add(time.Minute), detector.StatusResolved
				in.ResolvedAt = &in.UpdatedAt
			}
			c.Changes = append(c.Changes, detector.Change{Event: event, Incident: in})
		}
		if err := s.Commit(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 2000 {
		if err := s.Audit(b.Context(), store.AuditEntry{At: now.Add(-time.Duration(i) * time.Minute), Actor: "ada", Action: "incident.acknowledged", Subject: muchIncident(i, now).ID}); err != nil {
			b.Fatal(err)
		}
	}
}

func muchIncident(i int, now time.Time) *detector.Incident {
	const span = 90 * 24 * time.Hour
	opened := now.Add(-time.Minute - time.Duration(i)*(span/manyIncidents))
	kinds := []detector.Kind{detector.KindSurge, detector.KindErrorSpike, detector.KindFall, detector.KindNewError, detector.KindNewTemplate, detector.KindSecret}
	service := fmt.Sprint("svc-", i%manyServices)
	chart := &detector.Chart{Start: opened.Add(-time.Hour), Bucket: detector.Duration(30 * time.Second), Unit: "lines"}
	for k := range 120 {
		v := float64(k % 17)
		chart.Observed = append(chart.Observed, &v)
		chart.Expected, chart.Low, chart.High = append(chart.Expected, 4), append(chart.Low, 2), append(chart.High, 6)
	}
	in := &detector.Incident{
		ID: fmt.Sprintf("%016x", uint64(i+1)*0x9e3779b97f4a7c15), Kind: kinds[i%len(kinds)], SeriesKey: fmt.Sprint("series ", i), Service: service, Environment: "prod",
		Severity: detector.SeverityPage, Status: detector.StatusOpen, Title: fmt.Sprintf("%s logs 412 errors a minute; it expected 3. needle %d", service, i),
		Template: fmt.Sprintf("request <*> of step %d took <*> ms", i%manyTemplates), TemplateID: detector.ShapeID(1000 + i%manyTemplates).String(), Level: detector.LevelError,
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

func muchShapes(now time.Time) []store.Shape {
	shapes := make([]store.Shape, 0, manyTemplates)
	for i := range manyTemplates {
		shapes = append(shapes, store.Shape{
			ID: detector.ShapeID(1000 + i), Service: fmt.Sprint("svc-", i%manyServices), Environment: "prod", Level: []detector.Level{detector.LevelInfo, detector.LevelInfo, detector.LevelWarn, detector.LevelError}[i/manyServices%4],
			Text: fmt.Sprintf("request <*> of step %d took <*> ms", i), First: now.Add(-time.Duration(i) * time.Minute), Last: now,
		})
	}
	return shapes
}

// fillCounts counts seven hours as a service would: in each bucket another part of the series has lines, over hours each
// of them.
func fillCounts(b *testing.B, backend rate.Backend, known []store.Shape, now time.Time) {
	ctx := b.Context()
	counters := make([]*rate.Counter, muchTopics)
	for i := range counters {
		p := rate.Partition{Topic: "logs", ID: i}
		claim, err := backend.Claim(ctx, p, 1)
		if err != nil {
			b.Fatal(err)
		}
		counters[i] = rate.NewCounter(p, 1, claim, backend, rate.CounterOptions{})
	}
	next := 0
	for at := now.Add(-countedHours * time.Hour).Truncate(rate.Coarse); at.Before(now); at = at.Add(rate.Fine) {
		for range busySeries {
			s := &known[next%len(known)]
			counters[next%manyServices%muchTopics].Line(at, s.Service, s.Environment, s.Level, s.ID, 120)
			next += 7 // has no factor in common with the number of series
		}
		if at.Add(rate.Fine).Unix()%60 != 0 && at.Add(rate.Fine).Before(now) {
			continue
		}
		for _, c := range counters {
			if err := c.Flush(ctx, rate.Checkpoint{Next: int64(next), End: int64(next), Watermark: at.Add(rate.Fine)}); err != nil {
				b.Fatal(err)
			}
		}
	}
}
