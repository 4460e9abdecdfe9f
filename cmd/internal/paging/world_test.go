package paging

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

// world is two replicas over one database, what the engine believes, and what receivers were told.
type world struct {
	*testing.T
	rand     *rand.Rand
	now      atomic.Int64 // seconds
	dsn      string
	replicas [2]*store.Store
	open     []*detector.Incident // as the engine knows them
	reopened map[string]int
	renamed  bool // a replica has known a route by another name
	told     map[string]*receiver
}

// receiver is what one receiver was told.
type receiver struct {
	ids   map[string]bool
	last  map[string]int64           // by thread: the sequence of the last message
	first map[string]int             // by incident: how often it was told as new
	as    map[string]detector.Status // by incident: as it was told last
}

// configuration is what a replica runs with; a route of it may have another name than in the one of the other replica.
func configuration(name string) notifier.Config {
	hook := func(name string) notifier.ReceiverConfig {
		return notifier.ReceiverConfig{Name: name, Webhook: &notifier.WebhookConfig{URL: "https://hooks.example/" + notifier.Secret(name)}}
	}
	d := func(m int) detector.Duration { return detector.Duration(time.Duration(m) * time.Minute) }
	interval := d(2)
	return notifier.Config{
		Receivers: []notifier.ReceiverConfig{hook("oncall"), hook("chat"), hook("boss"), hook("mail"), hook("security"), hook("rest"), hook("pager"), hook("duty")},
		Calendars: map[string][]notifier.CalendarConfig{"nights": {{Times: []string{"22:00-06:00"}, Zone: "Europe/Berlin"}}},
		Routes: []notifier.RouteConfig{
			{Match: `kind == "secret"`, Receivers: []string{"security", "oncall"}, Continue: true},
			{
				Name: name, Match: `service == "a"`, Receivers: []string{"oncall", "pager"}, GroupBy: []string{"service"}, GroupInterval: &interval,
				Repeat: d(400), Escalate: []notifier.EscalateConfig{{After: d(10), Receivers: []string{"boss"}}, {After: d(30), Receivers: []string{"oncall"}}},
			},
			{
				Name: "busy", Match: `service == "b"`, Receivers: []string{"oncall", "duty"}, GroupBy: []string{"service"}, Budget: 2,
				MuteTimes: []string{"nights"}, Escalate: []notifier.EscalateConfig{{After: d(15), Receivers: []string{"boss"}}},
			},
			{
				Name: "alone", Match: `service == "c"`, Receivers: []string{"chat", "security"}, Budget: 2, MuteTimes: []string{"nights"},
				Escalate: []notifier.EscalateConfig{{After: d(20), Receivers: []string{"boss"}}},
			},
			{Name: "daily", Severities: []detector.Severity{detector.SeverityNotice}, Receivers: []string{"mail"}, Digest: &notifier.DigestConfig{At: "09:00"}},
			{Receivers: []string{"rest"}},
		},
	}
}

func newWorld(t *testing.T, seed uint64, dsn string) *world {
	w := &world{T: t, rand: rand.New(rand.NewPCG(seed, 1)), dsn: dsn, reopened: map[string]int{}, told: map[string]*receiver{}}
	w.now.Store(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC).Unix())
	for i := range w.replicas {
		w.restart(i)
	}
	return w
}

func (w *world) clock() time.Time { return time.Unix(w.now.Load(), 0).UTC() }

// restart is a replica that was killed and comes back: nothing but the database is left of it.
func (w *world) restart(i int) {
	w.Helper()
	name := "grouped"
	if w.rand.IntN(8) == 0 {
		name, w.renamed = "renamed", true
	}
	router, err := notifier.NewRouter(configuration(name), notifier.RouterOptions{Settle: 5 * time.Second, Now: w.clock})
	if err != nil {
		w.Fatal(err)
	}
	if w.replicas[i] != nil {
		if err := w.replicas[i].Close(); err != nil {
			w.Fatal(err)
		}
	}
	w.replicas[i] = storetest.Open(w.T, store.Options{DSN: w.dsn, Router: router, Now: w.clock})
}

func (w *world) replica() *store.Store { return w.replicas[w.rand.IntN(len(w.replicas))] }

func (w *world) commit(event detector.ChangeEvent, in *detector.Incident) {
	w.Helper()
	c := *in
	c.UpdatedAt = w.clock()
	c.Status, c.ResolvedAt = detector.StatusOpen, nil
	if event == detector.ChangeResolved {
		c.Status, c.ResolvedAt = detector.StatusResolved, &c.UpdatedAt
	}
	ch := store.Commit{Changes: []detector.Change{{Event: event, Incident: &c}}}
	for range 1 + w.rand.IntN(2) { // a replica that died before it knew that it had written writes again
		if err := w.replica().Commit(w.Context(), ch); err != nil {
			w.Fatalf("commit: %v", err)
		}
	}
}

func (w *world) opens() {
	n := len(w.open)
	in := &detector.Incident{
		ID: fmt.Sprintf("incident-%d", n), SeriesKey: fmt.Sprintf("series %d", n), Kind: detector.KindSurge, Environment: "prod",
		Service: []string{"a", "b", "c", "c", "d"}[w.rand.IntN(5)], Severity: detector.SeverityPage, Page: true,
		Title: fmt.Sprintf("Surge %d", n), OpenedAt: w.clock(), Onset: w.clock(),
	}
	switch w.rand.IntN(6) {
	case 0:
		in.Kind = detector.KindSecret
	case 1:
		in.Service, in.Severity, in.Page = "e", detector.SeverityNotice, false
	}
	w.open = append(w.open, in)
	w.commit(detector.ChangeOpened, in)
}

// engine says something of an incident that it knows.
func (w *world) engine() {
	if len(w.open) == 0 {
		return
	}
	in := w.open[w.rand.IntN(len(w.open))]
	switch w.rand.IntN(4) {
	case 0:
		w.commit(detector.ChangeUpdated, in)
	case 1:
		w.reopened[in.ID]++
		w.commit(detector.ChangeReopened, in)
	default:
		w.commit(detector.ChangeResolved, in)
	}
}

func (w *world) person() {
	if len(w.open) == 0 {
		return
	}
	kind := []detector.EntryKind{
		detector.EntryAcknowledged, detector.EntryAcknowledged, detector.EntryUnacknowledged, detector.EntryResolved, detector.EntryReopened,
		detector.EntryNote,
	}[w.rand.IntN(6)]
	in := w.open[w.rand.IntN(len(w.open))]
	if kind == detector.EntryReopened {
		w.reopened[in.ID]++
	}
	_, err := w.replica().Act(w.Context(), in.ID, store.Act{Kind: kind, Actor: fmt.Sprint("person ", w.rand.IntN(2)), Text: "x", At: w.clock()})
	if refused := (*store.RefusedError)(nil); err != nil && !asRefused(err, &refused) {
		w.Fatalf("act: %v", err)
	}
}

// explains lets one incident explain another, or takes that back.
func (w *world) explains() {
	if len(w.open) < 2 {
		return
	}
	a, b := w.open[w.rand.IntN(len(w.open))], w.open[w.rand.IntN(len(w.open))]
	rel := detector.Relation{To: a.ID}
	if w.rand.IntN(2) == 0 {
		rel = detector.Relation{}
	}
	err := w.replica().Settle(w.Context(), nil, func([]detector.Incident) map[string]detector.Relation {
		return map[string]detector.Relation{b.ID: rel}
	})
	if err != nil {
		w.Fatalf("settle: %v", err)
	}
}

func (w *world) pace() {
	w.Helper()
	if _, err := w.replica().Pace(w.Context()); err != nil {
		w.Fatalf("pace: %v", err)
	}
}
