package browsertest

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axeSource is axe-core, which finds what people who see, hear or move otherwise cannot use.
func axeSource(t *testing.T) string {
	t.Helper()
	path := os.Getenv("TOCSIN_TEST_AXE")
	if path == "" {
		t.Fatal(`TOCSIN_TEST_AXE is not set: run .ci/services up and eval "$(.ci/services env)"`)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("axe-core is missing, run .ci/services up: %v", err)
	}
	return string(b)
}

// fault is what axe-core finds.
type fault struct {
	ID, Help string
	Nodes    []string
}

// accessible holds that axe-core finds nothing serious or critical on the page as it stands. In the dark only colours
// differ, so only the rules about them are asked again.
func accessible(ctx context.Context, t *testing.T, name, source string) {
	t.Helper()
	var only []string
	if strings.HasSuffix(name, "-dark") {
		only = []string{"color-contrast", "link-in-text-block"}
	}
	found, err := axe(ctx, source, only...)
	if err != nil {
		t.Errorf("%s: axe-core did not run: %v", name, err)
	}
	for _, f := range found {
		t.Errorf("%s: %s (%s)\n\t%s", name, f.Help, f.ID, strings.Join(f.Nodes, "\n\t"))
	}
}

// axe runs axe-core in the page. The debugger brings it in, which the page's policy does not stop.
func axe(ctx context.Context, source string, only ...string) ([]fault, error) {
	options := `resultTypes: ["violations"]`
	if len(only) > 0 {
		options += `, runOnly: ["` + strings.Join(only, `", "`) + `"]`
	}
	look := `axe.run(document, {` + options + `}).then(r => r.violations.filter(v => v.impact === "serious" || v.impact === "critical")
		.map(v => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 4).map(n => n.target.join(" ") + ": " + n.html.slice(0, 200) + " " + ((n.any[0] || n.all[0] || n.none[0] || {}).message || ""))})))`
	var found []fault
	err := chromedp.Run(ctx, chromedp.Evaluate("if (!self.axe) {"+source+"} 0", nil),
		chromedp.Evaluate(look, &found, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return found, err
}

// TestAxeFindsFaults holds that a fault would be found: a button without a name, and text that is hardly there.
func TestAxeFindsFaults(t *testing.T) {
	source := axeSource(t)
	ctx := browser(t)
	if err := chromedp.Run(ctx, chromedp.Navigate(`data:text/html,<html lang="en"><title>x</title><main><h1>x</h1><button></button><p style="color:%23eee;background:%23fff">hardly there</p></main>`)); err != nil {
		t.Fatal(err)
	}
	found, err := axe(ctx, source)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"button-name", "color-contrast"} {
		if !slices.ContainsFunc(found, func(f fault) bool { return f.ID == id }) {
			t.Errorf("axe-core does not find %s: %v", id, found)
		}
	}
}
