package app

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/testkit"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

// BenchmarkMuch measures how long the first byte of each page and list takes with 100,000 incidents, 100,000 templates of
// 10,000 services, seven hours of counts and 1,000 rules: counts in SQLite, and in Redis beside Postgres. It reports the
// least, the median and the 99th percentile in milliseconds, the median of the processor time of the handler, which is much the
// same on a machine that others use too (what Postgres and Redis do is not in it), and the KB that a page takes with all
// its parts as they are sent. Filling takes minutes; TOCSIN_MUCH_DIR names a directory that keeps what was filled in for the next run, and
// then the schema much of Postgres and the keys much of Redis stay too:
//
//	TOCSIN_MUCH_DIR=/var/tmp/much go test -run '^$' -bench Much -benchtime 200x -timeout 1h ./cmd/internal/app
func BenchmarkMuch(b *testing.B) {
	keep := os.Getenv("TOCSIN_MUCH_DIR")
	b.Run("SQLite", func(b *testing.B) {
		path := storetest.SQLite(b)
		if keep != "" {
			path = filepath.Join(keep, "much.db")
		}
		s := storetest.Open(b, store.Options{DSN: path, Now: time.Now, Router: toInbox{}})
		muchOf(b, s, s.Counts())
	})
	b.Run("Postgres", func(b *testing.B) {
		dsn, prefix := "", fmt.Sprintf("much-%d", time.Now().UnixNano())
		if keep != "" {
			dsn, prefix = storetest.PostgresSchema(b, "much"), "much"
		} else {
			dsn = storetest.Postgres(b)
		}
		s := storetest.Open(b, store.Options{DSN: dsn, Now: time.Now, Router: toInbox{}})
		muchOf(b, s, muchRedis(b, prefix, keep == ""))
	})
}

// muchOf fills a store and a backend, and asks for every page.
func muchOf(b *testing.B, s *store.Store, backend rate.Backend) {
	began := time.Now()
	now, clock, filled := much.fill(b, s, backend)
	if filled {
		b.Logf("filled in %v", time.Since(began))
	}
	handler := much.dashboard(b, s, backend, clock)
	for _, path := range much.paths(now) {
		b.Run(muchName(path), func(b *testing.B) { firstBytes(b, handler, path) })
	}
}

// paths are every page and list.
func (m muchSize) paths(now time.Time) []string {
	last, template := m.incident(0, now).ID, m.shapes(now)[0].ID.String()
	since := url.Values{"from": {now.Add(-10 * time.Minute).UTC().Format(time.RFC3339)}}.Encode()
	return []string{
		"/", "/incidents", "/incidents?status=open", "/incidents?range=400d", "/incidents?text=needle", "/incidents/" + last,
		"/services", "/services?text=svc-77", "/services?sort=errors", "/services?state=incident", "/services/svc-77", "/services/svc-77/sensitivity?pages=quiet",
		"/templates", "/templates?text=step+4711", "/templates?service=svc-77", "/templates?new=24h", "/templates/" + template,
		"/rules", "/rules/rule-7", "/silences", "/silences/new?incident=" + last,
		"/receivers", "/inbox", "/noise", "/health", "/connect", "/search?q=svc-77", "/audit", "/keys",
		"/api/v1/incidents", "/api/v1/incidents?limit=500", "/api/v1/incidents/" + last, "/api/v1/templates", "/api/v1/templates?limit=500", "/api/v1/services",
		"/api/v1/rules", "/api/v1/silences", "/api/v1/deploys", "/api/v1/audit", "/api/v1/health", "/api/v1/counts?by=service&" + since,
	}
}

// muchName is a path as a name of a benchmark holds it, the same in every run.
func muchName(path string) string {
	path = regexp.MustCompile(`[0-9a-f]{16}`).ReplaceAllString(path, "ID")
	path = regexp.MustCompile(`from=[^&]*`).ReplaceAllString(path, "from")
	return strings.ReplaceAll(path, "/", ":")
}

// firstBytes asks for a path once more than it measures, as a page that nobody has looked at yet may take longer.
func firstBytes(b *testing.B, handler http.Handler, path string) {
	cold := time.Now()
	first := askMuch(b, handler, path)
	coldTook := time.Since(cold)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var took, worked []time.Duration
	for b.Loop() {
		began, cpu := time.Now(), testkit.ThreadCPU(b)
		askMuch(b, handler, path)
		took, worked = append(took, time.Since(began)), append(worked, testkit.ThreadCPU(b)-cpu)
	}
	slices.Sort(took)
	slices.Sort(worked)
	at := func(all []time.Duration, q float64) float64 {
		return float64(all[int(q*float64(len(all)-1))].Microseconds()) / 1e3
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(at(took, 0), "min-ms")
	b.ReportMetric(at(took, .5), "p50-ms")
	b.ReportMetric(at(took, .99), "p99-ms")
	b.ReportMetric(at(worked, .5), "cpu-ms")
	b.ReportMetric(float64(coldTook.Microseconds())/1e3, "cold-ms")
	b.ReportMetric(float64(wholePage(b, handler, first))/1024, "KB")
}

func askMuch(tb testing.TB, handler http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(tb.Context(), "GET", path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		tb.Fatalf("%s: %d %s", path, w.Code, plain(tb, w))
	}
	return w
}

var partOfPage = regexp.MustCompile(`(?:src|href)="(/static/[^"#]+)`)

// wholePage is how many bytes travel for an answer and for each style, script and picture that it names.
func wholePage(tb testing.TB, handler http.Handler, w *httptest.ResponseRecorder) int {
	n, seen := w.Body.Len(), map[string]bool{}
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		return n
	}
	for _, part := range partOfPage.FindAllStringSubmatch(plain(tb, w), -1) {
		if !seen[part[1]] {
			seen[part[1]] = true
			n += askMuch(tb, handler, part[1]).Body.Len()
		}
	}
	return n
}

func plain(tb testing.TB, w *httptest.ResponseRecorder) string {
	if w.Header().Get("Content-Encoding") != "gzip" {
		return w.Body.String()
	}
	z, err := gzip.NewReader(strings.NewReader(w.Body.String()))
	if err != nil {
		tb.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}
