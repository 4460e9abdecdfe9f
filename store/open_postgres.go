package store

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Bounds on connections to Postgres. A transaction whose client was stopped must not hold its rows against the
// replicas that go on.
const (
	postgresConns = 16
	postgresIdle  = 5 * time.Minute
	idleInTx      = "10s"
)

func (s *Store) openPostgres(dsn string) error {
	s.scrub = scrubber(dsn)
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return fmt.Errorf("store: the Postgres URL cannot be read: write postgres://user:password@host:port/database: %w", s.scrub(err))
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 5 * time.Second
	}
	setDefault(cfg.RuntimeParams, "application_name", "tocsin")
	setDefault(cfg.RuntimeParams, "idle_in_transaction_session_timeout", idleInTx)
	s.patience.set(maxSilence)
	cfg.DialFunc = s.patience.dial
	s.write = stdlib.OpenDB(*cfg, stdlib.OptionShouldPing(answers))
	s.write.SetMaxOpenConns(postgresConns)
	s.write.SetMaxIdleConns(postgresConns / 2)
	s.write.SetConnMaxIdleTime(postgresIdle)
	s.read = s.write
	s.place = fmt.Sprintf("%s:%d/%s", cfg.Host, cfg.Port, cfg.Database)
	s.dialect = postgres
	return nil
}

func setDefault(params map[string]string, key, value string) {
	if _, ok := params[key]; !ok {
		params[key] = value
	}
}
