package browsertest

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// prefers sets what the reader's system asks for.
func prefers(features map[string]string) chromedp.Action {
	media := emulation.SetEmulatedMedia()
	for name, value := range features {
		media.Features = append(media.Features, &emulation.MediaFeature{Name: name, Value: value})
	}
	return media
}

// contrastOf is the least ratio (WCAG 2, 1.4.3) of the page's text colours to its grounds.
const contrastOf = `(() => {
	const probe = document.body.appendChild(document.createElement("i"));
	const light = name => {
		probe.style.color = "var(" + name + ")";
		const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
		return .2126 * r + .7152 * g + .0722 * b;
	};
	let least = 21;
	for (const text of ["--text", "--text2", "--text3", "--accent", "--critical", "--warning", "--ok"])
		for (const ground of ["--bg", "--surface", "--sunken"]) {
			const [a, b] = [light(text), light(ground)];
			least = Math.min(least, (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
		}
	probe.remove();
	return least;
})()`

// TestWhatReadersPrefer: colours reach AA, and AAA where the system asks for more contrast; nothing moves where it asks for less
// motion; and where it brings its own colours, what can be pressed and what has the focus is still seen.
func TestWhatReadersPrefer(t *testing.T) {
	ctx := browser(t)
	base := serve(t, dashtest.Night())
	run := func(what string, actions ...chromedp.Action) {
		t.Helper()
		if err := chromedp.Run(ctx, actions...); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	run("load", start(base, "/incidents"))
	for _, scheme := range []string{"light", "dark"} {
		for contrast, want := range map[string]float64{"no-preference": 4.5, "more": 7} {
			var got float64
			run(scheme, prefers(map[string]string{"prefers-color-scheme": scheme, "prefers-contrast": contrast}), chromedp.Evaluate(contrastOf, &got))
			if got < want {
				t.Errorf("%s, contrast %s: the least ratio is %.2f, want %.1f", scheme, contrast, got, want)
			}
		}
	}
	const moves = `(() => { const row = document.querySelector("tbody tr"); row.classList.add("flash");
		const name = getComputedStyle(row.querySelector("td")).animationName; row.classList.remove("flash"); return name })()`
	for motion, want := range map[string]string{"reduce": "none", "no-preference": "flash"} {
		var got string
		run(motion, prefers(map[string]string{"prefers-reduced-motion": motion}), chromedp.Evaluate(moves, &got))
		if got != want {
			t.Errorf("motion %s: the animation is %q, want %q", motion, got, want)
		}
	}
	var border, outline string
	run("forced colours", prefers(map[string]string{"forced-colors": "active"}), chromedp.KeyEvent("j"),
		chromedp.Evaluate(`getComputedStyle(document.querySelector("button, .button")).borderTopStyle`, &border),
		chromedp.Evaluate(`getComputedStyle(document.activeElement).outlineStyle`, &outline))
	if border != "solid" || outline != "solid" {
		t.Errorf("forced colours: a button's border is %q, the focus %q", border, outline)
	}
}

// TestFormsWithoutScript does with forms alone what people do beside acts on incidents.
func TestFormsWithoutScript(t *testing.T) {
	ctx := browser(t)
	w := dashtest.Night()
	base := serve(t, w)
	if err := chromedp.Run(ctx, emulation.SetScriptExecutionDisabled(true), look(400, "light")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path, click, wait string }{
		{"a preview of a silence", "/silences/new?service=checkout", `form.ask button:not(.primary)`, `.result li`},
		{"a silence", "/silences/new?service=checkout", `form.ask button.primary`, `form[action$="/end"] button`},
		{"its end", "/silences", `form[action$="/end"] button`, `.note.ok`},
		{"a sensitivity", "/services/checkout/sensitivity", `button[value="try"]`, `.result b`},
		{"a rule", "/rules/try?rule=checkout-errors", `form.ask button.primary`, `table.cardy td.what`},
	} {
		if err := chromedp.Run(ctx, chromedp.Navigate(base+c.path)); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		// What is looked for may show before the page that answers has loaded, and the next page would then cut it off.
		if _, err := chromedp.RunResponse(ctx, chromedp.Click(c.click)); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if err := chromedp.Run(ctx, chromedp.WaitVisible(c.wait)); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
	}
	if len(w.Mutes) != 1 || w.Mutes[0].EndedBy != "oncall-4" {
		t.Errorf("silences: %+v", w.Mutes)
	}
}

// TestPictures makes the README's second picture, a page as Slack shows it, and keeps it where TOCSIN_SCREENSHOTS names a
// directory.
func TestPictures(t *testing.T) {
	ctx := browser(t)
	base := serve(t, dashtest.Night())
	var picture []byte
	err := chromedp.Run(ctx, look(1280, "light"), chromedp.Navigate(base+"/inbox"), chromedp.WaitReady(`html.script #main`),
		chromedp.ActionFunc(func(ctx context.Context) (err error) {
			picture, err = page.CaptureScreenshot().WithFormat(page.CaptureScreenshotFormatPng).WithClip(&page.Viewport{X: 188, Y: 98, Width: 544, Height: 712, Scale: 1}).Do(ctx)
			return err
		}))
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "slack", picture)
}
