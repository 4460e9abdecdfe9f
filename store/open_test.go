package store_test

import (
	"context"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/migrations"
	"github.com/tocsin-io/tocsin/store"
)

func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

func TestErrorsShowNoPassword(t *testing.T) {
	const secret = "hunter2%2Fx!"
	for _, dsn := range []string{
		"postgres://ada:" + secret + "@127.0.0.1:1/x?connect_timeout=1",
		"postgres://ada:" + secret + "@127.0.0.1:notaport/x",
		"postgres://ada:" + secret + "@[::1/x",
		"postgresql://127.0.0.1:1/x?connect_timeout=1&user=ada&password=" + secret,
		"postgres://ada:" + secret + "@127.0.0.1:1/x?sslmode=nonsense",
		"postgres://ada:" + secret + "%zz@127.0.0.1:1/x",
		"mysql://ada:" + secret + "@127.0.0.1/x",
		"mongodb://" + secret + "@host/x?password=" + secret,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		s, err := store.Open(ctx, store.Options{DSN: dsn, Now: noon})
		cancel()
		if err == nil {
			t.Errorf("%s opened", dsn)
			_ = s.Close()
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, o := range []store.Options{
		{DSN: "", Now: noon},
		{DSN: ":memory:", Now: noon},
		{DSN: "/proc/nothing/x.db", Now: noon},
		{DSN: t.TempDir(), Now: noon},
		{DSN: t.TempDir() + "/x.db"},
	} {
		s, err := store.Open(t.Context(), o)
		if err == nil {
			t.Errorf("%q opened", o.DSN)
			_ = s.Close()
		}
	}
}

func TestPathsWithOddCharacters(t *testing.T) {
	path := t.TempDir() + "/a b?c#d%20é/x.db"
	s, err := store.Open(t.Context(), store.Options{DSN: path, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestMigrationsAgree holds the two schemas against one another: the same files with the same tables and columns.
func TestMigrationsAgree(t *testing.T) {
	read := func(fsys fs.FS, err error) map[string]string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		names, err := fs.Glob(fsys, "*.sql")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			b, err := fs.ReadFile(fsys, name)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = string(b)
		}
		return out
	}
	postgres, sqlite := read(migrations.Postgres()), read(migrations.SQLite())
	if len(postgres) != len(sqlite) || len(postgres) == 0 {
		t.Fatalf("%d files for Postgres, %d for SQLite", len(postgres), len(sqlite))
	}
	columns := regexp.MustCompile(`(?m)^(CREATE .*|    [a-z_]+ )`)
	for name, text := range postgres {
		norm := func(s string) []string {
			var out []string
			for _, m := range columns.FindAllString(s, -1) {
				out = append(out, strings.TrimSpace(m))
			}
			return out
		}
		if a, b := norm(text), norm(sqlite[name]); !slices.Equal(a, b) {
			t.Errorf("%s: the two differ:\n%v\n%v", name, a, b)
		}
	}
}
