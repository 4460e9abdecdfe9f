package dashboards_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

func contract(t *testing.T, s *site) (*openapi3.T, routers.Router) {
	t.Helper()
	got := s.get("/api/v1/openapi.json")
	doc, err := openapi3.NewLoader().LoadFromData(got.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// TestAPIAnswersAsDescribed asks the handlers and holds each answer against the document that they serve.
func TestAPIAnswersAsDescribed(t *testing.T) {
	good := []struct{ method, path, body string }{
		{"GET", "/api/v1/counts?from=2026-11-23T01:00:00Z&to=2026-11-23T02:00:00Z&by=service,level,template", ""},
		{"GET", "/api/v1/counts?from=2026-11-23T01:00:00Z&to=2026-11-23T02:00:00Z&by=level", ""},
		{"GET", "/api/v1/counts", ""},
		{"GET", "/api/v1/incidents", ""},
		{"GET", "/api/v1/incidents?status=open&status=acknowledged&limit=2", ""},
		{"GET", "/api/v1/incidents?kind=secret&service=inventory&severity=page&text=password", ""},
		{"GET", "/api/v1/incidents/7f3a2c19d04be8a1", ""},
		{"GET", "/api/v1/incidents/c81d07", ""},
		{"POST", "/api/v1/incidents/c81d07f2b6a95e30/acknowledge", ""},
		{"POST", "/api/v1/incidents/c81d07f2b6a95e30/unacknowledge", "{}"},
		{"POST", "/api/v1/incidents/c81d07f2b6a95e30/note", `{"text":"rotated","actor":"jana"}`},
		{"POST", "/api/v1/incidents/c81d07f2b6a95e30/resolve", ""},
		{"POST", "/api/v1/incidents/c81d07f2b6a95e30/reopen", ""},
		{"POST", "/api/v1/incidents/c81d07f2b6a95e30/expected", ""},
		{"POST", "/api/v1/incidents/91c04e77aa10b3c2/noise", `{"text":"nightly","scope":"kind","weekly":{"days":["mon"],"from":"02:00","to":"04:00","zone":"Europe/Prague"},"ends":"2027-01-01T00:00:00Z"}`},
		{"POST", "/api/v1/silences?preview=true", `{"match":{"service":"checkout"},"for":"2h"}`},
		{"POST", "/api/v1/silences", `{"match":{"kind":"surge"},"weekly":{"from":"22:00","to":"06:00","zone":"UTC"},"author":"jana","comment":"batches"}`},
		{"POST", "/api/v1/silences", `{"match":{"expr":"level >= error && kind != \"fall\""},"secrets_and_loss":true,"for":"2h"}`},
		{"GET", "/api/v1/silences", ""},
		{"DELETE", "/api/v1/silences/ab12cd34ef56", ""},
		{"GET", "/api/v1/services/checkout/sensitivity", ""},
		{"POST", "/api/v1/services/checkout/sensitivity?preview=true", `{"pages":"quiet","notices":"normal"}`},
		{"POST", "/api/v1/services/checkout/sensitivity", `{"pages":"keen","actor":"jana"}`},
		{"POST", "/api/v1/services/checkout/sensitivity", ""},
		{"GET", "/api/v1/templates", ""},
		{"GET", "/api/v1/templates?service=checkout&level=error&sort=new&limit=1", ""},
		{"GET", "/api/v1/templates/4e19c0d2a0000000", ""},
		{"GET", "/api/v1/services", ""},
		{"GET", "/api/v1/rules", ""},
		{"GET", "/api/v1/health", ""},
		{"GET", "/api/v1/audit?actor=jana&action=incident.note&subject=x&limit=2", ""},
		{"GET", "/api/v1/deploys?from=2026-11-22T00:00:00Z", ""},
		{"POST", "/api/v1/deploys", `{"service":"cart","version":"1.9.1","at":"2026-11-23T02:00:00Z"}`},
		{"GET", "/api/v1/audit", ""},
		{"GET", "/-/healthy", ""},
		{"GET", "/-/ready", ""},
		{"GET", "/api/v1/openapi.json", ""},
	}
	worlds := map[string]func() *dashtest.World{"night": dashtest.Night, "behind": dashtest.Behind, "away": dashtest.Away, "quiet": dashtest.Quiet}
	for name, world := range worlds {
		w := world()
		w.Mutes = append(w.Mutes, mute.Mute{ID: "ab12cd34ef56", Sort: mute.Silence, Match: mute.Match{Service: "x"}, Author: "a", Starts: w.Time, CreatedAt: w.Time})
		for k := range w.All {
			if r := w.All[k].Rule; r != nil { // with all that a rule may say
				r.Labels, r.Without, r.Summary, r.Runbook = map[string]string{"team": "payments"}, "line", "few", "https://wiki.shop.example/run"
				r.Keep, r.Below = detector.Duration(time.Minute), true
			}
		}
		s := newSite(t, w)
		_, router := contract(t, s)
		for _, c := range good {
			if name == "quiet" && strings.HasSuffix(c.path, "acknowledge") {
				continue // it is resolved
			}
			got := s.send(c.method, c.path, c.body)
			if got.Code/100 != 2 {
				t.Errorf("%s %s %s: %d %s", name, c.method, c.path, got.Code, got.Body)
			}
			asDescribed(t, router, c.method, c.path, c.body, got)
		}
	}
}

func asDescribed(t *testing.T, router routers.Router, method, path, body string, got *httptest.ResponseRecorder) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	route, params, err := router.FindRoute(r)
	if err != nil {
		t.Errorf("%s %s is not in the document: %v", method, path, err)
		return
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
	if got.Code/100 == 2 {
		if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
			t.Errorf("%s %s was taken, yet: %v", method, path, err)
		}
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: got.Code, Header: got.Header(), Body: io.NopCloser(bytes.NewReader(got.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		t.Errorf("%s %s: %d: %v", method, path, got.Code, err)
	}
}

func TestAPIErrors(t *testing.T) {
	s := newSite(t, dashtest.Night(), func(o *dashboards.Options) {
		o.Ready = func(context.Context) error { return errors.New("partitions are not assigned yet") }
		o.Reload = func(context.Context) error { return errors.New("rules/a.yml:3:9: unknown name servcie") }
	})
	_, router := contract(t, s)
	big := `{"text":"` + strings.Repeat("x", 70<<10) + `"}`
	for _, c := range []struct {
		method, path, body string
		status             int
		code               string
	}{
		{"GET", "/api/v1/incidents?cursor=nonsense", "", 400, "bad_cursor"},
		{"GET", "/api/v1/templates?cursor=%00", "", 400, "bad_cursor"},
		{"GET", "/api/v1/incidents?statsu=open", "", 400, "bad_request"},
		{"GET", "/api/v1/incidents?status=closed", "", 400, "bad_request"},
		{"GET", "/api/v1/incidents?limit=0", "", 400, "bad_request"},
		{"GET", "/api/v1/incidents?limit=99999999999999999999", "", 400, "bad_request"},
		{"GET", "/api/v1/incidents?from=yesterday", "", 400, "bad_request"},
		{"GET", "/api/v1/counts?from=2026-11-23T01:00:00Z&to=2026-11-23T01:00:00Z", "", 400, "bad_request"},
		{"GET", "/api/v1/counts?from=1970-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "", 400, "bad_request"},
		{"GET", "/api/v1/counts?by=host", "", 400, "bad_request"},
		{"GET", "/api/v1/templates/xyz", "", 400, "bad_request"},
		{"GET", "/api/v1/templates/0000000000000009", "", 404, "not_found"},
		{"GET", "/api/v1/incidents/none", "", 404, "not_found"},
		{"GET", "/api/v1/nothing", "", 404, "not_found"},
		{"POST", "/api/v1/incidents/7f3a2c19d04be8a1/explode", "", 404, "not_found"},
		{"POST", "/api/v1/incidents/7f3a2c19d04be8a1/note", "", 422, "note_empty"},
		{"POST", "/api/v1/incidents/e0a1b2c3d4e5f601/acknowledge", "", 409, "conflict"},
		{"POST", "/api/v1/incidents/7f3a2c19d04be8a1/note", `{"txt":"x"}`, 400, "bad_json"},
		{"POST", "/api/v1/incidents/7f3a2c19d04be8a1/note", `{"text":"x"} {}`, 400, "bad_json"},
		{"POST", "/api/v1/incidents/7f3a2c19d04be8a1/note", big, 413, "too_large"},
		{"POST", "/api/v1/deploys", `{"service":"a"}`, 422, "invalid"},
		{"POST", "/api/v1/incidents/91c04e77aa10b3c2/noise", `{"scope":"rule"}`, 422, "invalid"},
		{"POST", "/api/v1/incidents/91c04e77aa10b3c2/noise", `{"weekly":{"from":"2","to":"3","zone":"UTC"}}`, 422, "invalid"},
		{"POST", "/api/v1/incidents/91c04e77aa10b3c2/resolve", `{"scope":"kind"}`, 422, "invalid"},
		{"POST", "/api/v1/silences", `{"match":{},"for":"2h"}`, 422, "invalid"},
		{"POST", "/api/v1/silences", `{"match":{"service":"a"}}`, 422, "invalid"},
		{"POST", "/api/v1/silences?dry=1", `{"match":{"service":"a"},"for":"2h"}`, 400, "bad_request"},
		{"DELETE", "/api/v1/silences/none", "", 404, "not_found"},
		{"POST", "/api/v1/services/checkout/sensitivity", `{"pages":"loud"}`, 422, "invalid"},
		{"POST", "/api/v1/services/checkout/sensitivity", `{"pages":"normal","notices":"quiet"}`, 422, "invalid"},
		{"POST", "/api/v1/deploys", `{"service":"a","version":"1","at":"2262-01-01T00:00:00Z"}`, 422, "invalid"},
		{"DELETE", "/api/v1/incidents", "", 405, "method_not_allowed"},
		{"GET", "/-/ready", "", 503, "not_ready"},
		{"POST", "/-/reload", "", 422, "refused"},
		{"GET", "/api/v1/incidents?text=" + strings.Repeat("x", 9000), "", 414, "url_too_long"},
	} {
		got := s.send(c.method, c.path, c.body)
		var e struct {
			Error struct{ Code, Message string }
		}
		if err := json.Unmarshal(got.Body.Bytes(), &e); err != nil || got.Code != c.status || e.Error.Code != c.code || e.Error.Message == "" {
			t.Errorf("%s %.80s: %d %s; want %d %s", c.method, c.path, got.Code, got.Body, c.status, c.code)
		}
		if c.status != 404 && c.status != 405 && c.status != 414 {
			asDescribed(t, router, c.method, c.path, c.body, got)
		}
	}
}

func TestAPIWhileTheStoreIsAway(t *testing.T) {
	w := dashtest.Night()
	w.Fail = errors.New("dial tcp 10.0.0.1:5432: secret-password refused")
	s := newSite(t, w)
	for _, path := range []string{"/api/v1/incidents", "/api/v1/counts", "/api/v1/templates", "/api/v1/services", "/api/v1/rules", "/api/v1/deploys"} {
		got := s.send("GET", path, "")
		if got.Code != http.StatusServiceUnavailable || strings.Contains(got.Body.String(), "secret-password") {
			t.Errorf("%s: %d %s", path, got.Code, got.Body)
		}
	}
	for _, path := range pages {
		got := s.get(path)
		if got.Code != http.StatusServiceUnavailable && got.Code != http.StatusOK {
			t.Errorf("%s: %d", path, got.Code)
		}
		if strings.Contains(got.Body.String(), "secret-password") {
			t.Errorf("%s shows the error of a store", path)
		}
		checkPage(t, "away "+path, got.Body.String())
	}
}

func TestAPITakesJSONOnly(t *testing.T) {
	s := newSite(t, dashtest.Night())
	r := httptest.NewRequest("POST", "/api/v1/incidents/91c04e77aa10b3c2/resolve", strings.NewReader("text=x"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusUnsupportedMediaType {
		t.Errorf("a form was taken: %d", w.Code)
	}
	r = httptest.NewRequest("POST", "/api/v1/incidents/91c04e77aa10b3c2/resolve", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w = httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("another site could act: %d", w.Code)
	}
	if i, _ := s.world.Incident(context.Background(), "7f3a2c19d04be8a1"); i.Status != "acknowledged" {
		t.Errorf("the incident is %s", i.Status)
	}
}
