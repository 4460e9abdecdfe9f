//go:build linux

package chaos

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pageCount is what the receivers saw of one lap's incidents.
type pageCount struct {
	lost    int // incidents of which a receiver was not told
	doubled int // openings that a receiver was told under two keys, or messages of one incident beyond the first
	again   int // openings that were answered and sent again under the same key, which tells a receiver to pass them over
}

// pagesOf counts the pages of what was planted in a lap.
func (w *world) pagesOf(l *lap) (c pageCount) {
	for _, mine := range []func(p page) bool{
		func(p page) bool { return p.kind == "rule" && strings.Contains(p.title, l.host()) },
		func(p page) bool { return p.kind == "secret" && p.service == l.service() },
	} {
		opened := make(map[string]int)
		for _, p := range w.pages.all() {
			if p.answeredOK && p.event == "opened" && mine(p) {
				opened[p.key]++
			}
		}
		if len(opened) == 0 {
			c.lost++
		}
		c.doubled += max(0, len(opened)-1)
		for _, n := range opened {
			c.again += n - 1
		}
	}
	messages := 0
	for _, m := range w.slack.Messages() {
		if strings.Contains(m.Text+string(m.Blocks), l.host()) {
			messages++
		}
	}
	if messages == 0 {
		c.lost++
	}
	c.doubled += max(0, messages-1)
	return c
}

// verify checks, after the last lap, what can be said only of the whole.
func (w *world) verify(ctx context.Context, t *testing.T, laps []*lap) {
	t.Helper()
	if n, err := w.kafka.records(ctx); err != nil {
		t.Errorf("Kafka: %v", err)
	} else if sent := w.producer.acknowledged(); uint64(n) != sent {
		t.Errorf("the topic holds %d records, and %d were acknowledged: the suite's own measure is off", n, sent)
	}
	for _, r := range w.replicas[:running] {
		var all []incident
		err := ask(ctx, "the incidents", func(ctx context.Context) (err error) {
			all, err = r.incidents(ctx)
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", r.name, err)
			continue
		}
		w.verifyIncidents(t, r, all, laps)
	}
	for _, fault := range w.pages.faults {
		t.Error(fault)
	}
	for _, l := range laps {
		if c := w.pagesOf(l); c.lost > 0 || c.doubled > 0 {
			t.Errorf("lap %d (%s): %d pages lost, %d doubled", l.number, l.name(), c.lost, c.doubled)
		} else if c.again > 0 && !slices.ContainsFunc(l.faults, func(f fault) bool { return f.again }) {
			t.Errorf("lap %d (%s): %d pages were answered and sent again", l.number, l.name(), c.again)
		}
	}
	w.verifyLogs(t)
}

// verifyIncidents: what was planted is there once, and nothing is open twice.
func (w *world) verifyIncidents(t *testing.T, r *replica, all []incident, laps []*lap) {
	t.Helper()
	planted := make(map[string]int)
	open := make(map[string]string)
	for _, in := range all {
		switch in.Kind {
		case "rule":
			for _, l := range laps {
				if strings.Contains(in.Title, l.host()) {
					planted[l.host()]++
				}
			}
		case "secret":
			planted[in.Service]++
		}
		if in.Status != "resolved" {
			key := in.Kind + "\n" + in.Service + "\n" + in.Title
			if other, ok := open[key]; ok {
				t.Errorf("%s: %s and %s are open at once: %s", r.name, other, in.ID, in.Title)
			}
			open[key] = in.ID
		}
	}
	for _, l := range laps {
		for _, name := range []string{l.host(), l.service()} {
			if planted[name] != 1 {
				t.Errorf("%s: %d incidents of %s, want 1", r.name, planted[name], name)
			}
		}
	}
}

// crash is what no log of tocsin may hold.
var crash = regexp.MustCompile(`(?m)^(WARNING: DATA RACE|panic: |fatal error: ).*`)

func (w *world) verifyLogs(t *testing.T) {
	t.Helper()
	for _, r := range w.replicas {
		log, err := os.ReadFile(r.log)
		if os.IsNotExist(err) {
			continue // it never ran
		}
		if err != nil {
			t.Error(err)
			continue
		}
		if at := crash.FindIndex(log); at != nil {
			t.Errorf("%s:\n%s", r.name, log[at[0]:min(len(log), at[0]+6000)])
		}
	}
}

// tableOf prints how the laps went, a row for each fault.
func (w *world) tableOf(laps []*lap) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-28s %5s %9s %9s %9s %9s %6s %8s %6s %8s %6s\n",
		"fault", "times", "counted", "(max)", "paged", "(max)", "lines", "lines", "pages", "pages", "sent")
	fmt.Fprintf(&b, "%-28s %5s %9s %9s %9s %9s %6s %8s %6s %8s %6s\n", "", "", "p50", "", "p50", "", "lost", "doubled", "lost", "doubled", "again")
	for _, row := range rowsOf(w, laps) {
		fmt.Fprintf(&b, "%-28s %5d %9s %9s %9s %9s %6d %8d %6d %8d %6d\n", row.name, row.times,
			seconds(row.counted, 0.5), seconds(row.counted, 1), seconds(row.paged, 0.5), seconds(row.paged, 1),
			row.lost, row.doubled, row.pages.lost, row.pages.doubled, row.pages.again)
	}
	return b.String()
}
