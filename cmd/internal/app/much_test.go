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
// 10,000 services, seven hours of counts that go on meanwhile and 1,000 rules: counts in SQLite, and in Redis beside Postgres.
// It reports the least, the median and the 99th percentile in milliseconds, the median of the whole answer, the least and the
// median of the processor time of the handler, which says more on a machine that others use too (what Postgres and Redis do is
// not in it), and the KB that a page takes with all its parts as they are sent; and at the end a table of all. Filling takes minutes; TOCSIN_MUCH_DIR names a directory that keeps what was filled in for the next run, and
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
	clock, counts := much.fill(b, s, backend)
	now := clock()
	handler := much.dashboard(b, s, backend, clock, counts)
	table := []string{"| page | median | p99 | least | KB |", "|---|---:|---:|---:|---:|"}
	for _, path := range much.paths(now) {
		b.Run(muchName(path), func(b *testing.B) {
			if row := firstBytes(b, handler, path); b.N > 1 {
				table = append(table, row)
			}
		})
	}
	b.Log("first byte in ms, KB of the page with all its parts\n" + strings.Join(table, "\n"))
}

// paths are every page and list.
func (m muchSize) paths(now time.Time) []string {
	last, template := m.incident(0, now).ID, m.shapes(now)[0].ID.String()
	since := func(ago time.Duration) string {
		return url.Values{"from": {now.Add(-ago).UTC().Format(time.RFC3339)}}.Encode()
	}
	return []string{
		"/", "/incidents", "/incidents?status=open", "/incidents?range=400d", "/incidents?text=needle", "/incidents/" + last,
		"/services", "/services?text=svc-77", "/services?sort=errors", "/services?state=incident", "/services/svc-77", "/services/svc-77/sensitivity?pages=quiet",
		"/templates", "/templates?text=step+4711", "/templates?service=svc-77", "/templates?new=24h", "/templates/" + template,
		"/rules", "/rules/rule-7", "/silences", "/silences/new?incident=" + last,
		"/receivers", "/inbox", "/noise", "/health", "/connect", "/search?q=svc-77", "/audit", "/keys",
		"/api/v1/incidents", "/api/v1/incidents?limit=500", "/api/v1/incidents/" + last, "/api/v1/templates", "/api/v1/templates?limit=500", "/api/v1/services",
		"/api/v1/rules", "/api/v1/silences", "/api/v1/deploys", "/api/v1/audit", "/api/v1/health", "/api/v1/counts?by=service&" + since(10*time.Minute),
		"/api/v1/counts?" + since(time.Hour) + "&by=service",
	}
}

// muchName is a path as a name of a benchmark holds it, the same in every run.
func muchName(path string) string {
	path = regexp.MustCompile(`[0-9a-f]{16}`).ReplaceAllString(path, "ID")
	path = regexp.MustCompile(`from=[^&]*`).ReplaceAllString(path, "from")
	return strings.ReplaceAll(path, "/", ":")
}

// firstBytes asks for a path before it measures, as a page that nobody has looked at yet may take longer: cold-ms is the first
// answer, cold-whole-ms the first that has everything. It returns a row of a table.
func firstBytes(b *testing.B, handler http.Handler, path string) string {
	cold := time.Now()
	first, _ := askMuch(b, handler, path)
	coldTook := time.Since(cold)
	for (first.Code == http.StatusServiceUnavailable || strings.Contains(plain(b, first), " data-soon")) && time.Since(cold) < 2*time.Minute { // it says to come again in a moment
		first, _ = askMuch(b, handler, path)
	}
	wholeTook := time.Since(cold)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var took, whole, worked []time.Duration
	for b.Loop() {
		began, cpu := time.Now(), testkit.ThreadCPU(b)
		answer, byFirst := askMuch(b, handler, path)
		if answer.Code != http.StatusOK {
			b.Fatalf("%s: %d %s", path, answer.Code, plain(b, answer))
		}
		took, whole, worked = append(took, byFirst), append(whole, time.Since(began)), append(worked, testkit.ThreadCPU(b)-cpu)
	}
	for _, all := range [][]time.Duration{took, whole, worked} {
		slices.Sort(all)
	}
	at := func(all []time.Duration, q float64) float64 {
		return float64(all[int(q*float64(len(all)-1))].Microseconds()) / 1e3
	}
	kilobytes := float64(wholePage(b, handler, first)) / 1024
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(at(took, 0), "min-ms")
	b.ReportMetric(at(took, .5), "p50-ms")
	b.ReportMetric(at(took, .99), "p99-ms")
	b.ReportMetric(at(whole, .5), "whole-ms")
	b.ReportMetric(at(worked, 0), "min-cpu-ms")
	b.ReportMetric(at(worked, .5), "cpu-ms")
	b.ReportMetric(float64(coldTook.Microseconds())/1e3, "cold-ms")
	b.ReportMetric(float64(wholeTook.Microseconds())/1e3, "cold-whole-ms")
	b.ReportMetric(kilobytes, "KB")
	name := regexp.MustCompile(`[0-9a-f]{16}`).ReplaceAllString(path, "ID")
	return fmt.Sprintf("| `%s` | %.1f | %.1f | %.1f | %.0f |", regexp.MustCompile(`from=[^&]*`).ReplaceAllString(name, "from=…"), at(took, .5), at(took, .99), at(took, 0), kilobytes)
}

// firstByte notes when the first byte of an answer came.
type firstByte struct {
	*httptest.ResponseRecorder
	at time.Time
}

func (w *firstByte) Write(b []byte) (int, error) {
	if w.at.IsZero() {
		w.at = time.Now()
	}
	return w.ResponseRecorder.Write(b)
}

func (w *firstByte) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// askMuch returns an answer and when its first byte came.
func askMuch(tb testing.TB, handler http.Handler, path string) (*httptest.ResponseRecorder, time.Duration) {
	w := &firstByte{ResponseRecorder: httptest.NewRecorder()}
	r := httptest.NewRequestWithContext(tb.Context(), "GET", path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	began := time.Now()
	handler.ServeHTTP(w, r)
	return w.ResponseRecorder, w.at.Sub(began)
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
			answer, _ := askMuch(tb, handler, part[1])
			n += answer.Body.Len()
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
