package dashboards_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/dashboards/signin"
	"github.com/tocsin-io/tocsin/dashboards/signin/signintest"
)

func TestSignInAndOut(t *testing.T) {
	g := newGuarded(t, dashtest.Night())
	b := g.reader()
	got := b.do("GET", "/incidents?kind=surge&service=a%2Fb", nil)
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/sign-in?next=%2Fincidents%3Fkind%3Dsurge%26service%3Da%252Fb" {
		t.Errorf("a page before signing in: %d %s", got.Code, got.Header().Get("Location"))
	}
	for _, c := range [][2]string{{"rita", "wrong password"}, {"nobody", signintest.Password}, {"<script>alert(1)</script>", "not a password either"}} {
		got := b.signIn(t, c[0], c[1])
		if body := got.Body.String(); got.Code != http.StatusUnauthorized || !strings.Contains(body, "Name or password is wrong.") || strings.Contains(body, c[1]+`"`) || strings.Contains(body, "<script>alert") {
			t.Errorf("%s: %d %s", c[0], got.Code, body)
		}
	}
	if b.signIn(t, "rita", signintest.Password).Code != http.StatusSeeOther {
		t.Fatal("rita is not let in")
	}
	const page = "/incidents/c81d07f2b6a95e30"
	if body := b.do("GET", page, nil).Body.String(); !strings.Contains(body, "<b>rita</b><small>responder</small>") || !strings.Contains(body, "Acknowledge") || strings.Contains(body, `href="/audit"`) {
		t.Error("the page does not show rita and what she may do")
	}
	if got := b.post(t, page, page+"/acknowledge", url.Values{"actor": {"somebody else"}}); got.Code != http.StatusSeeOther {
		t.Fatalf("acknowledge: %d %s", got.Code, got.Body)
	}
	if i, _ := g.world.Incident(context.Background(), "c81d07f2b6a95e30"); i.Assignee != "rita" {
		t.Errorf("acknowledged by %q", i.Assignee)
	}
	if got := b.do("GET", "/sign-in?next=/noise", nil); got.Header().Get("Location") != "/noise" {
		t.Errorf("the sign-in while signed in: %d to %s", got.Code, got.Header().Get("Location"))
	}
	secret := *b.cookies["tocsin_session"]
	if got := b.post(t, page, "/sign-out", url.Values{}); got.Code != http.StatusSeeOther || b.cookies["tocsin_session"] != nil {
		t.Errorf("signing out: %d", got.Code)
	}
	b.cookies["tocsin_session"] = &secret
	if got := b.do("GET", page, nil); got.Code != http.StatusSeeOther || strings.Contains(got.Body.String(), "inventory") {
		t.Errorf("with the cookie from before signing out: %d", got.Code)
	}
	if got := b.do("POST", page+"/resolve", url.Values{}); got.Code != http.StatusUnauthorized || !strings.Contains(got.Body.String(), "Your session is over, so nothing was done.") || strings.Contains(got.Body.String(), "/noise") {
		t.Errorf("an act after signing out: %d %s", got.Code, got.Body)
	}
	for k := range 12 {
		if got := b.signIn(t, "rita", "wrong"); k > 10 && (got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") == "") {
			t.Errorf("try %d: %d", k, got.Code)
		}
	}
}

// TestFormsOfOthers: a form's token is of one session.
func TestFormsOfOthers(t *testing.T) {
	g := newGuarded(t, dashtest.Night())
	rita, ada := g.reader(), g.reader()
	rita.signIn(t, "rita", signintest.Password)
	ada.signIn(t, "ada", signintest.Password)
	const page = "/incidents/c81d07f2b6a95e30"
	token := tokenField.FindStringSubmatch(rita.do("GET", page, nil).Body.String())[1]
	ada.cookies["tocsin_form"] = rita.cookies["tocsin_form"] // as one who can set a cookie might
	for name, form := range map[string]url.Values{"of rita": {"token": {token}}, "none": {}, "10 MB": {"token": {token}, "text": {strings.Repeat("x", 10<<20)}}} {
		if got := ada.do("POST", page+"/resolve", form); got.Code != http.StatusForbidden && got.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d", name, got.Code)
		}
	}
	if got := g.reader().do("POST", "/sign-in", url.Values{"name": {"ada"}, "password": {signintest.Password}}); got.Code != http.StatusForbidden {
		t.Errorf("a sign-in without a token: %d", got.Code)
	}
	if got := g.reader().post(t, "/sign-in", "/sign-in", url.Values{"password": {strings.Repeat("x", 10<<20)}}); got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("10 MB: %d", got.Code)
	}
}

func TestNextLeadsNowhereElse(t *testing.T) {
	g := newGuarded(t, dashtest.Night())
	for next, want := range map[string]string{
		"/noise?range=7d": "/noise?range=7d", "": "/", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/", `\\evil.example`: "/", "javascript:alert(1)": "/",
		"/\t/evil.example": "/", "/a\r\nSet-Cookie: x=y": "/", "/a\x00b": "/", "/sign-out": "/", "/sign-in?next=/": "/", "/live": "/", "evil.example": "/", " //evil.example": "/",
		"/" + strings.Repeat("a", 3000): "/",
	} {
		b := g.reader()
		got := b.post(t, "/sign-in", "/sign-in", url.Values{"name": {"vera"}, "password": {signintest.Password}, "next": {next}})
		if got.Header().Get("Location") != want || len(got.Result().Cookies()) != 1 {
			t.Errorf("%q leads to %q", next, got.Header().Get("Location"))
		}
		if got := b.do("GET", "/sign-in?"+url.Values{"next": {next}}.Encode(), nil); got.Header().Get("Location") != want {
			t.Errorf("%q leads who is signed in to %q", next, got.Header().Get("Location"))
		}
	}
}

// TestStoreAwayWhileSigningIn says so, and shows nothing.
func TestStoreAwayWhileSigningIn(t *testing.T) {
	g := newGuarded(t, dashtest.Night(), func(o *dashboards.Options) {
		o.Ready = func(context.Context) error { return errors.New("db-7.internal refused") }
	})
	b := g.reader()
	b.signIn(t, "vera", signintest.Password)
	g.sessions.Fail(errors.New("Postgres at db-7.internal is away"))
	for _, got := range []*httptest.ResponseRecorder{b.do("GET", "/incidents", nil), b.do("GET", "/-/ready", nil), g.reader().signIn(t, "vera", signintest.Password)} {
		if got.Code != http.StatusServiceUnavailable || strings.Contains(got.Body.String(), "db-7") || strings.Contains(got.Body.String(), "checkout") {
			t.Errorf("%d %s", got.Code, got.Body)
		}
	}
	r := httptest.NewRequest("GET", "/api/v1/incidents", nil)
	r.Header.Set("Authorization", "Bearer "+g.tokens[signin.Viewer])
	w := httptest.NewRecorder()
	if g.ServeHTTP(w, r); w.Code != http.StatusOK {
		t.Errorf("a token rests on the store of sessions: %d", w.Code)
	}
}
