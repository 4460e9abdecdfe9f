package outbound_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/notifier/outbound"
)

func TestForbidden(t *testing.T) {
	for _, c := range []struct {
		ip              string
		private, public bool // refused where private addresses are allowed, and where they are not
	}{
		{"169.254.169.254", true, true},
		{"fe80::1", true, true},
		{"::ffff:169.254.169.254", true, true},
		{"64:ff9b::a9fe:a9fe", true, true},
		{"fd00:ec2::254", true, true},
		{"224.0.0.1", true, true},
		{"0.0.0.0", true, true},
		{"::", true, true},
		{"ff02::1", true, true},
		{"127.0.0.1", false, true},
		{"::1", false, true},
		{"10.1.2.3", false, true},
		{"192.168.0.1", false, true},
		{"172.16.9.9", false, true},
		{"fd12::1", false, true},
		{"100.64.0.1", false, true},
		{"64:ff9b::a00:1", false, true},
		{"::ffff:127.0.0.1", false, true},
		{"8.8.8.8", false, false},
		{"2001:4860:4860::8888", false, false},
	} {
		ip := netip.MustParseAddr(c.ip)
		if got := outbound.Forbidden(ip, true) != ""; got != c.private {
			t.Errorf("%s, private allowed: refused %t", c.ip, got)
		}
		if got := outbound.Forbidden(ip, false) != ""; got != c.public {
			t.Errorf("%s, private not allowed: refused %t", c.ip, got)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	for v, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "0.5": 500 * time.Millisecond, "-1": 0, "NaN": 0, "1e300": 1e6 * time.Second, "soon": 0,
		now.Add(time.Minute).Format(http.TimeFormat): time.Minute, now.Add(-time.Minute).Format(http.TimeFormat): 0,
	} {
		if got := outbound.RetryAfter(http.Header{"Retry-After": {v}}, now); got != want {
			t.Errorf("%q: %v, want %v", v, got, want)
		}
	}
}

func TestRetryable(t *testing.T) {
	for status, want := range map[int]bool{400: false, 401: false, 403: false, 404: false, 408: true, 410: false, 413: false, 425: true, 429: true, 500: true, 501: false, 502: true, 503: true, 504: true, 505: false} {
		if got := outbound.Retryable(status); got != want {
			t.Errorf("%d: %t", status, got)
		}
	}
}

func TestExplainHidesTheURL(t *testing.T) {
	wrap := func(err error) error {
		return &url.Error{Op: "Post", URL: "https://h/s3cret-path", Err: err}
	}
	for _, c := range []struct {
		err   error
		retry bool
		says  string
	}{
		{wrap(context.DeadlineExceeded), true, "did not answer in time"},
		{wrap(context.Canceled), true, "stopped"},
		{wrap(outbound.ErrRedirect), false, "redirects"},
		{wrap(&net.OpError{Op: "dial", Err: fmt.Errorf("%w: 10.0.0.1 is private", outbound.ErrForbidden)}), false, "private"},
		{wrap(&net.DNSError{Err: "no such host", Name: "h"}), true, "resolved"},
		{wrap(errors.New("connection reset")), true, "reset"},
	} {
		retry, err := outbound.Explain(c.err, "h")
		if retry != c.retry || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "s3cret") || !strings.HasPrefix(err.Error(), "h") {
			t.Errorf("%v: retry %t, %v", c.err, retry, err)
		}
	}
}

func TestAnAnswerIsCutOff(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, outbound.MaxBody+1))
	}))
	defer srv.Close()
	c, err := outbound.New(outbound.Options{AllowPrivate: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseIdleConnections()
	resp, err := c.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); !errors.Is(err, outbound.ErrBody) || len(b) != outbound.MaxBody {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

func TestARedirectOnTheSameHostIsFollowed(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusTemporaryRedirect)
			return
		}
		if r.URL.Path == "/loop" {
			http.Redirect(w, r, "/loop", http.StatusTemporaryRedirect)
		}
	}))
	defer srv.Close()
	c, err := outbound.New(outbound.Options{AllowPrivate: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseIdleConnections()
	resp, err := c.Post(srv.URL+"/a", "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("status %d", resp.StatusCode)
	}
	if resp, err := c.Get(srv.URL + "/loop"); err == nil {
		resp.Body.Close()
		t.Error("an endless redirect is followed")
	}
}

func TestCAFile(t *testing.T) {
	if _, err := outbound.New(outbound.Options{CAFile: "/nowhere.pem"}); err == nil {
		t.Error("a missing file is taken")
	}
	if _, err := outbound.New(outbound.Options{CAFile: "client_test.go"}); err == nil {
		t.Error("a file without certificates is taken")
	}
}
