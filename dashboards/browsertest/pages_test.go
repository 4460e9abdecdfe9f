package browsertest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

type view struct {
	name, path string
	world      func() *dashtest.World
}

var views = []view{
	{"overview", "/", dashtest.Night},
	{"overview-quiet", "/", dashtest.Quiet},
	{"overview-away", "/", dashtest.Away},
	{"overview-unjudged", "/", dashtest.Unjudged},
	{"incidents", "/incidents", dashtest.Night},
	{"incidents-none", "/incidents?service=search&severity=page&range=7d", dashtest.Night},
	{"incident", "/incidents/7f3a2c19d04be8a1", dashtest.Night},
	{"incident-log", "/incidents/7f3a2c19d04be8a1?scale=log&note=1", dashtest.Night},
	{"incident-resolved", "/incidents/7f3a2c19d04be8a1", dashtest.Quiet},
	{"secret", "/incidents/c81d07f2b6a95e30", dashtest.Night},
	{"latency", "/incidents/5d20aa81c3f7e604", dashtest.Night},
	{"services", "/services", dashtest.Night},
	{"service", "/services/checkout", dashtest.Night},
	{"templates", "/templates", dashtest.Night},
	{"template", "/templates/4e19c0d2a0000000?range=24h&scale=log&read=1", dashtest.Night},
	{"template-durations", "/templates/4e19c0d2a0005555", dashtest.Night},
	{"rules", "/rules", dashtest.Night},
	{"rule", "/rules/checkout-errors?range=6h", dashtest.Night},
	{"rule-try", "/rules/try?rule=checkout-errors", dashtest.Night},
	{"incidents-taught", "/incidents", dashtest.Taught},
	{"silences", "/silences", dashtest.Taught},
	{"silence", "/silences/new?incident=7f3a2c19d04be8a1", dashtest.Night},
	{"silence-weekly", "/silences/new?service=checkout&hours=weekly&from=22:00&to=06:00&zone=Europe%2FPrague&day=sat&day=sun&for=30d&text=batches", dashtest.Taught},
	{"silence-refused", "/silences/new?service=&hours=weekly&from=&to=06:00", dashtest.Night},
	{"mark", "/silences/new?sort=expected&incident=91c04e77aa10b3c2", dashtest.Night},
	{"sensitivity", "/services/checkout/sensitivity?pages=normal&notices=keen", dashtest.Taught},
	{"sensitivity-now", "/services/checkout/sensitivity", dashtest.Taught},
	{"incident-marked", "/incidents/9c41b7e03d5a1f28", dashtest.Taught},
	{"receivers", "/receivers", dashtest.Away},
	{"inbox", "/inbox", dashtest.Night},
	{"noise", "/noise", dashtest.Night},
	{"health", "/health", dashtest.Behind},
	{"connect", "/connect", dashtest.Night},
	{"empty", "/connect", dashtest.Empty},
	{"search", "/search?q=payments", dashtest.Night},
	{"keys", "/keys", dashtest.Night},
	{"error", "/nowhere", dashtest.Night},
}

func TestEveryPage(t *testing.T) {
	ctx := browser(t)
	f := &faults{}
	f.watch(ctx)
	only, axe := os.Getenv("TOCSIN_VIEW"), axeSource(t)
	for _, v := range views {
		if only != "" && v.name != only {
			continue
		}
		base := serve(t, v.world())
		f.expect(base)
		for _, width := range []int64{1280, 400} {
			name := fmt.Sprintf("%s-%d", v.name, width)
			var wide int64
			err := chromedp.Run(ctx, look(width, "light"), chromedp.Navigate(base+v.path), chromedp.WaitReady(`html.script #main`),
				chromedp.Poll(`window.htmx && document.cookie.includes("tocsin_zone=Europe%2FPrague") && document.readyState === "complete"`, nil),
				chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide),
			)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if wide > width { // innerWidth grows with what is too wide
				t.Errorf("%s: the page is %d px wide in a window of %d", name, wide, width)
			}
			shoot(ctx, t, name+"-light")
			accessible(ctx, t, name+"-light", axe)
			if err := chromedp.Run(ctx, look(width, "dark")); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			shoot(ctx, t, name+"-dark")
			accessible(ctx, t, name+"-dark", axe)
			for _, fault := range f.take() {
				if v.name == "error" && strings.HasPrefix(fault, "log:") { // the 404 itself
					continue
				}
				t.Errorf("%s: %s", name, fault)
			}
		}
	}
}
