package dashboards_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/dashboards/signin"
	"github.com/tocsin-io/tocsin/dashboards/signin/signintest"
	"github.com/tocsin-io/tocsin/detector"
)

// least is the table of roles: every route, and the least role that it asks for.
const least = `
public    GET /-/healthy
public    GET /-/ready
public    GET /favicon.ico
public    GET /sign-in
public    GET /sign-in/oidc
public    GET /sign-in/oidc/callback
public    GET /static/
public    POST /sign-in
public    POST /slack/interactive
viewer    /
viewer    GET /api/v1/counts
viewer    GET /api/v1/deploys
viewer    GET /api/v1/events
viewer    GET /api/v1/health
viewer    GET /api/v1/incidents
viewer    GET /api/v1/incidents/{id}
viewer    GET /api/v1/openapi.json
viewer    GET /api/v1/rules
viewer    GET /api/v1/services
viewer    GET /api/v1/services/{name}/sensitivity
viewer    GET /api/v1/silences
viewer    GET /api/v1/templates
viewer    GET /api/v1/templates/{id}
viewer    GET /connect
viewer    GET /health
viewer    GET /inbox
viewer    GET /incidents
viewer    GET /incidents/{id}
viewer    GET /incidents/{id}/export
viewer    GET /incidents/{id}/places.csv
viewer    GET /keys
viewer    GET /live
viewer    GET /metrics
viewer    GET /noise
viewer    GET /receivers
viewer    GET /rules
viewer    GET /rules/{name}
viewer    GET /search
viewer    GET /services
viewer    GET /services/{name}
viewer    GET /services/{name}/sensitivity
viewer    GET /silences
viewer    GET /templates
viewer    GET /templates/{id}
viewer    GET /zone
viewer    GET /{$}
viewer    POST /sign-out
responder DELETE /api/v1/silences/{id}
responder GET /rules/try
responder GET /silences/new
responder POST /api/v1/deploys
responder POST /api/v1/incidents/{id}/{act}
responder POST /api/v1/silences
responder POST /incidents/{act}
responder POST /incidents/{id}/{act}
responder POST /receivers/send-again
responder POST /rules/try
responder POST /silences
responder POST /silences/new
responder POST /silences/{id}/end
admin     GET /api/v1/audit
admin     GET /audit
admin     POST /-/reload
admin     POST /api/v1/services/{name}/sensitivity
admin     POST /services/{name}/sensitivity
`

func everything(o *dashboards.Options) {
	o.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	o.Slack = o.Metrics
	o.Reload = func(context.Context) error { return nil }
}

func TestEveryRouteAsksForARole(t *testing.T) {
	g := newGuarded(t, dashtest.Night(), everything)
	want := map[string]signin.Role{}
	for line := range strings.Lines(strings.TrimSpace(least)) {
		role, pattern, _ := strings.Cut(strings.TrimSpace(line), " ")
		want[strings.TrimSpace(pattern)] = signin.Role(role)
	}
	for _, r := range g.Routes() {
		if !r.Least.Valid() {
			t.Errorf("%s asks for no role", r.Pattern())
		}
		if role, ok := want[r.Pattern()]; !ok || role != r.Least {
			t.Errorf("%s asks for %s, the table says %q", r.Pattern(), r.Least, role)
		}
		delete(want, r.Pattern())
	}
	for pattern := range want {
		t.Errorf("there is no route %s", pattern)
	}
}

var wildcard = regexp.MustCompile(`\{[a-z]+\}`)

// TestRolesAreEnforced goes every way in as everybody: with what is no role, a token of each role, and a session of each.
func TestRolesAreEnforced(t *testing.T) {
	g := newGuarded(t, dashtest.Night(), everything)
	sessions := map[signin.Role]*reader{}
	for role, name := range people {
		sessions[role] = g.reader()
		if got := sessions[role].signIn(t, name, signintest.Password); got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/incidents?kind=surge" {
			t.Fatalf("%s: %d %s", name, got.Code, got.Body)
		}
	}
	for _, route := range g.Routes() {
		if strings.HasSuffix(route.Path, "/live") || strings.HasSuffix(route.Path, "/events") {
			continue // streams that would not end; TestStreamsAskForARole goes there
		}
		method, path := route.Method, strings.Replace(wildcard.ReplaceAllString(route.Path, "none"), "{$}", "", 1)
		if method == "" {
			method, path = "GET", "/nowhere"
		}
		ask := func(who, authorization string, b *reader) int {
			r := httptest.NewRequest(method, path, nil)
			if authorization != "" {
				r.Header.Set("Authorization", authorization)
			}
			if b != nil && path != "/sign-out" {
				for _, k := range b.cookies {
					r.AddCookie(k)
				}
			}
			w := httptest.NewRecorder()
			g.ServeHTTP(w, r)
			if w.Code >= 500 && w.Code != http.StatusNotImplemented {
				t.Errorf("%s as %s: %d %s", route.Pattern(), who, w.Code, w.Body)
			}
			if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
				t.Errorf("%s as %s: the policy is %q", route.Pattern(), who, csp)
			}
			return w.Code
		}
		if route.Least == signin.Public {
			continue
		}
		if got := ask("nobody", "", nil); got != http.StatusUnauthorized && got != http.StatusSeeOther || method != "GET" && got == http.StatusSeeOther {
			t.Errorf("%s as nobody: %d", route.Pattern(), got)
		}
		if got := ask("a made up token", "Bearer tocsin_AAAA", sessions[signin.Admin]); got != http.StatusUnauthorized && got != http.StatusSeeOther {
			t.Errorf("%s with a token that is made up: %d", route.Pattern(), got)
		}
		for _, role := range signin.Roles() {
			may := role.Allows(route.Least)
			// What is allowed goes on to the handler, which may refuse a form without its token.
			if got := ask("token "+string(role), "Bearer "+g.tokens[role], nil); (got != http.StatusForbidden && got != http.StatusUnauthorized) != may && !(may && got == http.StatusForbidden && method == "POST") {
				t.Errorf("%s with a token of %s: %d", route.Pattern(), role, got)
			}
			if path == "/sign-out" {
				continue
			}
			if got := ask(string(role), "", sessions[role]); (got != http.StatusForbidden && got != http.StatusUnauthorized) != may && !(may && got == http.StatusForbidden && method == "POST") {
				t.Errorf("%s as %s: %d", route.Pattern(), role, got)
			}
		}
	}
	if i, _ := g.world.Incident(context.Background(), "c81d07f2b6a95e30"); i.Status != detector.StatusOpen {
		t.Errorf("an act was done: %s", i.Status)
	}
}

func TestStreamsAskForARole(t *testing.T) {
	g := newGuarded(t, dashtest.Night())
	for _, path := range []string{"/live", "/api/v1/events"} {
		if got := g.reader().do("GET", path, nil); got.Code != http.StatusUnauthorized {
			t.Errorf("%s as nobody: %d", path, got.Code)
		}
	}
}

// TestViewersSeeNoButtons on any page, and are refused with a sentence.
func TestViewersSeeNoButtons(t *testing.T) {
	g := newGuarded(t, dashtest.Taught())
	vera, rita := g.reader(), g.reader()
	vera.signIn(t, "vera", signintest.Password)
	rita.signIn(t, "rita", signintest.Password)
	forms := regexp.MustCompile(`method="post" action="([^"]*)"`)
	buttons := 0
	for _, path := range append(pages, "/silences", "/services/checkout/sensitivity?pages=normal&notices=keen", "/incidents/c81d07f2b6a95e30?note=1") {
		got := vera.do("GET", path, nil)
		body := got.Body.String()
		for _, f := range forms.FindAllStringSubmatch(body, -1) {
			if f[1] != "/sign-out" && !strings.HasSuffix(f[1], "/sensitivity") {
				t.Errorf("%s shows a viewer the form of %s", path, f[1])
			}
		}
		if strings.Contains(body, `href="/silences/new`) || strings.Contains(body, `href="/audit"`) || strings.Contains(body, `name="do" value="set"`) {
			t.Errorf("%s leads a viewer to what a viewer may not do", path)
		}
		buttons += len(forms.FindAllString(rita.do("GET", path, nil).Body.String(), -1))
	}
	if buttons < 20 {
		t.Errorf("a responder has %d forms: the test looks at the wrong places", buttons)
	}
	got := vera.do("GET", "/silences/new", nil)
	if body := got.Body.String(); got.Code != http.StatusForbidden || !strings.Contains(body, "This needs the role responder, and vera has the role viewer. Nothing was done.") {
		t.Errorf("%d %s", got.Code, body)
	}
}
