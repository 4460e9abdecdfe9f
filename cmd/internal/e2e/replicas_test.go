package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

const replicaRules = `
version: 1
rules:
  - name: broken-host
    when: service == "orders" && level >= error
    by: [host]
    window: 5m
    if: value > 20
    severity: page
`

// TestReplicas lets replicas join and leave while lines are produced: every line is counted once, every incident exists
// once, and each is sent once.
func TestReplicas(t *testing.T) {
	slack := slacktest.New()
	t.Cleanup(slack.Close)
	p := newParts(t, 6)
	conf := p.configuration(oncall(slack))
	from := time.Now().Add(-time.Minute)
	const batches, size, hosts = 50, 2000, 5
	want := make(map[string]uint64)
	batch := func(b int) {
		lines := make([]string, size)
		for i := range lines {
			level, service := "info", []string{"orders", "search", "gateway"}[i%3]
			// One host begins to fail every ten batches.
			host := (b*size + i) % hosts
			if service == "orders" && i%7 == 0 && host <= b/10 {
				level = "error"
			}
			want[service+"/"+level]++
			lines[i] = fmt.Sprintf(`{"time":%q,"level":%q,"service":%q,"host":"h%d","msg":"request %d took %d ms"}`,
				time.Now().UTC().Format(time.RFC3339Nano), level, service, host, b, i)
		}
		produce(t, p.kafka, p.topic, lines)
	}
	var stops [3]func()
	url := ""
	for b := range batches {
		switch b {
		case 0, 10, 20:
			a, _, stop := startApp(t, conf, replicaRules)
			stops[b/10], url = stop, a.URL()
		case 30, 40:
			stops[b/10-3]()
		}
		batch(b)
	}
	eventually(t, 60*time.Second, "every line, once", func() (bool, string) {
		got, until := counted(t, url, from, time.Now().Add(time.Minute))
		return cmp.Equal(want, got), fmt.Sprintf("complete until %s: %s", until, cmp.Diff(want, got))
	})
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	if err := slack.Wait(ctx, func(s *slacktest.Server) bool { return len(s.Messages()) >= hosts }); err != nil {
		t.Errorf("%v: %d messages", err, len(slack.Messages()))
	}
	// Another replica judges everything from what is kept, and must find nothing new.
	a, _, _ := startApp(t, conf, replicaRules)
	eventually(t, 60*time.Second, "the buckets judged to after the last line", func() (bool, string) {
		_, until := counted(t, a.URL(), from, time.Now().Add(time.Minute))
		return until.After(time.Now().Add(-20 * time.Second)), until.String()
	})
	seen := make(map[string]int)
	for _, in := range listed(t, a.URL(), "&kind=rule") {
		seen[in.Title]++
	}
	if len(seen) != hosts {
		t.Errorf("incidents of %d hosts, want %d: %v", len(seen), hosts, seen)
	}
	for title, n := range seen {
		if n != 1 {
			t.Errorf("%d incidents: %s", n, title)
		}
	}
	for h := range hosts {
		n := 0
		for _, m := range slack.Messages() {
			if strings.Contains(m.Text+string(m.Blocks), fmt.Sprintf("broken-host h%d", h)) || strings.Contains(m.Text, fmt.Sprintf("h%d", h)) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d messages for h%d, want 1", n, h)
		}
	}
	if t.Failed() {
		for _, m := range slack.Messages() {
			t.Log(m.Text)
		}
	}
}

// TestStandbySaysSo: of two replicas and one partition, one waits, and its health and metrics say that it does.
func TestStandbySaysSo(t *testing.T) {
	p := newParts(t, 1)
	a, _, _ := startApp(t, p.configuration(""), "")
	b, _, _ := startApp(t, p.configuration(""), "")
	eventually(t, 60*time.Second, "one replica of two that says it waits", func() (bool, string) {
		waits := 0
		for _, url := range []string{a.URL(), b.URL()} {
			said := strings.Contains(page(t, url+"/health"), "standby")
			if said != strings.Contains(page(t, url+"/metrics"), "\ntocsin_standby 1\n") {
				return false, fmt.Sprint(url, ": health and metrics differ: ", said)
			}
			if said {
				waits++
			}
		}
		return waits == 1, fmt.Sprint(waits, " wait")
	})
}
