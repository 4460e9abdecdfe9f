package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

// step is one call that changes the store.
type step struct {
	name string
	do   func(ctx context.Context, s *store.Store) error
}

// changed is surge as the engine tells of it some time after noon.
func changed(id string, event detector.ChangeEvent, after time.Duration) store.Commit {
	in := surge(id)
	in.UpdatedAt = noon().Add(after)
	if event == detector.ChangeResolved {
		in.Status, in.ResolvedAt = detector.StatusResolved, &in.UpdatedAt
	}
	return store.Commit{Marks: []store.Mark{{Shard: 3, Epoch: 7, Evaluated: in.UpdatedAt}}, Changes: []detector.Change{{Event: event, Incident: in}}}
}

// lifeOfIncidents is a short history that uses every call on which an incident or a message depends.
func lifeOfIncidents() []step {
	commit := func(c store.Commit) func(context.Context, *store.Store) error {
		return func(ctx context.Context, s *store.Store) error { return s.Commit(ctx, c) }
	}
	act := func(kind detector.EntryKind) func(context.Context, *store.Store) error {
		return func(ctx context.Context, s *store.Store) error {
			_, err := s.Act(ctx, "a", store.Act{Kind: kind, Actor: "ada", Text: "because", At: noon().Add(2 * time.Minute)})
			return err
		}
	}
	return []step{
		{"claim", func(ctx context.Context, s *store.Store) error {
			_, err := s.Claim(ctx, []int{3}, 7)
			return err
		}},
		{"open", commit(changed("a", detector.ChangeOpened, 0))},
		{"open another", commit(changed("b", detector.ChangeOpened, time.Second))},
		{"settle", func(ctx context.Context, s *store.Store) error {
			return s.Settle(ctx, nil, func([]detector.Incident) map[string]detector.Relation {
				return map[string]detector.Relation{"b": {To: "a", Why: "one cause"}}
			})
		}},
		{"deliver", func(ctx context.Context, s *store.Store) error {
			// Whoever lost the answer to a lease waits until it ends.
			got, err := s.Lease(ctx, "one", noon().Add(time.Hour), 1, time.Nanosecond)
			if err != nil || len(got) == 0 {
				return err
			}
			return s.Done(ctx, got[0].ID, "ts-1", "", noon().Add(time.Minute))
		}},
		{"acknowledge", act(detector.EntryAcknowledged)},
		{"note", act(detector.EntryNote)},
		{"update", commit(changed("a", detector.ChangeUpdated, 3*time.Minute))},
		{"silence", func(ctx context.Context, s *store.Store) error {
			return s.PutMute(ctx, mute.Mute{
				ID: "s", Sort: mute.Silence, Match: mute.Match{Service: "other"}, Starts: noon(), Ends: noon().Add(time.Hour), Author: "ada", CreatedAt: noon(),
			})
		}},
		{"resolve", commit(changed("a", detector.ChangeResolved, 4*time.Minute))},
	}
}

// contents is what people see of a store, as text.
func contents(ctx context.Context, t *testing.T, dsn string) []string {
	t.Helper()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var out []string
	for _, q := range []string{
		`SELECT 'incident ' || id || ' ' || status || ' ' || COALESCE(explained_by, '') FROM incidents ORDER BY 1`,
		`SELECT 'entry ' || incident_id || ' ' || kind || ' ' || actor || ' ' || at FROM timeline ORDER BY 1`,
		`SELECT 'message ' || id || ' ' || incident_id || ' ' || event || ' ' || state FROM outbox ORDER BY 1`,
		`SELECT 'mute ' || id || ' ' || ends_at FROM mutes ORDER BY 1`,
		`SELECT 'shard ' || shard || ' ' || epoch || ' ' || evaluated FROM shards WHERE epoch > 0 ORDER BY 1`,
	} {
		rows, err := conn.Query(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		out = append(out, lines...)
	}
	return out
}

// TestCommitWithoutAnAnswer loses, for every call in turn, the answer to its COMMIT, so that the caller does not know
// whether it took place, and calls again. What is kept is what it is without any fault.
func TestCommitWithoutAnAnswer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	play := func(s *store.Store, before func(step)) {
		for _, st := range lifeOfIncidents() {
			before(st)
			if err := st.do(ctx, s); err != nil {
				t.Fatalf("%s: %v", st.name, err)
			}
		}
	}
	calm := storetest.Postgres(t)
	play(storetest.Open(t, store.Options{DSN: calm, Now: noon, Router: &pager{}}), func(step) {})
	want := contents(ctx, t, calm)

	dsn := storetest.Postgres(t)
	proxy := newCommitProxy(t, dsn)
	s := storetest.Open(t, store.Options{DSN: proxy.dsn, Now: noon, Router: &pager{}})
	play(s, func(st step) {
		cuts := proxy.cuts.Load()
		proxy.armed.Store(true)
		if err := st.do(ctx, s); err == nil {
			t.Fatalf("%s: no error, although nobody answered", st.name)
		}
		if proxy.cuts.Load() != cuts+1 {
			t.Fatalf("%s: %d connections were cut, want 1", st.name, proxy.cuts.Load()-cuts)
		}
	})
	if diff := cmp.Diff(want, contents(ctx, t, dsn)); diff != "" {
		t.Errorf("what is kept (-without a fault +with):\n%s", diff)
	}
}

// TestConnectionThatEndsInATransaction ends the session of a commit in its midst: nothing of it is kept, and the same
// commit again keeps it whole.
func TestConnectionThatEndsInATransaction(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dsn := storetest.Postgres(t)
	admin, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(context.Background())
	name := fmt.Sprintf("ends-%d", time.Now().UnixNano())
	within := func() {
		if _, err := admin.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND state LIKE 'idle in%'`, name); err != nil {
			t.Error(err)
		}
	}
	s := storetest.Open(t, store.Options{DSN: dsn + "&application_name=" + name, Now: noon, Router: &pager{within: within}})
	if _, err := s.Claim(ctx, []int{3}, 7); err != nil {
		t.Fatal(err)
	}
	before := contents(ctx, t, dsn)
	c := changed("a", detector.ChangeOpened, time.Second)
	if err := s.Commit(ctx, c); err == nil {
		t.Fatal("the commit whose session ended succeeded")
	}
	if diff := cmp.Diff(before, contents(ctx, t, dsn)); diff != "" {
		t.Errorf("what the commit left (-before +after):\n%s", diff)
	}
	for range 2 {
		if err := s.Commit(ctx, c); err != nil {
			t.Fatalf("the same commit again: %v", err)
		}
	}
	got, err := s.Lease(ctx, "one", noon().Add(time.Minute), 10, time.Minute)
	if err != nil || len(got) != 1 || got[0].Incident.ID != "a" {
		t.Errorf("messages %v, %v; want the one of the incident", got, err)
	}
}
