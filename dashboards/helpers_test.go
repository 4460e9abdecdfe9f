package dashboards_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// pages is every page of the night, by path.
var pages = []string{
	"/", "/?range=30m", "/incidents", "/incidents?service=search&severity=page", "/incidents?range=30d&status=resolved",
	"/incidents/7f3a2c19d04be8a1", "/incidents/7f3a2c19d04be8a1?scale=log&note=1", "/incidents/c81d07f2b6a95e30", "/incidents/5d20aa81c3f7e604",
	"/incidents/91c04e77aa10b3c2", "/incidents/e0a1b2c3d4e5f604", "/services", "/services/checkout", "/services/notifications", "/templates", "/templates?new=24h",
	"/templates/4e19c0d2a0000000", "/templates/4e19c0d2a0000000?range=7d&scale=log", "/templates/4e19c0d2a0000000?read=1", "/rules", "/rules/checkout-errors", "/rules/disk-full", "/receivers",
	"/receivers?state=failed", "/inbox", "/noise", "/health", "/connect", "/connect?with=Vector", "/search?q=payments", "/search", "/keys",
}

type site struct {
	*dashboards.Server
	world *dashtest.World
	log   *bytes.Buffer
}

func newSite(t testing.TB, w *dashtest.World, change ...func(*dashboards.Options)) *site {
	t.Helper()
	s := &site{world: w, log: &bytes.Buffer{}}
	o := dashboards.Options{
		Sources: w.Sources(), Now: w.Now, Logger: slog.New(slog.NewTextHandler(s.log, nil)), Secret: bytes.Repeat([]byte("k"), 32), Version: "test",
		Links: func() []dashboards.Link {
			return []dashboards.Link{{Name: "Grafana", URL: "https://grafana.shop.example/explore?service={service}&from={from}&to={to}"}}
		},
	}
	for _, c := range change {
		c(&o)
	}
	var err error
	if s.Server, err = dashboards.New(o); err != nil {
		t.Fatal(err)
	}
	return s
}

// get asks for a path as a reader in Prague does.
func (s *site) get(path string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil)
	r.Header.Set("Cookie", "tocsin_zone=Europe%2FPrague")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

var tokenField = regexp.MustCompile(`name="token" value="([^"]+)"`)

// post sends a form with the token and cookie of a page, as a browser does.
func (s *site) post(t testing.TB, page, action string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	got := s.get(page)
	token := tokenField.FindStringSubmatch(got.Body.String())
	if token == nil {
		t.Fatalf("%s has no form with a token", page)
	}
	form.Set("token", token[1])
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, action, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range got.Result().Cookies() {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// send asks the API.
func (s *site) send(method, path, body string) *httptest.ResponseRecorder {
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(context.Background(), method, path, in)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}
