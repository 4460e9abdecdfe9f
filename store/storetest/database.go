// Package storetest is the conformance suite of the store: both databases pass it. It also makes databases for the
// tests of other packages.
package storetest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tocsin-io/tocsin/store"
)

// SQLite returns the path of a database that is not there yet and goes with the test.
func SQLite(t testing.TB) string { return filepath.Join(t.TempDir(), "tocsin.db") }

// Postgres makes an empty schema in the database that TOCSIN_TEST_POSTGRES names, which goes with the test, and returns
// a URL that leads to it.
func Postgres(t testing.TB) string {
	t.Helper()
	u, conn := postgres(t)
	b := make([]byte, 8)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	schema := "test_" + hex.EncodeToString(b)
	if _, err := conn.Exec(t.Context(), "CREATE SCHEMA "+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if _, err := conn.Exec(ctx, "SET client_min_messages = warning; DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Errorf("drop schema: %v", err)
		}
	})
	return withSchema(u, schema)
}

// postgres connects to the database that TOCSIN_TEST_POSTGRES names. The connection is closed with the test.
func postgres(t testing.TB) (*url.URL, *pgx.Conn) {
	t.Helper()
	base := os.Getenv("TOCSIN_TEST_POSTGRES")
	if base == "" {
		t.Fatal("TOCSIN_TEST_POSTGRES is not set: run .ci/services up and eval \"$(.ci/services env)\"")
	}
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal("TOCSIN_TEST_POSTGRES is not a URL")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, base)
	if err != nil {
		t.Fatalf("connect to TOCSIN_TEST_POSTGRES: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := conn.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return u, conn
}

func withSchema(u *url.URL, schema string) string {
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// PostgresSchema returns a URL that leads to a schema of that name in the database that TOCSIN_TEST_POSTGRES names. It is made
// where it is not there, and stays.
func PostgresSchema(t testing.TB, name string) string {
	t.Helper()
	u, conn := postgres(t)
	if _, err := conn.Exec(t.Context(), "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{name}.Sanitize()); err != nil {
		t.Fatal(err)
	}
	return withSchema(u, name)
}

// Open opens and migrates a store that is closed with the test.
func Open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	return s
}
