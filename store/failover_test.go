package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/testkit"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

// until calls again until it succeeds, as the engine and the sender do.
func until(ctx context.Context, failures *atomic.Int64, do func() error) error {
	for {
		err := do()
		if err == nil {
			return nil
		}
		failures.Add(1)
		t := time.NewTimer(20 * time.Millisecond)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return errors.Join(ctx.Err(), err)
		}
	}
}

// deliver sends what is in the outbox and counts how often each message arrived, until ctx ends.
func deliver(ctx context.Context, s *store.Store, owner string) map[string]int {
	arrived := make(map[string]int)
	for ctx.Err() == nil {
		got, err := s.Lease(ctx, owner, time.Now(), 20, 2*time.Second)
		for _, n := range got {
			arrived[n.ID]++
			_ = s.Done(ctx, n.ID, "ref", "", time.Now()) // where it fails the message comes again, under the same key
		}
		if err != nil || len(got) == 0 {
			t := time.NewTimer(20 * time.Millisecond)
			select {
			case <-t.C:
			case <-ctx.Done():
				t.Stop()
			}
		}
	}
	return arrived
}

// TestFailOver writes incidents and sends messages, in transactions that the database may refuse to serialise, while the
// primary dies and its standby is promoted. Whatever was acknowledged is there, and everything is there once.
func TestFailOver(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	primary, standby, dsn := newPair(t)
	dsn += "&default_transaction_isolation=serializable"
	s := storetest.Open(t, store.Options{DSN: dsn, Now: time.Now, Router: &pager{}})
	sending, stop := context.WithCancel(ctx)
	var arrived map[string]int
	var senders, writers sync.WaitGroup
	senders.Go(func() { arrived = deliver(sending, s, "one") })
	const workers = 4
	var failures, written atomic.Int64
	var promoted atomic.Bool
	names := make([][]string, workers)
	for w := range workers {
		writers.Go(func() {
			for n := 0; n < 10 || !promoted.Load() || n%10 != 0; n++ {
				id := fmt.Sprintf("w%d-%d", w, n)
				for i, event := range []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeResolved} {
					c := changed(id, event, time.Duration(i)*time.Minute)
					c.Marks = nil
					if err := until(ctx, &failures, func() error { return s.Commit(ctx, c) }); err != nil {
						t.Errorf("%s: %v", id, err)
						return
					}
				}
				names[w] = append(names[w], id)
				written.Add(1)
			}
		})
	}
	testkit.Until(t, "some incidents to be written", func() bool { return written.Load() >= 2*workers })
	// The server's own count of them comes a second late.
	testkit.Until(t, "a transaction to be rolled back", func() bool { return rollbacks(ctx, t, primary) > 0 })
	before := failures.Load()
	primary.kill()
	testkit.Until(t, "a commit to fail", func() bool { return failures.Load() > before })
	standby.promote(t)
	after := written.Load()
	testkit.Until(t, "incidents to be written again", func() bool { return written.Load() >= after+2*workers })
	promoted.Store(true)
	writers.Wait()
	testkit.Until(t, "every message to be sent", func() bool {
		left, _, err := s.Outbox(ctx, store.OutboxFilter{State: []store.OutboxState{store.OutboxPending}, Limit: 1})
		return err == nil && len(left) == 0
	})
	stop()
	senders.Wait()
	var want []string
	for _, list := range names {
		for _, id := range list {
			for _, event := range []string{"opened", "resolved"} {
				want = append(want, id+" "+event)
			}
		}
	}
	checkMessages(ctx, t, standby, want, arrived)
}

// rollbacks is how many transactions of the server's database were rolled back.
func rollbacks(ctx context.Context, t *testing.T, s *postgresServer) (n int64) {
	t.Helper()
	conn, err := pgx.Connect(ctx, s.dsn("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, `SELECT xact_rollback FROM pg_stat_database WHERE datname = 'postgres'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// checkMessages holds that the incidents are resolved and that each message, "incident event", exists once, is sent and
// arrived.
func checkMessages(ctx context.Context, t *testing.T, s *postgresServer, want []string, arrived map[string]int) {
	t.Helper()
	conn, err := pgx.Connect(ctx, s.dsn("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	messages := make(map[string]int)
	var id, incident, event, state, status string
	rows, err := conn.Query(ctx, `SELECT o.id, o.incident_id, o.event, o.state, i.status FROM outbox o JOIN incidents i ON i.id = o.incident_id`)
	if err != nil {
		t.Fatal(err)
	}
	_, err = pgx.ForEachRow(rows, []any{&id, &incident, &event, &state, &status}, func() error {
		messages[incident+" "+event]++
		if arrived[id] == 0 || state != "sent" || status != "resolved" {
			t.Errorf("message %s of %s is %s and arrived %d times; the incident is %s", event, incident, state, arrived[id], status)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	once := make(map[string]int)
	for _, m := range want {
		once[m] = 1
	}
	if diff := cmp.Diff(once, messages); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	t.Logf("%d messages, %d arrivals of them", len(messages), len(arrived))
}
