package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

// Run runs the suite. fresh makes a database of its own for each test and returns its DSN.
func Run(t *testing.T, fresh func(t testing.TB) string) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *suite)
	}{
		{"epochs rise", epochs},
		{"a claim takes shards and a higher one fences", claims},
		{"a commit is whole or nothing", whole},
		{"a commit again changes nothing", replays},
		{"the short form of incidents", brief},
		{"idempotency keys", apiKeys},
		{"acts of requests that are done again", keyedActs},
		{"an incident's life", life},
		{"one unresolved incident of a series and kind", unique},
		{"an incident changes its kind", upgrades},
		{"what the engine leaves out is kept", keeps},
		{"acts fit the state", acts},
		{"acts of people win over the engine", peopleWin},
		{"acts that end an incident", endingActs},
		{"what was too late to page and goes on pages", tooLate},
		{"an act again changes nothing", actsAgain},
		{"what is expected does not page again", expects},
		{"settling explains and withdraws", settles},
		{"settling links what was told", links},
		{"an incident that stands for itself again pages", standsAgain},
		{"what was explained and silenced pages when neither holds", explainedAndSilenced},
		{"the outbox keeps the order of a receiver", outboxOrder},
		{"news joins what is not sent", newsJoins},
		{"pages that wait go once all shards are judged", releases},
		{"pages of what is called early go once settled", releasesEarly},
		{"news that is no worse waits", newsWaits},
		{"news waits as long as the router says", newsWaitsForTheRouter},
		{"a long timeline tells who was told", longTimeline},
		{"leases end", leasesEnd},
		{"answers after the lease", lateAnswers},
		{"many senders send each page once", manySenders},
		{"retries, dead pages and sending again", retries},
		{"a receiver that takes messages again gets what waits", recovers},
		{"references and receivers", references},
		{"groups", groups},
		{"groups leave out what is explained or over", groupsHide},
		{"groups outlast what is explained", groupsOutlast},
		{"groups that live long", groupsLong},
		{"groups that are muted", groupsMuted},
		{"reminders and escalation", escalates},
		{"steps and reminders after a silence", stepsAfterSilence},
		{"reminders of what is back", remindsNotOfWhatIsBack},
		{"escalation of what is back", escalatesNotWhatIsBack},
		{"steps where nobody could be told", escalatesWhatNobodyHeard},
		{"what a person has dealt with", dealtWith},
		{"routes that are muted", mutedRoutes},
		{"budgets of routes", budgets},
		{"digests", digests},
		{"replicas pace once", replicasPace},
		{"lists page through all incidents", paging},
		{"filters", filters},
		{"cursors of others are refused", cursors},
		{"counts for the overview", tallies},
		{"shapes and aliases", shapes},
		{"lists of shapes", shapeLists},
		{"partitions and meta", partitions},
		{"deploys and audit", records},
		{"deploys that are told late", lateDeploys},
		{"sessions", sessions},
		{"what may be used once", usedOnce},
		{"the audit by person and act", auditFilters},
		{"near misses and sensitivities", teaching},
		{"silences hold back and let go", silences},
		{"a silence of the hours", weeklySilence},
		{"a silence by expression", expressions},
		{"the notice of a silence that ends", silenceNotice},
		{"marks cover hours, services and templates", marks},
		{"a mark is undone", undoes},
		{"replicas agree on silences", replicasAgree},
		{"what nothing is heard of expires", unheard},
		{"what expires is said once", unheardOnce},
		{"retention", retention},
		{"retention of samples", samplesExpire},
		{"odd input is stored", odd},
		{"a restart keeps all", restart},
		{"migrations may run at once", migrateAtOnce},
		{"random histories keep the invariants", random},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // what hangs fails
			defer cancel()
			s := &suite{T: t, ctx: ctx, dsn: fresh(t), clock: &clock{now: noon}, router: &router{receivers: []string{"slack"}}}
			s.Store = Open(t, s.options())
			c.run(t, s)
		})
	}
}

// noon is when the tests play.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

type suite struct {
	*testing.T
	*store.Store
	ctx    context.Context
	dsn    string
	clock  *clock
	router *router
}

func (s *suite) options() store.Options {
	return store.Options{DSN: s.dsn, Router: s.router, Now: s.clock.Now}
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

// router tells every receiver of every change of an incident that pages.
type router struct {
	mu        sync.Mutex
	receivers []string
	wait      time.Duration // of openings
	hold      time.Duration // of everything else
	policy    *plan.Policy  // of the route that keeps state and takes every page; nil: there is none
	grouped   bool          // by environment
}

// Receives implements store.Router.
func (*router) Receives(name string) bool { return name != "gone" }

// Policy implements store.Router.
func (r *router) Policy(string) (plan.Policy, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.policy == nil {
		return plan.Policy{}, false
	}
	return *r.policy, true
}

func (r *router) Route(ch detector.Change) plan.Plan {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ch.Incident.Severity != detector.SeverityPage || ch.Incident.Silenced && ch.Event == detector.ChangeOpened {
		return plan.Plan{}
	}
	var out plan.Plan
	if r.policy != nil {
		t := plan.Take{Policy: *r.policy, Exempt: ch.Incident.Kind == detector.KindSecret}
		if r.grouped {
			t.Labels = map[string]string{"environment": ch.Incident.Environment}
		}
		if r.wait > 0 && ch.Event == detector.ChangeOpened {
			t.NotBefore = ch.Incident.UpdatedAt.Add(r.wait)
		}
		out.Takes = append(out.Takes, t)
	}
	for _, name := range r.receivers {
		n := detector.Notification{Receiver: name}
		switch opened := ch.Event == detector.ChangeOpened; {
		case opened && r.wait > 0:
			n.NotBefore = ch.Incident.UpdatedAt.Add(r.wait)
		case !opened && r.hold > 0:
			n.NotBefore = ch.Incident.UpdatedAt.Add(r.hold)
		}
		out.Tell = append(out.Tell, plan.Notification{Notification: n})
	}
	return out
}

func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

// incident is one of a series, opened seconds after noon.
func incident(series string, seconds int) *detector.Incident {
	return &detector.Incident{
		ID: fmt.Sprintf("%s-%d", series, seconds), Kind: detector.KindSurge, SeriesKey: "series " + series,
		Service: "service-" + series, Environment: "prod", Severity: detector.SeverityPage, Status: detector.StatusOpen,
		Title: "Surge of " + series, Template: "failed <*> " + series, TemplateID: "00000000000000aa", Level: detector.LevelError,
		Onset: at(seconds - 30), OpenedAt: at(seconds), UpdatedAt: at(seconds),
		Observed: 100, Expected: 3, Unit: "lines", Peak: 100, Lines: 1000, Page: true,
		Samples:  []detector.Sample{{Time: at(seconds), Text: "failed to reach db-1", Level: detector.LevelError}},
		Carriers: []detector.Carrier{{Template: "failed <*>", Share: 1}},
		Chart:    &detector.Chart{Start: at(0), Bucket: detector.Duration(10 * time.Second), Unit: "lines", Expected: []float64{1, 2}},
		Timeline: []detector.Entry{{At: at(seconds - 30), Kind: detector.EntryOnset}, {At: at(seconds), Kind: detector.EntryOpened}},
	}
}

// change is what the engine says of an incident some seconds after noon.
func change(event detector.ChangeEvent, in *detector.Incident, seconds int) detector.Change {
	c := *in
	c.UpdatedAt = at(seconds)
	c.Status, c.ResolvedAt = detector.StatusOpen, nil
	if event == detector.ChangeResolved {
		c.Status = detector.StatusResolved
		when := at(seconds)
		c.ResolvedAt = &when
	}
	return detector.Change{Event: event, Incident: &c}
}

func (s *suite) commit(changes ...detector.Change) {
	s.Helper()
	if err := s.Commit(s.ctx, store.Commit{Changes: changes}); err != nil {
		s.Fatalf("commit: %v", err)
	}
}

func (s *suite) get(id string) *detector.Incident {
	s.Helper()
	in, err := s.Incident(s.ctx, id)
	if err != nil {
		s.Fatalf("incident %s: %v", id, err)
	}
	return in
}

// sent lists what is in the outbox, oldest first, as "receiver event incident".
func (s *suite) queued() []string {
	s.Helper()
	items, _, err := s.Outbox(s.ctx, store.OutboxFilter{Limit: 500})
	if err != nil {
		s.Fatal(err)
	}
	var out []string
	for i := len(items) - 1; i >= 0; i-- {
		out = append(out, fmt.Sprintf("%s %s %s", items[i].Receiver, items[i].Event, items[i].IncidentID))
	}
	return out
}

func (s *suite) kinds(in *detector.Incident) []string {
	var out []string
	for _, e := range in.Timeline {
		out = append(out, string(e.Kind))
	}
	return out
}

func (s *suite) act(id string, kind detector.EntryKind, actor string, seconds int) *detector.Incident {
	s.Helper()
	in, err := s.Act(s.ctx, id, store.Act{Kind: kind, Actor: actor, Text: "because", At: at(seconds)})
	if err != nil {
		s.Fatalf("act %s on %s: %v", kind, id, err)
	}
	return in
}
