package signin_test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards/signin"
	"github.com/tocsin-io/tocsin/dashboards/signin/signintest"
)

const password = signintest.Password

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

type world struct {
	*signin.Gate
	*clock
	store *signintest.Store
	log   *bytes.Buffer
}

func newWorld(t *testing.T, change ...func(*signin.Options, *signin.Accounts)) *world {
	t.Helper()
	w := &world{clock: &clock{time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)}, store: signintest.NewStore(), log: &bytes.Buffer{}}
	o := signin.Options{
		Store: w.store, Now: w.Now, Random: rand.Reader, Secret: bytes.Repeat([]byte("k"), 32), Logger: slog.New(slog.NewTextHandler(w.log, nil)),
		Idle: time.Hour, Longest: 10 * time.Hour, BaseURL: "https://tocsin.example.com",
	}
	a := signin.Accounts{Users: []signin.User{signintest.User("jana", signin.Responder), signintest.User("ada", signin.Admin)}}
	for _, c := range change {
		c(&o, &a)
	}
	var err error
	if w.Gate, err = signin.New(o, a); err != nil {
		t.Fatal(err)
	}
	return w
}

func request(cookies ...*http.Cookie) *http.Request {
	r := httptest.NewRequest("POST", "http://127.0.0.1:8642/sign-in", nil)
	for _, k := range cookies {
		r.AddCookie(k)
	}
	return r
}

// signIn returns the session's cookie.
func (w *world) signIn(t *testing.T, name, password string, cookies ...*http.Cookie) *http.Cookie {
	t.Helper()
	rec := httptest.NewRecorder()
	if err := w.SignIn(rec, request(cookies...), name, password); err != nil {
		t.Fatal(err)
	}
	return rec.Result().Cookies()[0]
}

func (w *world) who(cookies ...*http.Cookie) (signin.Person, error) {
	return w.Who(request(cookies...))
}

func TestSessionsLife(t *testing.T) {
	w := newWorld(t)
	if _, err := w.who(); !errors.Is(err, signin.ErrNobody) {
		t.Errorf("without a cookie: %v", err)
	}
	k := w.signIn(t, "jana", password)
	if !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Secure || len(k.Value) != 43 {
		t.Errorf("the cookie is %+v", k)
	}
	p, err := w.who(k)
	if err != nil || p.Name != "jana" || p.Role != signin.Responder || p.Source != signin.ByPassword {
		t.Fatalf("%+v, %v", p, err)
	}
	for name, value := range map[string]string{
		"forged": strings.Repeat("A", 43), "short": "A", "empty": "", "with another end": k.Value[:42] + "_", "longer": k.Value + "A",
	} {
		if _, err := w.who(&http.Cookie{Name: k.Name, Value: value}); err == nil {
			t.Errorf("a cookie that is %s is taken", name)
		}
	}

	// It is used every 50 minutes and lives on, until its longest time.
	for range 11 {
		w.now = w.now.Add(50 * time.Minute)
		if _, err := w.who(k); err != nil {
			t.Fatalf("after %s of use: %v", w.now, err)
		}
	}
	w.now = w.now.Add(50 * time.Minute) // 10 h
	if _, err := w.who(k); !errors.Is(err, signin.ErrNoSession) {
		t.Errorf("after its longest time: %v", err)
	}
	k = w.signIn(t, "jana", password)
	w.now = w.now.Add(time.Hour)
	if _, err := w.who(k); !errors.Is(err, signin.ErrNoSession) {
		t.Errorf("after an idle hour: %v", err)
	}

	// A new sign-in has a new secret and ends the old session.
	k = w.signIn(t, "jana", password)
	again := w.signIn(t, "ada", password, k)
	if again.Value == k.Value {
		t.Error("the secret stays the same over a sign-in")
	}
	if _, err := w.who(k); !errors.Is(err, signin.ErrNoSession) {
		t.Errorf("the old session after a new sign-in: %v", err)
	}
	rec := httptest.NewRecorder()
	if err := w.SignOut(rec, request(again)); err != nil {
		t.Fatal(err)
	}
	if gone := rec.Result().Cookies(); len(gone) != 1 || gone[0].MaxAge >= 0 {
		t.Errorf("the cookie after signing out: %v", gone)
	}
	if _, err := w.who(again); !errors.Is(err, signin.ErrNoSession) {
		t.Errorf("after signing out: %v", err)
	}
	if log := strings.Join(w.store.Audit(), "\n"); !strings.Contains(log, "jana session.started as responder, by password, from 192.0.2.1") || !strings.Contains(log, "ada session.ended") {
		t.Errorf("the audit:\n%s", log)
	}

	w.store.Fail(errors.New("Postgres is away"))
	if _, err := w.who(again); err == nil || errors.Is(err, signin.ErrNoSession) || errors.Is(err, signin.ErrNobody) {
		t.Errorf("with the store away: %v", err)
	}
}

// TestWhatChangesEndsSessions: of who is gone and whose password is another one; a role that is changed holds at once.
func TestWhatChangesEndsSessions(t *testing.T) {
	w := newWorld(t)
	k := w.signIn(t, "jana", password)
	set := func(users ...signin.User) {
		t.Helper()
		if err := w.SetAccounts(signin.Accounts{Users: users}); err != nil {
			t.Fatal(err)
		}
	}
	set(signintest.User("jana", signin.Viewer))
	if p, err := w.who(k); err != nil || p.Role != signin.Viewer {
		t.Errorf("after the role was changed: %+v, %v", p, err)
	}
	if err := w.SetAccounts(signin.Accounts{Users: []signin.User{signintest.User("jana", "root")}}); err == nil {
		t.Error("a role that does not exist is taken")
	}
	if p, err := w.who(k); err != nil || p.Role != signin.Viewer {
		t.Errorf("after a refused change: %+v, %v", p, err)
	}
	set(signintest.UserAgain("jana", signin.Viewer))
	if _, err := w.who(k); !errors.Is(err, signin.ErrNoSession) {
		t.Errorf("after the password was changed: %v", err)
	}
	k = w.signIn(t, "jana", password)
	set()
	if _, err := w.who(k); !errors.Is(err, signin.ErrNoSession) {
		t.Errorf("after the person was removed: %v", err)
	}
}

func TestWrongPasswords(t *testing.T) {
	w := newWorld(t)
	try := func(name, password string) error { return w.SignIn(httptest.NewRecorder(), request(), name, password) }
	for _, c := range [][2]string{
		{"jana", ""},
		{"jana", "correct hors"},
		{"jana", password + " "},
		{"Jana", password},
		{"", ""},
		{"mallory", password},
		{"jana\x00", password},
		{strings.Repeat("x", 60000), password},
		{"jana", strings.Repeat("x", 60000)},
	} {
		if err := try(c[0], c[1]); !errors.Is(err, signin.ErrWrong) || err.Error() != "name or password is wrong" {
			t.Errorf("%.20q with %.20q: %v", c[0], c[1], err)
		}
	}
	// The tenth try is right, and costs none.
	for range 3 {
		if err := try("jana", password); err != nil {
			t.Fatalf("the right password: %v", err)
		}
	}
	if err := try("jana", "wrong"); !errors.Is(err, signin.ErrWrong) {
		t.Error(err)
	}
	var many *signin.TooManyError
	for _, name := range []string{"jana", "mallory"} {
		if err := try(name, password); !errors.As(err, &many) || many.Wait <= 0 || many.Wait > time.Minute {
			t.Errorf("the eleventh try from an address: %v", err)
		}
	}
	w.now = w.now.Add(many.Wait)
	if err := try("jana", password); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	if log := w.log.String(); strings.Contains(log, "horse") || strings.Contains(log, "mallory") {
		t.Errorf("the log shows what was typed:\n%s", log)
	}
	if log := strings.Join(w.store.Audit(), "\n"); !strings.Contains(log, "jana session.refused wrong password, from 192.0.2.1") || strings.Contains(log, "mallory") {
		t.Errorf("the audit:\n%s", log)
	}
}

// TestTriesOfAName are bounded from all addresses together, for names that are known and others alike.
func TestTriesOfAName(t *testing.T) {
	for _, name := range []string{"jana", "mallory"} {
		w := newWorld(t)
		tries := 0
		for ; tries < 100; tries++ {
			r := request()
			r.RemoteAddr = netip.AddrFrom4([4]byte{10, 0, byte(tries), 1}).String() + ":1"
			var many *signin.TooManyError
			if err := w.SignIn(httptest.NewRecorder(), r, name, "wrong"); errors.As(err, &many) {
				break
			}
		}
		if tries != 20 {
			t.Errorf("%s: %d tries", name, tries)
		}
	}
}

func TestSecureCookies(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		host string
		tls  bool
		want bool
	}{
		"here": {"127.0.0.1:8642", true, true}, "at the proxy": {"tocsin.example.com", false, true}, "in capitals": {"Tocsin.Example.com", false, true},
		"past the proxy": {"127.0.0.1:8642", false, false},
	} {
		r := request()
		r.Host = c.host
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		rec := httptest.NewRecorder()
		if err := w.SignIn(rec, r, "jana", password); err != nil {
			t.Fatal(err)
		}
		k := rec.Result().Cookies()[0]
		if k.Secure != c.want || strings.HasPrefix(k.Name, "__Host-") != c.want {
			t.Errorf("%s: %s is secure: %v", name, k.Name, k.Secure)
		}
	}
}

func TestBearer(t *testing.T) {
	text, token, err := signin.NewToken("ci", signin.Responder, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(_ *signin.Options, a *signin.Accounts) { a.Tokens = []signin.Token{token} })
	k := w.signIn(t, "jana", password)
	for header, want := range map[string]string{
		"Bearer " + text: "token ci", "bearer  " + text: "token ci", "": "jana",
		"Bearer " + text[:len(text)-1]: "", "Bearer": "", "Bearer ": "", "Basic amFuYTpjb3JyZWN0IGhvcnNl": "", text: "", "Bearer " + token.SHA256: "",
	} {
		r := request(k)
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		p, err := w.Who(r)
		if p.Name != want || want == "" && !errors.Is(err, signin.ErrToken) {
			t.Errorf("%q: %+v, %v", header, p, err)
		}
	}
}

func TestAddress(t *testing.T) {
	w := newWorld(t, func(o *signin.Options, _ *signin.Accounts) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	})
	for _, c := range []struct{ remote, forwarded, want string }{
		{"192.0.2.7:99", "", "192.0.2.7"},
		{"192.0.2.7:99", "198.51.100.1", "192.0.2.7"}, // anybody can write that
		{"10.0.0.1:99", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:99", "203.0.113.9, 198.51.100.1, 10.2.3.4", "198.51.100.1"},
		{"10.0.0.1:99", "203.0.113.9, nonsense", "10.0.0.1"},
		{"10.0.0.1:99", "", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:99", "198.51.100.1", "198.51.100.1"},
		{"[fd00::1]:99", "2001:db8::1", "2001:db8::1"},
		{"@", "198.51.100.1", "@"},
	} {
		r := request()
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := w.Address(r); got != c.want {
			t.Errorf("%s, %q: %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}
