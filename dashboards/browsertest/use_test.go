package browsertest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// start opens a page and waits until its script is ready.
func start(base, path string) chromedp.Action {
	return chromedp.Tasks{
		look(1280, "light"), chromedp.Navigate(base + path),
		chromedp.Poll(`window.htmx && document.cookie.includes("tocsin_zone") && document.readyState === "complete"`, nil),
	}
}

// TestKeyboardAlone goes from the list to a resolved incident and back again without a pointer.
func TestKeyboardAlone(t *testing.T) {
	ctx := browser(t)
	f := &faults{}
	f.watch(ctx)
	w := dashtest.Night()
	base := serve(t, w)
	f.expect(base)
	var note, at string
	err := chromedp.Run(ctx, start(base, "/incidents?status=open"),
		chromedp.KeyEvent("j"), chromedp.KeyEvent("j"), chromedp.KeyEvent("k"), chromedp.KeyEvent("j"),
		chromedp.Evaluate(`document.activeElement.getAttribute("href")`, &at),
		chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(`button[data-key="a"]`),
		chromedp.KeyEvent("a"), chromedp.WaitVisible(`.undo button`), chromedp.Text(`.note.ok`, &note),
		chromedp.Poll(`document.readyState === "complete" && window.htmx`, nil),
		chromedp.KeyEvent("n"), chromedp.WaitVisible(`#notetext:focus`), chromedp.SendKeys(`#notetext`, "arg is wrong"), chromedp.Submit(`#note`),
		chromedp.WaitVisible(`.time .note`),
		chromedp.Poll(`document.readyState === "complete" && window.htmx`, nil),
		chromedp.KeyEvent("r"), chromedp.WaitVisible(`button[data-key="o"]`),
		chromedp.Poll(`document.readyState === "complete" && window.htmx`, nil),
		chromedp.KeyEvent("?"), chromedp.WaitVisible(`dialog[open]`), chromedp.KeyEvent(kb.Escape), chromedp.WaitNotPresent(`dialog[open]`),
		chromedp.KeyEvent("g"), chromedp.KeyEvent("h"), chromedp.WaitVisible(`.parts`),
	)
	if err != nil {
		t.Fatalf("%v; the browser says %v", err, f.take())
	}
	if at != "/incidents/c81d07f2b6a95e30" {
		t.Errorf("j and k moved to %s", at)
	}
	i, err := w.Incident(context.Background(), "c81d07f2b6a95e30")
	if err != nil || i.Status != detector.StatusResolved {
		t.Errorf("the incident is %s, %v", i.Status, err)
	}
	kinds := ""
	for _, e := range i.Timeline[len(i.Timeline)-3:] {
		kinds += string(e.Kind) + ":" + e.Actor + ":" + e.Text + " "
	}
	if kinds != "acknowledged:oncall-4: note:oncall-4:arg is wrong resolved:oncall-4: " {
		t.Errorf("the timeline ends with %s", kinds)
	}
	if faults := f.take(); len(faults) > 0 {
		t.Errorf("the browser says %v", faults)
	}
}

// TestLive sees what happens elsewhere without loading the page: the rate at once, an incident within two seconds.
func TestLive(t *testing.T) {
	ctx := browser(t)
	f := &faults{}
	f.watch(ctx)
	w := dashtest.Night()
	w.Joined = make(chan struct{}, 8)
	base := serve(t, w)
	f.expect(base)
	if err := chromedp.Run(ctx, start(base, "/incidents/c81d07f2b6a95e30"), chromedp.Evaluate(`window.stayed = true`, nil)); err != nil {
		t.Fatal(err)
	}
	<-w.Joined
	w.Send(dashboards.Update{Kind: dashboards.UpdateRate, At: w.Time, Rate: 4321, Lag: 20 * time.Second, Counted: w.Time})
	err := chromedp.Run(ctx, chromedp.Poll(`document.querySelector('[data-live=rate]').textContent === "4,321 lines/s · lag 20 s"`, nil, chromedp.WithPollingTimeout(5*time.Second)),
		chromedp.Poll(`document.querySelector('[data-live=word]').textContent === "Behind"`, nil, chromedp.WithPollingTimeout(5*time.Second)))
	if err != nil {
		t.Fatalf("the rate is not shown: %v", err)
	}
	if _, err := w.ActOnIncident(ctx, "c81d07f2b6a95e30", dashboards.Act{Kind: dashboards.ActAcknowledge, Actor: "someone-else", At: w.Time}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	err = chromedp.Run(ctx, chromedp.Poll(`document.querySelector('.who').textContent.includes("Acknowledged by someone-else") && window.stayed`, nil, chromedp.WithPollingTimeout(10*time.Second)))
	if err != nil {
		t.Fatalf("the act of another person is not shown: %v; the browser says %v", err, f.take())
	}
	t.Logf("shown after %s", time.Since(began).Round(time.Millisecond))
	if faults := f.take(); len(faults) > 0 {
		t.Errorf("the browser says %v", faults)
	}
}

// TestZoom loads the interactive chart.
func TestZoom(t *testing.T) {
	ctx := browser(t)
	f := &faults{}
	f.watch(ctx)
	base := serve(t, dashtest.Night())
	f.expect(base)
	err := chromedp.Run(ctx, start(base, "/incidents/7f3a2c19d04be8a1"), chromedp.Click(`[data-zoom]`), chromedp.WaitVisible(`.uplot canvas`),
		chromedp.Poll(`document.querySelector('[data-zoom]').textContent === "As it was"`, nil))
	shoot(ctx, t, "zoom")
	if faults := f.take(); err != nil || len(faults) > 0 {
		t.Fatalf("%v; the browser says %v", err, faults)
	}
}

// TestWithoutScript acts with forms and links alone.
func TestWithoutScript(t *testing.T) {
	ctx := browser(t)
	w := dashtest.Night()
	base := serve(t, w)
	var times string
	err := chromedp.Run(ctx, emulation.SetScriptExecutionDisabled(true), look(400, "dark"), chromedp.Navigate(base+"/incidents/c81d07f2b6a95e30"),
		chromedp.Text(`.second`, &times), chromedp.Click(`form[action$="/acknowledge"] button`), chromedp.WaitVisible(`.undo button`),
		chromedp.Click(`.undo button`), chromedp.WaitVisible(`form[action$="/acknowledge"] button`),
		chromedp.Click(`a[href="?note=1#note"]`), chromedp.WaitVisible(`#notetext`),
	)
	shoot(ctx, t, "without-script")
	if err != nil {
		t.Fatal(err)
	}
	if want := "Since 22 Nov 22:12:40 UTC"; len(times) < len(want) || times[:len(want)] != want {
		t.Errorf("without script times are %q", times)
	}
	i, err := w.Incident(context.Background(), "c81d07f2b6a95e30")
	if err != nil || i.Status != detector.StatusOpen || len(i.Timeline) != 6 {
		t.Errorf("after acknowledge and undo: %s, %d entries, %v", i.Status, len(i.Timeline), err)
	}
}

// TestListKeys acts from the list alone: on the row that has the focus, and on those that are selected; what is selected stays
// while the page is fetched anew.
func TestListKeys(t *testing.T) {
	ctx := browser(t)
	f := &faults{}
	f.watch(ctx)
	w := dashtest.Night()
	base := serve(t, w)
	f.expect(base)
	ready := chromedp.Poll(`document.readyState === "complete" && window.htmx`, nil)
	shown := func(css string) chromedp.Action { return chromedp.WaitVisible(css) }
	var one, two string
	err := chromedp.Run(ctx, start(base, "/incidents?status=open&status=acknowledged"), chromedp.WaitNotVisible(`#acts`),
		chromedp.KeyEvent("a"), chromedp.KeyEvent("r"), // no row has the focus: nothing is done
		chromedp.Evaluate(`document.querySelector('tr[data-status="open"] a.row').focus()`, nil), chromedp.KeyEvent("a"), shown(`.note form[action="/incidents/unacknowledge"]`), chromedp.Text(`.note.ok`, &one), ready,
		chromedp.Click(`.note.ok .undo button`), shown(`.note form[action="/incidents/acknowledge"]`), ready,
		chromedp.KeyEvent("j"), chromedp.KeyEvent("x"), shown(`#acts`), chromedp.KeyEvent("j"), chromedp.KeyEvent("x"),
	)
	shoot(ctx, t, "incidents-selected")
	if err == nil {
		err = chromedp.Run(ctx, chromedp.KeyEvent("r"), shown(`.note form[action="/incidents/reopen"]`), chromedp.Text(`.note.ok`, &two))
	}
	if faults := f.take(); err != nil || len(faults) > 0 {
		t.Fatalf("%v; the browser says %v", err, faults)
	}
	if !strings.HasPrefix(one, "Acknowledged 1 incident, ") || !strings.HasPrefix(two, "Resolved 2 incidents, ") {
		t.Errorf("the list says %q and %q", one, two)
	}
}
