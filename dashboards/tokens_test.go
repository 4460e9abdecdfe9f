package dashboards_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/dashboards/signin"
	"github.com/tocsin-io/tocsin/dashboards/signin/signintest"
)

func TestTokensAct(t *testing.T) {
	g := newGuarded(t, dashtest.Night(), everything)
	send := func(role signin.Role, method, path, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+g.tokens[role])
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		return w
	}
	for _, c := range []struct {
		role               signin.Role
		method, path, body string
		want               int
	}{
		{signin.Viewer, "GET", "/api/v1/incidents", "", 200},
		{signin.Viewer, "POST", "/api/v1/deploys", `{"service":"cart","version":"1"}`, 403},
		{signin.Responder, "POST", "/api/v1/deploys", `{"service":"cart","version":"1"}`, 201},
		{signin.Responder, "POST", "/api/v1/incidents/c81d07f2b6a95e30/acknowledge", `{"actor":"jana"}`, 200},
		{signin.Responder, "POST", "/api/v1/incidents/c81d07f2b6a95e30/acknowledge", `{"actor":"jana"}`, 200},
		{signin.Responder, "POST", "/-/reload", "", 403},
		{signin.Responder, "GET", "/api/v1/audit", "", 403},
		{signin.Admin, "POST", "/-/reload", "", 200},
		{signin.Admin, "GET", "/api/v1/audit?action=deploy.told&limit=1", "", 200},
		{signin.Viewer, "GET", "/metrics", "", 200},
	} {
		if got := send(c.role, c.method, c.path, c.body); got.Code != c.want {
			t.Errorf("%s %s as %s: %d %s", c.method, c.path, c.role, got.Code, got.Body)
		} else if c.want == 403 && !strings.Contains(got.Body.String(), `"code":"forbidden"`) {
			t.Errorf("%s %s: %s", c.method, c.path, got.Body)
		}
	}
	if i, _ := g.world.Incident(context.Background(), "c81d07f2b6a95e30"); i.Assignee != "jana (by the API, token of responder)" {
		t.Errorf("acknowledged by %q", i.Assignee)
	}
	got := send(signin.Admin, "GET", "/api/v1/audit", "").Body.String()
	for _, want := range []string{`"actor":"token of admin","action":"rules.reload"`, `"actor":"token of responder","action":"deploy.told","subject":"cart"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	r := httptest.NewRequest("GET", "/api/v1/incidents", nil)
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized || !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Bearer") || !strings.Contains(w.Body.String(), `"not_signed_in"`) {
		t.Errorf("the API as nobody: %d %v %s", w.Code, w.Header(), w.Body)
	}
	// A person in a browser acts under no other name.
	rita := g.reader()
	rita.signIn(t, "rita", signintest.Password)
	r = httptest.NewRequest("POST", "/api/v1/incidents/c81d07f2b6a95e30/resolve", strings.NewReader(`{"actor":"ada"}`))
	r.Header.Set("Content-Type", "application/json")
	r.AddCookie(rita.cookies["tocsin_session"])
	w = httptest.NewRecorder()
	g.ServeHTTP(w, r)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "You are signed in as rita") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
