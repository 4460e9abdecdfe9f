package browsertest

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// TestBadgeAndFilterAgree follows the filter Open, and sees the badge, the filter and the rows change together when one of what
// is open ends elsewhere.
func TestBadgeAndFilterAgree(t *testing.T) {
	ctx := browser(t)
	f := &faults{}
	f.watch(ctx)
	w := dashtest.Night()
	base := serve(t, w)
	f.expect(base)
	const agree = `(n) => {
		const badge = document.querySelector('.nav a[href="/incidents"] .badge').textContent
		const open = document.querySelector('.seg a').textContent.trim(), rows = document.querySelectorAll('tr[data-id]').length
		return badge === String(n) && open === 'Open ' + n && rows === n
	}`
	err := chromedp.Run(ctx, start(base, "/incidents?range=30m"), chromedp.Click(`.seg a`), chromedp.WaitVisible(`.seg a[aria-current="true"]`),
		chromedp.PollFunction(agree, nil, chromedp.WithPollingArgs(4)),
		chromedp.Poll(`document.readyState === "complete" && window.htmx`, nil),
		chromedp.ActionFunc(func(ctx context.Context) error {
			list, err := w.ListIncidents(ctx, dashboards.IncidentFilter{Severities: []detector.Severity{detector.SeverityRecord}, Statuses: []detector.Status{detector.StatusOpen}, Limit: 1})
			if err == nil {
				_, err = w.ActOnIncident(ctx, list.Incidents[0].ID, dashboards.Act{Kind: dashboards.ActResolve, Actor: "jana", At: w.Time})
			}
			return err
		}),
		chromedp.PollFunction(agree, nil, chromedp.WithPollingArgs(3), chromedp.WithPollingTimeout(20*time.Second)),
	)
	if faults := f.take(); err != nil || len(faults) > 0 {
		t.Fatalf("%v; the browser says %v", err, faults)
	}
}
