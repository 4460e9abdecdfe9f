package app

import (
	"bytes"
	"html"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/store"
)

// TestPreviewByExpression: what a silence by expression would have muted is found in a store whatever the expression asks for, also
// what only the whole document of an incident holds.
func TestPreviewByExpression(t *testing.T) {
	ctx, w := t.Context(), dashtest.Night()
	now := w.Time
	s, err := store.Open(ctx, store.Options{DSN: filepath.Join(t.TempDir(), "tocsin.db"), Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	incident := func(id, service string, kind detector.Kind, host string, rule *detector.RuleFacts) detector.Change {
		at := now.Add(-time.Hour)
		return detector.Change{Event: detector.ChangeOpened, Incident: &detector.Incident{
			ID: id, Kind: kind, SeriesKey: id, Service: service, Environment: "production", Severity: detector.SeverityPage, Status: detector.StatusOpen,
			Title: id, Template: "lock wait <*> ms", Level: detector.LevelError, Onset: at, OpenedAt: at, UpdatedAt: at, Page: true, Hosts: []string{host}, HostCount: 1, Rule: rule,
		}}
	}
	err = s.Commit(ctx, store.Commit{Changes: []detector.Change{
		incident("00000000000000a1", "cart", detector.KindSurge, "cart-a0", nil),
		incident("00000000000000a2", "checkout", detector.KindRule, "checkout-a0", &detector.RuleFacts{Name: "declines", Labels: map[string]string{"region": "eu"}}),
		incident("00000000000000a3", "checkout", detector.KindRule, "checkout-b7", &detector.RuleFacts{Name: "declines", Labels: map[string]string{"region": "us"}}),
		incident("00000000000000a4", "cart", detector.KindSecret, "cart-a0", nil),
	}})
	if err != nil {
		t.Fatal(err)
	}
	sources := w.Sources()
	sources.Incidents = incidents{store: s}
	pages, err := dashboards.New(dashboards.Options{Sources: sources, Now: w.Now, Logger: slog.New(slog.DiscardHandler), Secret: bytes.Repeat([]byte("k"), 32), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for expr, want := range map[string]string{
		`service == "cart"`:               "Would have muted 1 page in the last 7 days, and the 1 that is open. 1 incident of secrets or lost input would have paged all the same.",
		`labels["region"] == "eu"`:        "Would have muted 1 page in the last 7 days, and the 1 that is open.",
		`rule == "declines"`:              "Would have muted 2 pages in the last 7 days, 2 of them are open now.",
		`"checkout-b7" in hosts`:          "Would have muted 1 page in the last 7 days, and the 1 that is open.",
		`template contains "lock wait"`:   "Would have muted 3 pages in the last 7 days, 3 of them are open now.",
		`level >= error`:                  "Would have muted 3 pages in the last 7 days, 3 of them are open now.",
		`service == "cart" && level<warn`: "Matches nothing of the last 7 days.",
	} {
		got := httptest.NewRecorder()
		pages.ServeHTTP(got, httptest.NewRequestWithContext(ctx, "GET", "/silences/new?"+url.Values{"expr": {expr}, "for": {"2h"}}.Encode(), nil))
		if text := html.UnescapeString(got.Body.String()); !strings.Contains(text, want) {
			_, said, _ := strings.Cut(text, `class="row result"`)
			t.Errorf("%s: %d, it does not say %q but %.400s", expr, got.Code, want, said)
		}
	}
	// The silence mutes what its preview found.
	err = s.PutMute(ctx, mute.Mute{
		ID: "m1", Sort: mute.Silence, Match: mute.Match{Expr: `"checkout-b7" in hosts`}, Starts: now, Ends: now.Add(time.Hour), Author: "ada", CreatedAt: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, muted := range map[string]bool{"00000000000000a1": false, "00000000000000a2": false, "00000000000000a3": true, "00000000000000a4": false} {
		if i, err := s.Incident(ctx, id); err != nil || (i.Muted != nil) != muted {
			t.Errorf("%s is muted: %v, %v", id, i.Muted, err)
		}
	}
}
