package store

import (
	"context"
	"fmt"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/tocsin-io/tocsin/migrations"
)

// Migrate brings the schema to the newest version. Replicas that start at once wait for one another. It may be called
// at every start.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	s.patience.set(0) // a change of a large table, or the wait for a replica that makes it, is silent for long
	defer s.patience.set(maxSilence)
	done, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("store: migrate %s: %w", s.dialect.name, s.scrub(err))
	}
	if n := len(done); n > 0 {
		var took time.Duration
		for _, m := range done {
			took += m.Duration
		}
		s.log.Info("schema migrated", "database", s.dialect.name, "from", done[0].Source.Version-1, "to", done[n-1].Source.Version, "took", took.Round(time.Millisecond))
	}
	return nil
}

// Version returns the schema's version and the newest that this binary knows. A higher one than that was made by a
// newer tocsin.
func (s *Store) Version(ctx context.Context) (current, newest int64, err error) {
	p, err := s.provider()
	if err != nil {
		return 0, 0, fmt.Errorf("store: migrations: %w", err)
	}
	if current, newest, err = p.GetVersions(ctx); err != nil {
		return 0, 0, fmt.Errorf("store: version of the schema: %w", s.scrub(err))
	}
	return current, newest, nil
}

func (s *Store) provider() (*goose.Provider, error) {
	if s.dialect.goose == goose.DialectPostgres {
		fsys, err := migrations.Postgres()
		if err != nil {
			return nil, err
		}
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		return goose.NewProvider(s.dialect.goose, s.write, fsys, goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	}
	fsys, err := migrations.SQLite()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(s.dialect.goose, s.write, fsys, goose.WithDisableGlobalRegistry(true))
}
