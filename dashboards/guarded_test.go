package dashboards_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/dashboards/signin"
	"github.com/tocsin-io/tocsin/dashboards/signin/signintest"
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
