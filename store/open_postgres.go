package store

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Bounds on connections to Postgres. A transaction whose client was stopped must not hold its rows against the
// replicas that go on.
const (
	postgresConns = 16
	postgresIdle  = 5 * time.Minute
	idleInTx      = "15s"
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
	s.write = stdlib.OpenDB(*cfg)
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

// scrubber returns a function that takes the DSN and its password out of an error's text. The error's identity is kept
// where there was nothing to take out.
func scrubber(dsn string) func(error) error {
	secrets := []string{dsn}
	if u, err := url.Parse(dsn); err == nil {
		if p, ok := u.User.Password(); ok && p != "" {
			secrets = append(secrets, p, url.QueryEscape(p), url.PathEscape(p))
		}
		if p := u.Query().Get("password"); p != "" {
			secrets = append(secrets, p, url.QueryEscape(p))
		}
	} else if _, rest, ok := strings.Cut(dsn, "://"); ok {
		// A URL that does not parse is cut by hand: its password is what stands before the last @.
		if i := strings.LastIndexByte(rest, '@'); i >= 0 {
			_, p, _ := strings.Cut(rest[:i], ":")
			secrets = append(secrets, rest, rest[:i], p)
		}
	}
	return func(err error) error {
		if err == nil {
			return nil
		}
		text := err.Error()
		clean := text
		for _, secret := range secrets {
			if secret != "" {
				clean = strings.ReplaceAll(clean, secret, "xxxxx")
			}
		}
		if clean == text {
			return err
		}
		return errors.New(clean)
	}
}
