package signin_test

import (
	"crypto/rsa"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards/signin"
	"github.com/tocsin-io/tocsin/dashboards/signin/signintest"
)

const base = "http://tocsin.test"

func newOIDC(t *testing.T, key *rsa.PrivateKey) (*world, *signintest.Provider) {
	t.Helper()
	var p *signintest.Provider
	w := newWorld(t, func(o *signin.Options, _ *signin.Accounts) {
		p = signintest.NewProvider(t, key, o.Now)
		p.Redirect = base + signin.CallbackPath
		o.BaseURL, o.Client = base, p.Client()
		o.OIDC = &signin.OIDC{
			Name: "Company", Issuer: p.URL, ClientID: p.ClientID, ClientSecret: p.ClientSecret, Scopes: []string{"email", "openid"},
			NameClaim: "email", RoleClaim: "realm.groups", Roles: map[string]signin.Role{"sre": signin.Responder, "platform": signin.Admin},
		}
	})
	p.Person(map[string]any{"email": "jana@example.com", "email_verified": true, "realm": map[string]any{"groups": []string{"all", "sre"}}})
	return w, p
}

// begin goes to the provider and comes back: the callback's address and the browser's cookies.
func begin(t *testing.T, w *world, p *signintest.Provider, next string) (string, []*http.Cookie) {
	t.Helper()
	rec := httptest.NewRecorder()
	to, err := w.Begin(rec, httptest.NewRequest("GET", base+"/sign-in/oidc", nil), next)
	if err != nil {
		t.Fatal(err)
	}
	client := *p.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Get(to)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusFound {
		t.Fatalf("the provider answers %d to %s", res.StatusCode, to)
	}
	return res.Header.Get("Location"), rec.Result().Cookies()
}

func finish(w *world, callback string, cookies []*http.Cookie) (*httptest.ResponseRecorder, string, error) {
	r := httptest.NewRequest("GET", callback, nil)
	for _, k := range cookies {
		r.AddCookie(k)
	}
	rec := httptest.NewRecorder()
	next, err := w.Finish(rec, r)
	return rec, next, err
}

func session(rec *httptest.ResponseRecorder) *http.Cookie {
	for _, k := range rec.Result().Cookies() {
		if k.Name == "tocsin_session" {
			return k
		}
	}
	return nil
}

func TestOIDC(t *testing.T) {
	w, p := newOIDC(t, signintest.Key(t))
	callback, cookies := begin(t, w, p, "/incidents?service=checkout&kind=surge")
	if k := cookies[0]; !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/sign-in/oidc" || k.MaxAge != 600 {
		t.Errorf("the cookie of the flow is %+v", k)
	}
	rec, next, err := finish(w, callback, cookies)
	if err != nil || next != "/incidents?service=checkout&kind=surge" {
		t.Fatalf("%q, %v", next, err)
	}
	who, err := w.who(session(rec))
	if err != nil || who.Name != "jana@example.com" || who.Role != signin.Responder || who.Source != signin.ByOIDC {
		t.Errorf("%+v, %v", who, err)
	}

	// The same way back again, with the cookie that a thief kept: also with a code that was not used.
	if rec, _, err := finish(w, callback, cookies); err == nil || session(rec) != nil || !strings.Contains(err.Error(), "finished already") {
		t.Errorf("a replayed state: %v", err)
	}
	other, _ := begin(t, w, p, "/")
	u, err := url.Parse(other)
	if err != nil {
		t.Fatal(err)
	}
	old, _ := url.Parse(callback)
	fresh := u.Query()
	fresh.Set("state", old.Query().Get("state"))
	u.RawQuery = fresh.Encode()
	if _, _, err := finish(w, u.String(), cookies); err == nil {
		t.Error("a replayed state with a new code is taken")
	}
}

func TestOIDCRefuses(t *testing.T) {
	key, forged := signintest.Key(t), signintest.Key(t)
	for name, c := range map[string]struct {
		provider func(*signintest.Provider)
		callback func(url.Values)
		cookies  func([]*http.Cookie) []*http.Cookie
		wait     time.Duration
		says     string
	}{
		"no cookie":            {cookies: func([]*http.Cookie) []*http.Cookie { return nil }, says: "began no such sign-in"},
		"a state of another":   {callback: func(q url.Values) { q.Set("state", "x") }, says: "began no such sign-in"},
		"no state":             {callback: func(q url.Values) { q.Del("state") }, says: "began no such sign-in"},
		"a changed cookie":     {cookies: func(k []*http.Cookie) []*http.Cookie { k[0].Value = "e" + k[0].Value[1:] + "A"; return k }, says: "began no such sign-in"},
		"too late":             {wait: 11 * time.Minute, says: "began no such sign-in"},
		"refused":              {callback: func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }, says: "refused the sign-in"},
		"a made up code":       {callback: func(q url.Values) { q.Set("code", "x") }, says: "did not confirm"},
		"no code":              {callback: func(q url.Values) { q.Del("code") }, says: "did not confirm"},
		"a forged token":       {provider: func(p *signintest.Provider) { p.Forge(forged) }, says: "not signed by it"},
		"for another client":   {provider: changed("aud", "other"), says: "not for tocsin"},
		"of another issuer":    {provider: changed("iss", "https://evil.example"), says: "not for tocsin"},
		"an old token":         {provider: changed("exp", 1000), says: "too old"},
		"another nonce":        {provider: changed("nonce", "x"), says: "another sign-in"},
		"no nonce":             {provider: changed("nonce", nil), says: "another sign-in"},
		"no name":              {provider: changed("email", nil), says: "no claim email"},
		"a name that is none":  {provider: changed("email", map[string]any{"a": 1}), says: "no claim email"},
		"a name with newlines": {provider: changed("email", "jana\r\nSet-Cookie: x"), says: "cannot be used here"},
		"not verified":         {provider: changed("email_verified", false), says: "not verified"},
		"a user's name":        {provider: changed("email", "ada"), says: "signs in with a password"},
		"a token's name":       {provider: changed("email", "token ci"), says: "cannot be used here"},
		"no group":             {provider: changed("realm", map[string]any{"groups": []string{"all"}}), says: "none of your groups"},
		"groups of no form":    {provider: changed("realm", 5), says: "none of your groups"},
	} {
		t.Run(name, func(t *testing.T) {
			w, p := newOIDC(t, key)
			if c.provider != nil {
				c.provider(p)
			}
			callback, cookies := begin(t, w, p, "/")
			if c.callback != nil {
				u, err := url.Parse(callback)
				if err != nil {
					t.Fatal(err)
				}
				q := u.Query()
				c.callback(q)
				u.RawQuery = q.Encode()
				callback = u.String()
			}
			if c.cookies != nil {
				cookies = c.cookies(cookies)
			}
			w.now = w.now.Add(c.wait)
			rec, _, err := finish(w, callback, cookies)
			var refused *signin.ProviderError
			if !errors.As(err, &refused) || !strings.Contains(refused.Text, c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
			if err != nil && strings.Contains(err.Error(), p.ClientSecret) {
				t.Errorf("the error shows the client's secret: %v", err)
			}
			if session(rec) != nil || w.store.Sessions() > 0 {
				t.Error("a session began")
			}
		})
	}
}

func changed(claim string, value any) func(*signintest.Provider) {
	return func(p *signintest.Provider) {
		p.Change(func(claims map[string]any) {
			if claims[claim] = value; value == nil {
				delete(claims, claim)
			}
		})
	}
}

func TestOIDCRoles(t *testing.T) {
	w, p := newOIDC(t, signintest.Key(t))
	for _, c := range []struct {
		groups any
		want   signin.Role
	}{
		{"sre", signin.Responder}, {[]string{"platform", "sre"}, signin.Admin}, {[]string{"sre", "platform"}, signin.Admin}, {[]any{1, "sre", nil}, signin.Responder},
	} {
		p.Person(map[string]any{"email": "x@example.com", "realm": map[string]any{"groups": c.groups}})
		callback, cookies := begin(t, w, p, "/")
		rec, _, err := finish(w, callback, cookies)
		if err != nil {
			t.Fatalf("%v: %v", c.groups, err)
		}
		if who, err := w.who(session(rec)); who.Role != c.want || err != nil {
			t.Errorf("%v: %s, %v", c.groups, who.Role, err)
		}
	}
}

// TestProviderAway: tocsin starts without it, says so, and goes on when it is there.
func TestProviderAway(t *testing.T) {
	w, p := newOIDC(t, signintest.Key(t))
	away := true
	transport := p.Client().Transport
	p.Client().Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		if away {
			return nil, errors.New("connection refused")
		}
		return transport.RoundTrip(r)
	})
	var refused *signin.ProviderError
	_, err := w.Begin(httptest.NewRecorder(), httptest.NewRequest("GET", base+"/sign-in/oidc", nil), "/")
	if !errors.As(err, &refused) || !strings.HasPrefix(refused.Text, "Company does not answer") {
		t.Errorf("with the provider away: %v", err)
	}
	away = false
	callback, cookies := begin(t, w, p, "/"+strings.Repeat("x&", 1000))
	if _, next, err := finish(w, callback, cookies); err != nil || next != "/" {
		t.Errorf("when it is back: %.20q, %v", next, err)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
