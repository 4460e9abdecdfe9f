package browsertest

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/dashboards/signin"
	"github.com/tocsin-io/tocsin/dashboards/signin/signintest"
)

// guard serves a world in which vera views and ada administers; a provider, too, is named.
func guard(t *testing.T, w *dashtest.World) string {
	t.Helper()
	gate, err := signin.New(signin.Options{
		Store: signintest.NewStore(), Now: w.Now, Random: rand.Reader, Secret: bytes.Repeat([]byte("k"), 32), Logger: slog.New(slog.DiscardHandler),
		Idle: time.Hour, Longest: 10 * time.Hour, BaseURL: "https://tocsin.example.com",
		OIDC: &signin.OIDC{Name: "Company", Issuer: "http://127.0.0.1:1"}, Client: http.DefaultClient,
	}, signin.Accounts{Users: []signin.User{signintest.User("vera@shop.example", signin.Viewer), signintest.User("ada", signin.Admin)}})
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, w, func(o *dashboards.Options) { o.SignIn, o.Actor = gate, nil })
}

// fill types name and password and sends the form. The zone is told before, so that the next page is not loaded twice.
func fill(name, password string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.WaitVisible(`#password`), chromedp.Evaluate(`document.cookie = "tocsin_zone=Europe%2FPrague; path=/"`, nil), chromedp.SetValue(`#name`, name), chromedp.SendKeys(`#password`, password), chromedp.Click(`.signin button`),
	}
}

// loaded waits until a page stands at a path, with its script.
func loaded(path string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.WaitReady(`html.script #main[tabindex]`),
		chromedp.Poll(fmt.Sprintf(`location.pathname === %q && window.htmx && document.readyState === "complete"`, path), nil),
	}
}

// sound are the faults without those that are what the test asks for: answers 401 and 403.
func sound(list []string) (out []string) {
	for _, f := range list {
		if !strings.Contains(f, "status of 401") && !strings.Contains(f, "status of 403") {
			out = append(out, f)
		}
	}
	return out
}

// TestSignInByHand: a wrong password, the right one, what a viewer sees and is refused, and out again.
func TestSignInByHand(t *testing.T) {
	ctx := browser(t)
	f := &faults{}
	f.watch(ctx)
	base := guard(t, dashtest.Night())
	f.expect(base)
	var problem, kept, me, refused, after string
	var acts, forms, active bool
	err := chromedp.Run(ctx, look(1280, "light"), chromedp.Navigate(base+"/incidents/c81d07f2b6a95e30"),
		fill("vera@shop.example", "wrong"), chromedp.WaitVisible(`.note.critical`), chromedp.Text(`.note.critical`, &problem), chromedp.Value(`#name`, &kept),
		chromedp.Evaluate(`document.activeElement.id === "password"`, &active),
		fill("vera@shop.example", signintest.Password), loaded("/incidents/c81d07f2b6a95e30"), chromedp.Text(`.rail .me`, &me),
		chromedp.Evaluate(`!!document.querySelector('main form[method=post], main [data-key=a], main [data-key=s]')`, &acts),
		chromedp.Navigate(base+"/silences/new"), loaded("/silences/new"), chromedp.Text(`main`, &refused),
		chromedp.Evaluate(`!!document.querySelector('main form')`, &forms),
		chromedp.Click(`.rail .me button`), chromedp.WaitVisible(`#password`),
		chromedp.Navigate(base+"/incidents"), chromedp.WaitVisible(`#password`), chromedp.Location(&after),
	)
	if err != nil {
		t.Fatalf("%v; the browser says %v", err, f.take())
	}
	if problem != "Name or password is wrong." || kept != "vera@shop.example" || !active {
		t.Errorf("a wrong password: %q, the name is %q, the password has the focus: %v", problem, kept, active)
	}
	if !strings.Contains(me, "vera@shop.example") || !strings.Contains(me, "viewer") {
		t.Errorf("the rail says %q", me)
	}
	if acts || forms {
		t.Errorf("a viewer sees buttons of acts: %v, %v", acts, forms)
	}
	if !strings.Contains(refused, "Forbidden") || !strings.Contains(refused, "needs the role responder") {
		t.Errorf("a page without rights says %q", refused)
	}
	if after != base+"/sign-in?next=%2Fincidents" {
		t.Errorf("after signing out /incidents is %s", after)
	}
	if faults := sound(f.take()); len(faults) > 0 {
		t.Errorf("the browser says %v", faults)
	}
}

// TestPagesOfSignIn looks at the pages that only people who sign in see.
func TestPagesOfSignIn(t *testing.T) {
	ctx := browser(t)
	f := &faults{}
	f.watch(ctx)
	w := dashtest.Night()
	for i, e := range []dashboards.AuditEntry{
		{Actor: "ada", Action: "session.started", Subject: "ada", Text: "as admin, by password, from 192.0.2.17"},
		{Actor: "token deploys", Action: "deploy.told", Subject: "payments", Text: "2.41.0, done at 2026-11-23T01:50:22Z"},
		{Actor: "vera@shop.example", Action: "incident.acknowledged", Subject: "7f3a2c19d04be8a1"},
		{Actor: "vera@shop.example", Action: "incident.note", Subject: "7f3a2c19d04be8a1", Text: "payments is rolled back; the pool of connections was never given back after a time-out, see the wiki of the team for the whole story"},
		{Actor: "vera@shop.example", Action: "session.refused", Subject: "vera@shop.example", Text: "wrong password, from 2001:db8:4711:42:1c2f:9aff:fe2b:77d1"},
		{Actor: "ada", Action: "sensitivity.set", Subject: "notifications", Text: "quiet"},
		{Actor: "ada", Action: "silence.created", Subject: "ab12cd34ef56", Text: "service=checkout: batches"},
		{Actor: "someone at this machine", Action: "rules.reload", Text: "by SIGHUP, version 3fa90c11d2e7"},
	} {
		e.At = w.Time.Add(-time.Duration(i*i) * 11 * time.Minute)
		w.Acts = append(w.Acts, e)
	}
	base, axe := guard(t, w), axeSource(t)
	f.expect(base)
	see := func(name, path string, then chromedp.Action) {
		t.Helper()
		for _, width := range []int64{1280, 400} {
			var wide int64
			if err := chromedp.Run(ctx, look(width, "light"), chromedp.Navigate(base+path), then,
				chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if wide > width { // innerWidth grows with what is too wide
				t.Errorf("%s: the page is %d px wide in a window of %d", name, wide, width)
			}
			shoot(ctx, t, fmt.Sprintf("%s-%d-light", name, width))
			accessible(ctx, t, fmt.Sprintf("%s-%d-light", name, width), axe)
			if err := chromedp.Run(ctx, look(width, "dark")); err != nil {
				t.Fatal(err)
			}
			shoot(ctx, t, fmt.Sprintf("%s-%d-dark", name, width))
			accessible(ctx, t, fmt.Sprintf("%s-%d-dark", name, width), axe)
		}
	}
	see("sign-in", "/sign-in", chromedp.WaitVisible(`#password`))
	see("sign-in-wrong", "/sign-in", chromedp.Tasks{fill("ada", "wrong"), chromedp.WaitVisible(`.note.critical`)})
	see("sign-in-provider", "/sign-in/oidc/callback?state=x", chromedp.WaitVisible(`.note.critical`))
	if err := chromedp.Run(ctx, chromedp.Navigate(base+"/sign-in"), fill("ada", signintest.Password), loaded("/")); err != nil {
		t.Fatal(err)
	}
	see("audit", "/audit", loaded("/audit"))
	see("audit-menu", "/audit", chromedp.Tasks{loaded("/audit"), chromedp.Evaluate(`document.querySelector('header.phone details').open = true`, nil)})
	see("audit-none", "/audit?actor=zoe", loaded("/audit"))
	if faults := sound(f.take()); len(faults) > 0 {
		t.Errorf("the browser says %v", faults)
	}
}
