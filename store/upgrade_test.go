package store_test

import (
	"database/sql"
	"io/fs"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/detector/testkit"
	"github.com/tocsin-io/tocsin/migrations"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

// TestBesideOlderReplicas: what a version without expressions reads and removes once the schema is of today holds nothing back
// that the expression leaves out, and succeeds. Rows of before and new ones are alike.
func TestBesideOlderReplicas(t *testing.T) {
	for _, c := range []struct {
		name, driver string
		dialect      goose.Dialect
		fsys         func() (fs.FS, error)
		dsn          string
	}{
		{"Postgres", "pgx", goose.DialectPostgres, migrations.Postgres, storetest.Postgres(t)},
		{"SQLite", "sqlite", goose.DialectSQLite3, migrations.SQLite, storetest.SQLite(t)},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := sql.Open(c.driver, c.dsn)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			fsys, err := c.fsys()
			if err != nil {
				t.Fatal(err)
			}
			p, err := goose.NewProvider(c.dialect, db, fsys, goose.WithDisableGlobalRegistry(true))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.UpTo(t.Context(), 12); err != nil {
				t.Fatal(err)
			}
			if _, err := db.ExecContext(t.Context(), `INSERT INTO mutes (id, sort, service, environment, kind, template_id, rule, identity, weekly,
				starts_at, ends_at, author, comment, incident_id, created_at, expr, critical)
				VALUES ('before', 'silence', '', '', '', '', '', '', '', 0, 9223372036854775807, 'ada', '', '', 0, 'service == "cart"', FALSE)`); err != nil {
				t.Fatal(err)
			}
			besideOlder(t, db, storetest.Open(t, store.Options{DSN: c.dsn, Now: noon}))
		})
	}
}

func besideOlder(t *testing.T, db *sql.DB, s *store.Store) {
	t.Helper()
	shop, cart := surge("a"), surge("b")
	cart.Service = "cart"
	for id, match := range map[string]mute.Match{
		"new":    {Expr: `service == "cart"`},
		"series": {Expr: `service == "cart"`, Identity: mute.Identity(cart)},
		"plain":  {Service: "cart"},
	} {
		if err := s.PutMute(t.Context(), mute.Mute{
			ID: id, Sort: mute.Silence, Match: match, Starts: noon(), Ends: noon().Add(time.Hour), Author: "ada", CreatedAt: noon(),
		}); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := db.QueryContext(t.Context(), `SELECT m.id, m.service, m.environment, m.kind, m.template_id, m.rule, m.identity FROM mutes m`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	older := map[string]mute.Match{}
	for rows.Next() {
		var id string
		var m mute.Match
		if err := rows.Scan(&id, &m.Service, &m.Environment, &m.Kind, &m.TemplateID, &m.Rule, &m.Identity); err != nil {
			t.Fatal(err)
		}
		older[id] = m
	}
	if err := rows.Err(); err != nil || len(older) != 4 {
		t.Fatalf("%d silences, %v", len(older), err)
	}
	list, err := s.Mutes(t.Context(), noon())
	if err != nil || len(list) != 4 {
		t.Fatalf("%d silences, %v", len(list), err)
	}
	for _, m := range list {
		if !m.Matches(cart) || m.Matches(shop) {
			t.Errorf("%s: its own service %v, another %v", m.ID, m.Matches(cart), m.Matches(shop))
		}
		o := older[m.ID]
		for _, in := range []*detector.Incident{shop, cart} {
			if o.Covers(in) != (m.ID == "plain" && in == cart) {
				t.Errorf("an older replica reads %s so that it covers %s: %v", m.ID, in.Service, o.Covers(in))
			}
		}
	}
	if _, err := db.ExecContext(t.Context(), `DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE at < $1 LIMIT $2)`, noon().UnixMicro(), 500); err != nil {
		t.Errorf("an older replica clears its inbox: %v", err)
	}
	if err := s.MarkPartition(t.Context(), "logs", 0, 3, 10, noon()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `INSERT INTO partitions (topic, id, next_offset, seen_at) VALUES ('logs', 0, 20, $1)
		ON CONFLICT (topic, id) DO UPDATE SET next_offset = excluded.next_offset, seen_at = excluded.seen_at
		WHERE partitions.seen_at <= excluded.seen_at`, noon().Add(time.Second).UnixMicro()); err != nil {
		t.Errorf("an older replica marks a partition: %v", err)
	}
	if marks, err := s.Partitions(t.Context()); err != nil || len(marks) != 1 || marks[0].Next != 20 {
		t.Errorf("after an older replica marked the partition: %+v, %v", marks, err)
	}
}

// TestEndMuteLocks: who ends a silence waits for whoever settles before it touches the silence, which that one may be about to
// write, and holds silences by then, as all others do.
func TestEndMuteLocks(t *testing.T) {
	dsn := storetest.Postgres(t)
	ctx := t.Context()
	s := storetest.Open(t, store.Options{DSN: dsn, Now: noon})
	if err := s.PutMute(ctx, mute.Mute{
		ID: "s", Sort: mute.Silence, Match: mute.Match{Service: "shop"}, Starts: noon(), Ends: noon().Add(time.Hour), Author: "ada", CreatedAt: noon(),
	}); err != nil {
		t.Fatal(err)
	}
	settles, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer settles.Close(ctx)
	watch, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Close(ctx)
	tx, err := settles.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }() // it was committed where the test came so far
	if _, err := tx.Exec(ctx, `UPDATE counters SET value = value + 1 WHERE name = 'settle'`); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.EndMute(ctx, "s", "ada", noon().Add(time.Minute)) }()
	pid := settles.PgConn().PID()
	testkit.Until(t, "the end of the silence to wait for whoever settles", func() bool {
		var waits bool
		if err := watch.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE $1::int = ANY (pg_blocking_pids(pid)))`, int64(pid)).Scan(&waits); err != nil {
			t.Error(err)
			return true
		}
		return waits
	})
	var free bool
	if err := watch.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtextextended(current_schema() || '.mutes', 0))`).Scan(&free); err != nil || free {
		t.Errorf("silences are not held while it waits: %v, %v", free, err)
	}
	if _, err := tx.Exec(ctx, `SELECT 1 FROM mutes WHERE id = 's' FOR UPDATE NOWAIT`); err != nil {
		t.Errorf("the silence is locked before it is the turn: %v", err)
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
