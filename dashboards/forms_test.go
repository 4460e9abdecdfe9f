package dashboards_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// sizeOf is how many bytes travel for a path, compressed as browsers ask for it.
func (s *site) sizeOf(t testing.TB, path string) int {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Cookie", "tocsin_zone=Europe%2FPrague")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d", path, w.Code)
	}
	return w.Body.Len()
}

func TestActsAndUndo(t *testing.T) {
	s := newSite(t, dashtest.Night(), func(o *dashboards.Options) { o.Actor = func(*http.Request) string { return "jana" } })
	const page = "/incidents/c81d07f2b6a95e30"
	status := func() detector.Status {
		i, err := s.world.Incident(context.Background(), "c81d07f2b6a95e30")
		if err != nil {
			t.Fatal(err)
		}
		return i.Status
	}
	for _, c := range []struct {
		act  string
		want detector.Status
		says string
	}{
		{"acknowledge", detector.StatusAcknowledged, "Acknowledged, 03:05:20 CET. Slack #security is told."},
		{"unacknowledge", detector.StatusOpen, "Given back, "},
		{"resolve", detector.StatusResolved, "Resolved, "},
		{"reopen", detector.StatusOpen, "Reopened, "},
		{"note", detector.StatusOpen, "Noted, "},
		{"expected", detector.StatusResolved, "Marked as expected, "},
	} {
		got := s.post(t, page, page+"/"+c.act, url.Values{"text": {"because"}})
		if got.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", c.act, got.Code, got.Body)
		}
		if status() != c.want {
			t.Errorf("%s: the incident is %s", c.act, status())
		}
		after := s.get(got.Header().Get("Location")).Body.String()
		if !strings.Contains(after, c.says) || !strings.Contains(after, "jana") {
			t.Errorf("%s: the page does not say %q", c.act, c.says)
		}
		if undo := strings.Contains(after, "Undo"); undo != (c.act != "note") {
			t.Errorf("%s: undo is offered: %v", c.act, undo)
		}
	}
}

func TestFormsWithoutToken(t *testing.T) {
	s := newSite(t, dashtest.Night())
	const act = "/incidents/c81d07f2b6a95e30/resolve"
	page := s.get("/incidents/c81d07f2b6a95e30")
	token := tokenField.FindStringSubmatch(page.Body.String())[1]
	for name, c := range map[string]struct {
		cookie, token, site string
		body                string
		want                int
	}{
		"no token":            {cookie: "mine", want: 403},
		"no cookie":           {token: token, want: 403},
		"a cookie of another": {cookie: "AAAAAAAAAAAAAAAAAAAAAA", token: token, want: 403},
		"a made up token":     {cookie: "mine", token: "AAAAAAAAAAAAAAAAAAAAAAAA", want: 403},
		"another site":        {cookie: "mine", token: token, site: "cross-site", want: 403},
		"10 MB":               {cookie: "mine", token: token, body: strings.Repeat("x", 10<<20), want: 413},
	} {
		form := url.Values{"token": {c.token}, "text": {c.body}}
		r := httptest.NewRequest("POST", act, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		switch c.cookie {
		case "mine":
			r.AddCookie(page.Result().Cookies()[0])
		case "":
		default:
			r.AddCookie(&http.Cookie{Name: "tocsin_form", Value: c.cookie})
		}
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if i, _ := s.world.Incident(context.Background(), "c81d07f2b6a95e30"); i.Status != detector.StatusOpen {
		t.Errorf("an act was done: %s", i.Status)
	}
}

func TestBadAddresses(t *testing.T) {
	s := newSite(t, dashtest.Night())
	for path, want := range map[string]int{
		"/incidents?cursor=x": 400, "/templates?cursor=-": 400, "/receivers?cursor=c-1": 400, "/inbox?cursor=%27": 400, "/receivers?state=lost": 400,
		"/?range=forever": 400, "/?range=-1h": 400, "/?range=9999d": 400, "/incidents?from=2026-11-23&to=x": 400, "/incidents?kind=odd": 400, "/connect?with=Fax": 400,
		"/templates/1": 400, "/templates/ffffffffffffffff": 404, "/incidents/00": 404, "/services/none": 404, "/rules/none": 404, "/nowhere": 404,
		"/static/../server.go": 307, "/static/..%2fserver.go": 404, "/static/": 404, "/static/vendor": 404,
		"/zone?to=utc&back=//evil.example": 400, "/zone?to=utc&back=https://evil.example": 400, "/zone?to=mars&back=/": 400, "/zone?to=utc&back=/%5Cevil": 400,
		"/zone?to=utc&back=/incidents": 303, "/metrics": 404, "/templates?level=loud": 400, "/templates?sort=odd": 400,
	} {
		if got := s.get(path); got.Code != want {
			t.Errorf("%s: %d, want %d", path, got.Code, want)
		}
	}
	if got := s.send("PUT", "/incidents", ""); got.Code != http.StatusMethodNotAllowed || got.Header().Get("Allow") != "GET" {
		t.Errorf("PUT: %d, allowed %q", got.Code, got.Header().Get("Allow"))
	}
	if h := s.get("/").Header(); !strings.Contains(h.Get("Content-Security-Policy"), "script-src 'self'") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers: %v", h)
	}
}

// TestOtherHosts: where it matters, a name of another site that leads here is refused before anything is done.
func TestOtherHosts(t *testing.T) {
	s := newSite(t, dashtest.Night(), func(o *dashboards.Options) { o.Hosts = []string{"tocsin.example.com"} })
	for host, want := range map[string]int{
		"127.0.0.1:8642": 200, "[::1]:8642": 200, "localhost:8642": 200, "LOCALHOST": 200, "tocsin.example.com": 200, "Tocsin.example.com:443": 200, "": 200,
		"evil.example:8642": 421, "localhost.evil.example": 421, "127.0.0.1.nip.io:8642": 421, "tocsin.example.com.evil.example": 421,
	} {
		for _, path := range []string{"/incidents", "/api/v1/incidents"} {
			r := httptest.NewRequest("GET", path, nil)
			r.Host = host
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != want || want == 421 && strings.Contains(w.Body.String(), "checkout") {
				t.Errorf("%s of %q: %d", path, host, w.Code)
			}
		}
	}
}

func TestZone(t *testing.T) {
	s := newSite(t, dashtest.Night())
	for cookie, want := range map[string]string{
		"tocsin_zone=Europe%2FPrague": "02:51:02 CET", "": "01:51:02 UTC", "tocsin_zone=Europe%2FPrague; tocsin_utc=1": "01:51:02 UTC",
		"tocsin_zone=America%2FSao_Paulo": "22:51:02 UTC−3", "tocsin_zone=..%2F..%2Fetc%2Fpasswd": "01:51:02 UTC", "tocsin_zone=Local": "01:51:02 UTC",
	} {
		r := httptest.NewRequest("GET", "/incidents/7f3a2c19d04be8a1", nil)
		r.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%q: no %q in the page", cookie, want)
		}
	}
}

// TestEvents reads both streams while things happen.
func TestEvents(t *testing.T) {
	for path, want := range map[string][]string{
		"/api/v1/events": {"event: rate", `"lines_per_second":2000`, "event: line", `"text":"a\u003cb"`, "event: incident", `"event":"updated"`, `"id":"c81d07f2b6a95e30"`},
		"/live":          {"event: rate", "2,000 lines/s · lag 0.5 s", "Judging is 10 min behind", `"word":"Redis is away"`, "event: line", "event: incident", "c81d07f2b6a95e30"},
	} {
		s := newSite(t, dashtest.Night())
		s.world.Joined = make(chan struct{}, 1)
		server := httptest.NewServer(s)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		r, err := http.NewRequestWithContext(ctx, "GET", server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		in := bufio.NewScanner(answer.Body)
		in.Scan() // the first line is sent before the subscription
		<-s.world.Joined
		s.world.Send(dashboards.Update{Kind: dashboards.UpdateRate, At: s.world.Time, Rate: 2000, Lag: 500 * time.Millisecond, Counted: s.world.Time, Judged: s.world.Time.Add(-10 * time.Minute)})
		s.world.Send(dashboards.Update{Kind: dashboards.UpdateRate, At: s.world.Time, Counted: s.world.Time, Away: "Redis"})
		s.world.Send(dashboards.Update{Kind: dashboards.UpdateLine, At: s.world.Time, Line: &detector.Sample{Text: "a<b"}})
		if _, err := s.world.ActOnIncident(ctx, "c81d07f2b6a95e30", dashboards.Act{Kind: dashboards.ActNote, Actor: "a", Text: "b", At: s.world.Time}); err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for in.Scan() {
			got.WriteString(in.Text() + "\n")
			if strings.Contains(in.Text(), "c81d07f2b6a95e30") {
				break
			}
		}
		for _, w := range want {
			if !strings.Contains(got.String(), w) {
				t.Errorf("%s: no %q in\n%s", path, w, got.String())
			}
		}
		s.EndStreams()
		for in.Scan() {
		}
		if err := in.Err(); err != nil {
			t.Errorf("%s: a stream did not end when the server stops: %v", path, err)
		}
		cancel()
		answer.Body.Close()
		server.Close()
	}
}
