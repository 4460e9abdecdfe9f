package dashboards_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/dashboards/signin"
	"github.com/tocsin-io/tocsin/dashboards/signin/signintest"
	"github.com/tocsin-io/tocsin/detector"
)

// guarded is a site on which vera views, rita responds and ada administers, each with a token of the same role.
type guarded struct {
	*site
	sessions *signintest.Store
	tokens   map[signin.Role]string
}

var people = map[signin.Role]string{signin.Viewer: "vera", signin.Responder: "rita", signin.Admin: "ada"}

func newGuarded(t testing.TB, w *dashtest.World, change ...func(*dashboards.Options)) *guarded {
	t.Helper()
	g := &guarded{sessions: signintest.NewStore(), tokens: map[signin.Role]string{}}
	var a signin.Accounts
	for role, name := range people {
		a.Users = append(a.Users, signintest.User(name, role))
		text, token, err := signin.NewToken("of "+string(role), role, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		g.tokens[role], a.Tokens = text, append(a.Tokens, token)
	}
	gate, err := signin.New(signin.Options{
		Store: g.sessions, Now: w.Now, Random: rand.Reader, Secret: bytes.Repeat([]byte("k"), 32), Logger: slog.New(slog.DiscardHandler),
		Idle: time.Hour, Longest: 10 * time.Hour, BaseURL: "https://tocsin.example.com",
	}, a)
	if err != nil {
		t.Fatal(err)
	}
	g.site = newSite(t, w, append(change, func(o *dashboards.Options) { o.SignIn = gate })...)
	return g
}

// reader is a browser without script.
type reader struct {
	g       *guarded
	cookies map[string]*http.Cookie
}

func (g *guarded) reader() *reader { return &reader{g, map[string]*http.Cookie{}} }

func (b *reader) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, k := range b.cookies {
		r.AddCookie(k)
	}
	w := httptest.NewRecorder()
	b.g.ServeHTTP(w, r)
	for _, k := range w.Result().Cookies() {
		if b.cookies[k.Name] = k; k.MaxAge < 0 {
			delete(b.cookies, k.Name)
		}
	}
	return w
}

// post sends a form with the token that a page has.
func (b *reader) post(t testing.TB, page, action string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	token := tokenField.FindStringSubmatch(b.do("GET", page, nil).Body.String())
	if token == nil {
		t.Fatalf("%s has no form with a token", page)
	}
	form.Set("token", token[1])
	return b.do("POST", action, form)
}

func (b *reader) signIn(t testing.TB, name, password string) *httptest.ResponseRecorder {
	t.Helper()
	return b.post(t, "/sign-in?next=%2Fincidents%3Fkind%3Dsurge", "/sign-in", url.Values{"name": {name}, "password": {password}, "next": {"/incidents?kind=surge"}})
}

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
responder GET /silences/new
responder POST /api/v1/deploys
responder POST /api/v1/incidents/{id}/{act}
responder POST /api/v1/silences
responder POST /incidents/{id}/{act}
responder POST /receivers/send-again
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

func TestAuditPage(t *testing.T) {
	w := dashtest.Night()
	for i := range 60 {
		w.Acts = append(w.Acts, dashboards.AuditEntry{
			At: w.Time.Add(-time.Duration(i) * time.Hour), Actor: []string{"rita", "<b>vera</b>"}[i%2], Action: []string{"incident.note", "odd.act", "silence.ended"}[i%3],
			Subject: "c81d07f2b6a95e30", Text: "<script>alert(1)</script>",
		})
	}
	g := newGuarded(t, w)
	b := g.reader()
	b.signIn(t, "ada", signintest.Password)
	body := b.do("GET", "/audit", nil).Body.String()
	for _, want := range []string{"&lt;b&gt;vera&lt;/b&gt;", "&lt;script&gt;", "odd.act", "noted", `href="/incidents/c81d07f2b6a95e30"`, "Older"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if strings.Contains(body, "<script>alert") || strings.Count(body, "<tr>") != 51 {
		t.Errorf("%d rows", strings.Count(body, "<tr>"))
	}
	older := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(body)
	if body := b.do("GET", strings.ReplaceAll(older[1], "&amp;", "&"), nil).Body.String(); strings.Count(body, "<tr>") != 11 {
		t.Errorf("the older part has %d rows", strings.Count(body, "<tr>"))
	}
	if body := b.do("GET", "/audit?actor=rita&action=odd.act", nil).Body.String(); strings.Count(body, "<tr>") != 11 || !strings.Contains(body, `<option value="odd.act" selected>`) {
		t.Errorf("filtered: %d rows", strings.Count(body, "<tr>"))
	}
	if body := b.do("GET", "/audit?actor=zoe", nil).Body.String(); !strings.Contains(body, "No act fits.") {
		t.Error("without a match the page does not say so")
	}
	if got := b.do("GET", "/audit?cursor=-", nil); got.Code != http.StatusBadRequest {
		t.Errorf("a wrong cursor: %d", got.Code)
	}
}
