package e2e

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

const missionRules = `
version: 1
rules:
  - name: checkout-errors
    when: service == "checkout" && level >= error
    by: [host]
    window: 5m
    if: value > 50
    severity: page
    runbook: https://runbooks.example/checkout
`

// TestMission is what tocsin is for: lines in Kafka, one fault in them, counts in Redis, one incident in Postgres, one
// message in Slack, its page in the browser; a person acknowledges there, and Slack shows it.
func TestMission(t *testing.T) {
	slack := slacktest.New()
	t.Cleanup(slack.Close)
	p := newParts(t, 4)
	a, _, _ := startApp(t, p.configuration(oncall(slack)), missionRules)

	from := time.Now().Add(-time.Minute)
	var lines []string
	line := func(level, service, host, message string, n int) {
		for i := range n {
			lines = append(lines, fmt.Sprintf(`{"time":%q,"level":%q,"service":%q,"host":%q,"msg":%q,"n":%d}`,
				time.Now().UTC().Format(time.RFC3339Nano), level, service, host, message, i))
		}
	}
	line("info", "checkout", "co-1", "order placed", 1500)
	line("info", "search", "se-1", "query served", 2200)
	line("warn", "search", "se-1", "slow query", 17)
	line("error", "checkout", "co-1", "connection refused to 10.42.7.31:8443", 137)
	line("error", "checkout", "co-2", "connection refused to 10.42.7.31:8443", 3)
	produce(t, p.kafka, p.topic, lines)

	want := map[string]uint64{"checkout/info": 1500, "checkout/error": 140, "search/info": 2200, "search/warn": 17}
	eventually(t, 60*time.Second, "the counts", func() (bool, string) {
		got, until := counted(t, a.URL(), from, time.Now().Add(time.Minute))
		return cmp.Equal(want, got), fmt.Sprintf("%v complete until %s", got, until)
	})

	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	if err := slack.Wait(ctx, func(s *slacktest.Server) bool { return len(s.Messages()) > 0 }); err != nil {
		t.Fatal(err)
	}
	message := slack.Messages()[0]
	for _, part := range []string{"checkout-errors", "co-1", "connection refused", "https://runbooks.example/checkout"} {
		if !strings.Contains(message.Text+string(message.Blocks), part) {
			t.Errorf("the message does not hold %q: %s %s", part, message.Text, message.Blocks)
		}
	}

	var incidents struct {
		Incidents []struct{ ID, Kind, Service, Status, Title string }
	}
	get(t, a.URL()+"/api/v1/incidents", &incidents)
	if n := len(incidents.Incidents); n != 1 {
		t.Fatalf("%d incidents, want 1: %+v", n, incidents.Incidents)
	}
	in := incidents.Incidents[0]
	if in.Kind != "rule" || in.Service != "checkout" || in.Status != "open" {
		t.Errorf("the incident is %+v", in)
	}

	acknowledge(t, a.URL()+"/incidents/"+in.ID)
	if err := slack.Wait(ctx, func(s *slacktest.Server) bool { return s.Messages()[0].Edits > 0 }); err != nil {
		t.Fatalf("the message was not edited: %v", err)
	}
	if n := len(slack.Messages()); n != 1 {
		t.Errorf("%d messages in the channel, want 1", n)
	}
	if edited := slack.Messages()[0]; !strings.Contains(strings.ToLower(edited.Text+string(edited.Blocks)), "acknowledged") &&
		!strings.Contains(string(edited.Blocks), "Taken by") {
		t.Errorf("the edited message does not say that it was acknowledged: %s", edited.Blocks)
	}
}

// acknowledge opens the incident's page in Chromium and presses the button.
func acknowledge(t *testing.T, page string) {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(60*time.Second),
	)
	if path := os.Getenv("TOCSIN_CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	defer stop()
	ctx, end := chromedp.NewContext(ctx)
	defer end()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	var before, after string
	if err := chromedp.Run(ctx,
		chromedp.Navigate(page),
		chromedp.Text("main", &before, chromedp.ByQuery),
		chromedp.Click(`//button[contains(., "Acknowledge")]`, chromedp.BySearch),
		chromedp.WaitVisible(`//button[contains(., "Give back")]`, chromedp.BySearch),
		chromedp.Text("main", &after, chromedp.ByQuery),
	); err != nil {
		t.Fatalf("browser: %v\npage: %s", err, before)
	}
	for _, part := range []string{"checkout", "connection refused"} {
		if !strings.Contains(before, part) {
			t.Errorf("the page does not show %q:\n%s", part, before)
		}
	}
	if !strings.Contains(after, "Acknowledged") {
		t.Errorf("the page does not show that it was acknowledged:\n%s", after)
	}
}
