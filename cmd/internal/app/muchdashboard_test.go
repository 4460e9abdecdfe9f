package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/redact"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/store"
)

// dashboard is the dashboard over the sources of a running service, which counts on meanwhile; only what the pipeline itself
// tells is made up.
func (m muchSize) dashboard(tb testing.TB, s *store.Store, backend rate.Backend, now func() time.Time, counting *muchCounts) http.Handler {
	ctx := tb.Context()
	templates := engine.NewTemplates()
	if _, err := templates.Load(ctx, ledger{store: s, now: now}); err != nil {
		tb.Fatal(err)
	}
	compiled, err := redact.Compile(redact.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	w := dashtest.Night()
	w.State.At = now()
	n := &notes{r: compiled.Redactor()}
	book := &ruleBook{now: now, resolve: templates.Canonical}
	if _, err := book.load(config.Rules{Files: []string{m.ruleFile(tb)}}); err != nil {
		tb.Fatal(err)
	}
	reader := rate.NewReader(backend, rate.ReaderOptions{Now: now})
	expected := func(context.Context) ([]rate.Partition, error) {
		out := make([]rate.Partition, muchTopics)
		for i := range out {
			out[i] = rate.Partition{Topic: "logs", ID: i}
		}
		return out, nil
	}
	var settings sensitivities
	settings.configure(config.Detection{Sensitivity: "normal"})
	cat := newCatalogue(s, reader, templates, expected, now)
	shown := newCounts(reader, cat, alike{})
	traffic := newTraffic(cat, shown)
	messages := newMessages(s, now, func() {}, func() notifier.Config { return notifier.Config{} })
	handler, err := dashboards.New(dashboards.Options{
		Sources: dashboards.Sources{
			Incidents: incidents{s, newHub(now, func() {}), n}, Templates: cat,
			Counts: shown, Services: services{cat, traffic}, Rules: rulesOf{ruleBook: book},
			Messages: messages,
			Health:   w, Deploys: deploys{s}, Log: w, Connect: w, Live: w,
			Mutes: mutes{s, n, func() {}}, Sensitivities: tuning{s, &settings, now()}, Audit: audit{s}, Keys: apiKeys{s},
		},
		Now: now, Logger: slog.New(slog.DiscardHandler), Secret: bytes.Repeat([]byte("k"), 32), Ahead: true, Version: "bench",
	})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	tb.Cleanup(func() { stop(); beside.Wait() })
	failed := func(err error) { tb.Log(err) } // as a service does, it tries again
	for _, run := range []func() error{
		func() error { return ahead{cat, shown, traffic, messages.failing, handler.ReadAhead}.run(ctx, failed) },
		func() error { return counting.goOn(ctx, now, failed) },
	} {
		beside.Go(func() {
			if err := run(); err != nil {
				tb.Error(err)
			}
		})
	}
	return handler
}

func (m muchSize) ruleFile(tb testing.TB) string {
	var text strings.Builder
	text.WriteString("version: 1\nrules:\n")
	for i := range m.rules {
		fmt.Fprintf(&text, "  - name: rule-%d\n    when: service == \"svc-%d\" && level >= error\n    window: 5m\n    if: value > 20\n    severity: notice\n", i, i)
	}
	path := filepath.Join(tb.TempDir(), "rules.yml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// alike expects the same of every series.
type alike struct{}

func (alike) Bands(_ context.Context, dst []engine.Band, _ detector.Series, at []time.Time) ([]engine.Band, bool, error) {
	for range at {
		dst = append(dst, engine.Band{Expected: 4, Low: 2, High: 6})
	}
	return dst, true, nil
}
