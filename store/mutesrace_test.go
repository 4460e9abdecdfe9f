package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/detector/testkit"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

// pager pages one receiver; the first time it is asked, which is inside a transaction, it calls within.
type pager struct {
	once   sync.Once
	within func()
}

func (*pager) Receives(string) bool { return true }

func (*pager) Policy(string) (plan.Policy, bool) { return plan.Policy{}, false }

func (p *pager) Route(detector.Change) plan.Plan {
	if p.within != nil {
		p.once.Do(p.within)
	}
	return plan.Plan{Tell: []plan.Notification{{Notification: detector.Notification{Receiver: "slack"}}}}
}

// TestSilenceDuringCommit puts a silence while a commit that has read the silences is about to write an incident which
// this one covers.
func TestSilenceDuringCommit(t *testing.T) {
	dsn := storetest.Postgres(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	watch, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Close(context.Background())
	other := storetest.Open(t, store.Options{DSN: dsn, Now: noon, Router: &pager{}})
	put := make(chan error, 1)
	within := func() {
		go func() {
			put <- other.PutMute(ctx, mute.Mute{
				ID: "s", Sort: mute.Silence, Match: mute.Match{Service: "shop"}, Starts: noon().Add(-time.Hour), Ends: noon().Add(time.Hour),
				Author: "ada", CreatedAt: noon(),
			})
		}()
		// It is put in the midst of the commit if it returns, or if it waits for the commit.
		testkit.Until(t, "the silence to be put, or to wait", func() bool {
			var waits bool
			if err := watch.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_locks
				WHERE NOT granted AND locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&waits); err != nil {
				t.Error(err)
				return true
			}
			return waits || len(put) > 0
		})
	}
	s := storetest.Open(t, store.Options{DSN: dsn, Now: noon, Router: &pager{within: within}})
	in := surge("race")
	if err := s.Commit(ctx, store.Commit{Changes: []detector.Change{{Event: detector.ChangeOpened, Incident: in}}}); err != nil {
		t.Fatal(err)
	}
	if err := <-put; err != nil {
		t.Fatal(err)
	}
	got, err := s.Incident(ctx, in.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Silenced || got.Page {
		t.Errorf("silenced %v, page %v: the silence missed the incident", got.Silenced, got.Page)
	}
	if left, err := s.Lease(ctx, "one", noon().Add(time.Minute), 10, time.Minute); err != nil || len(left) != 0 {
		t.Errorf("%d pages are left to send, %v", len(left), err)
	}
}

// surge is an incident that pages.
func surge(id string) *detector.Incident {
	return &detector.Incident{
		ID: id, Kind: detector.KindSurge, SeriesKey: "series " + id, Service: "shop", Environment: "prod", Severity: detector.SeverityPage,
		Status: detector.StatusOpen, Title: "Surge of " + id, Level: detector.LevelError, Onset: noon(), OpenedAt: noon(), UpdatedAt: noon(),
		Observed: 100, Expected: 3, Unit: "lines", Page: true,
		Timeline: []detector.Entry{{At: noon(), Kind: detector.EntryOpened}},
	}
}
