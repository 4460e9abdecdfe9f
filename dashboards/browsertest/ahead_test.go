package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// TestTheOverviewBeforeItIsRead: after a start incidents are there at once, a panel says that the rest is being read, and it follows
// by itself.
func TestTheOverviewBeforeItIsRead(t *testing.T) {
	ctx := browser(t)
	s, base := serving(t, dashtest.Night(), func(o *dashboards.Options) { o.Ahead = true })
	axe := axeSource(t)
	for _, width := range []int64{1280, 400} {
		var text string
		var wide int64
		if err := chromedp.Run(ctx, look(width, "light"), chromedp.Navigate(base+"/"), chromedp.WaitVisible(`main [data-soon]`, chromedp.ByQuery),
			chromedp.Text(`main`, &text, chromedp.ByQuery), chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide)); err != nil {
			t.Fatal(err)
		}
		if wide > width {
			t.Errorf("it is %d px wide in a window of %d", wide, width)
		}
		for _, want := range []string{"4 incidents open", "being read", "inventory wrote a database password"} {
			if !strings.Contains(text, want) {
				t.Errorf("at %d px the overview lacks %q", width, want)
			}
		}
		name := map[int64]string{1280: "overview-reading-1280-light", 400: "overview-reading-400-light"}[width]
		shoot(ctx, t, name)
		accessible(ctx, t, name, axe)
	}
	if err := s.ReadAhead(ctx); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Run(ctx, chromedp.WaitNotPresent(`main [data-soon]`, chromedp.ByQuery), chromedp.WaitReady(`main table.services`, chromedp.ByQuery)); err != nil {
		t.Fatalf("what was read does not follow by itself: %v", err)
	}
}
