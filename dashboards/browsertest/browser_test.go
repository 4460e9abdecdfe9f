// Package browsertest looks at every page in headless Chromium: at 1280 and 400 pixels, light and dark. An error in the
// console, a violation of the policy, a request to another host or a page that is wider than its window fails. With
// TOCSIN_SCREENSHOTS set to a directory the pictures are kept there. axe-core looks at each for what is not accessible.
package browsertest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// browser starts one Chromium for a test.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.WSURLReadTimeout(60*time.Second),
	)
	if path := os.Getenv("TOCSIN_CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(ctx)
	t.Cleanup(end)
	ctx, cancel := context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("Chromium does not start: %v (TOCSIN_CHROMIUM names another one)", err)
	}
	return ctx
}

// serve serves a world on loopback.
func serve(t *testing.T, w *dashtest.World, change ...func(*dashboards.Options)) string {
	t.Helper()
	_, base := serving(t, w, change...)
	return base
}

func serving(t *testing.T, w *dashtest.World, change ...func(*dashboards.Options)) (*dashboards.Server, string) {
	t.Helper()
	o := dashboards.Options{
		Sources: w.Sources(), Now: w.Now, Logger: slog.New(slog.DiscardHandler), Secret: bytes.Repeat([]byte("k"), 32), Version: "test",
		Cost:  func() dashboards.Cost { return dashboards.Cost{PerGB: 2.10, Currency: "€"} },
		Actor: func(*http.Request) string { return "oncall-4" },
		Links: func() []dashboards.Link {
			return []dashboards.Link{{Name: "Grafana", URL: "https://grafana.shop.example/?s={service}"}, {Name: "Kibana", URL: "https://kibana.shop.example/?s={service}"}}
		},
	}
	for _, c := range change {
		c(&o)
	}
	s, err := dashboards.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		s.EndStreams()
		server.Close()
	})
	return s, server.URL
}

// faults collects what the browser complains of.
type faults struct {
	mu   sync.Mutex
	host string
	list []string
}

func (f *faults) watch(ctx context.Context) {
	add := func(s string) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.list = append(f.list, s)
	}
	chromedp.ListenTarget(ctx, func(e any) {
		switch e := e.(type) {
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
				add(fmt.Sprintf("console: %s", e.Args[0].Value))
			}
		case *runtime.EventExceptionThrown:
			add("exception: " + e.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			if e.Entry.Level == log.LevelError || e.Entry.Level == log.LevelWarning {
				add("log: " + e.Entry.Text + " " + e.Entry.URL)
			}
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; !f.own(u) && !strings.HasPrefix(u, "data:") {
				add("request to another host: " + u)
			}
		case *page.EventJavascriptDialogOpening:
			add("a script of a page ran: " + e.Message)
		}
	})
}

// expect says which host the next pages are of.
func (f *faults) expect(host string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.host = host
}

func (f *faults) own(url string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.HasPrefix(url, f.host)
}

func (f *faults) take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.list
	f.list = nil
	return out
}

// look sets the window and the reader's zone and preference.
func look(width int64, scheme string) chromedp.Action {
	return chromedp.Tasks{
		emulation.SetDeviceMetricsOverride(width, 900, 1, width < 600),
		emulation.SetTimezoneOverride("Europe/Prague"),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}),
	}
}

// shoot keeps a picture of the whole page if a directory for pictures is given.
func shoot(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	if os.Getenv(screenshots) == "" {
		return
	}
	var picture []byte
	if err := chromedp.Run(ctx, chromedp.FullScreenshot(&picture, 100)); err != nil {
		t.Errorf("%s: screenshot: %v", name, err)
		return
	}
	keep(t, name, picture)
}

// screenshots is the variable that names the directory for pictures.
const screenshots = "TOCSIN_SCREENSHOTS"

// keep writes a picture to the directory for pictures, if one is given.
func keep(t *testing.T, name string, picture []byte) {
	t.Helper()
	if dir := os.Getenv(screenshots); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
