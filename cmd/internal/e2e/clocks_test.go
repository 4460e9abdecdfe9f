package e2e

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// wrong is a clock that is off.
type wrong struct{ by atomic.Int64 }

func (w *wrong) now() time.Time { return time.Now().Add(time.Duration(w.by.Load())) }

func (w *wrong) set(by time.Duration) { w.by.Store(int64(by)) }

// TestClocksJump puts the clocks of two replicas forward and back while lines flow: every line is counted once, whoever is asked,
// and a host that breaks afterwards is paged once, at once: a clock ahead completes nothing whose lines are still to come.
func TestClocksJump(t *testing.T) {
	slack := slacktest.New()
	t.Cleanup(slack.Close)
	p := newParts(t, 4)
	conf := p.configuration(oncall(slack))
	var clocks [2]wrong
	var urls []string
	for i := range clocks {
		a, _, _ := startAppAt(t, conf, replicaRules, clocks[i].now)
		urls = append(urls, a.URL())
	}
	from := time.Now().Add(-time.Minute)
	want := make(map[string]uint64)
	hosts, sent := 0, 0
	batch := func(broken bool) {
		lines := make([]string, 600)
		for i := range lines {
			level, service, host := "info", []string{"orders", "search", "gateway"}[i%3], "steady"
			if broken && i%9 == 0 { // of orders
				level, host = "error", fmt.Sprintf("broken-%d", hosts)
			}
			want[service+"/"+level]++
			lines[i] = fmt.Sprintf(`{"time":%q,"level":%q,"service":%q,"host":%q,"msg":"request %d took %d ms"}`,
				time.Now().UTC().Format(time.RFC3339Nano), level, service, host, sent, i)
			sent++
		}
		if broken {
			hosts++
		}
		produce(t, p.kafka, p.topic, lines)
	}
	all := func() {
		t.Helper()
		for i, url := range urls {
			eventually(t, 30*time.Second, "every line, once", func() (bool, string) {
				got, until, err := tryCounted(url, from, time.Now().Add(time.Minute))
				return err == nil && cmp.Equal(want, got), fmt.Sprintf("replica %d, complete until %s, %v: %s", i, until, err, cmp.Diff(want, got))
			})
		}
	}
	batch(false)
	all()
	for _, jump := range [][2]time.Duration{{2 * time.Minute, 2 * time.Minute}, {-90 * time.Second, 0}, {0, -time.Hour}, {-time.Minute, 15 * time.Second}} {
		t.Logf("the clocks are off by %v", jump)
		clocks[0].set(jump[0])
		clocks[1].set(jump[1])
		batch(false)
		batch(false)
		all()
		clocks[0].set(0)
		clocks[1].set(0)
		batch(false)
		all()
		batch(true)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		err := slack.Wait(ctx, func(s *slacktest.Server) bool { return len(s.Messages()) >= hosts })
		cancel()
		if err != nil {
			t.Errorf("%v: %d messages of %d", err, len(slack.Messages()), hosts)
		}
	}
	all()
	seen := make(map[string]int)
	for _, in := range listed(t, urls[0], "&kind=rule") {
		seen[in.Title]++
	}
	if len(seen) != hosts {
		t.Errorf("incidents of %d hosts, want %d: %v", len(seen), hosts, seen)
	}
	for h := range hosts {
		n := 0
		for _, m := range slack.Messages() {
			if strings.Contains(m.Text, fmt.Sprintf("broken-%d", h)) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d messages of host %d, want 1", n, h)
		}
	}
}
