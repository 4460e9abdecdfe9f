package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/detector/selector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Router says who is told of a change, and how. It is called inside transactions, possibly more than once for the same, so
// it answers from memory and changes nothing.
type Router interface {
	// Route says what a change is to send at once, and which routes that keep state take its incident. Of a Notification it
	// sets Receiver, Mention and, where sending has to wait, NotBefore; the store sets the rest.
	Route(ch detector.Change) plan.Plan
	// Policy is a route that keeps state, by name; false where there is none by now.
	Policy(route string) (plan.Policy, bool)
	// Receives reports whether there is such a receiver by now.
	Receives(receiver string) bool
}

// Options is what Open needs.
type Options struct {
	// DSN is a Postgres URL (postgres://user:password@host:port/database) or the path of a SQLite file, which is made
	// if it is not there.
	DSN    string
	Router Router           // nil: nobody is told anything
	Now    func() time.Time // the clock; required
	Logger *slog.Logger     // nil: nothing is logged
}

// Store is an open store. It is safe for concurrent use.
type Store struct {
	write   *sql.DB
	read    reader // the same as write on Postgres
	dialect dialect
	place   string // where it is, for errors: a path, or host, port and database
	router  Router
	now     func() time.Time
	log     *slog.Logger
	scrub   func(error) error // takes the password out of an error

	patience  patience       // with a silent Postgres
	selectors selector.Cache // expressions of silences
	zones     mute.Zones     // of silences

	close    sync.Once
	closeErr error
}

// Open connects and checks that the database answers. It does not change the schema: call Migrate.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil {
		return nil, errors.New("store: Options.Now is missing: hand in the clock")
	}
	s := &Store{router: o.Router, now: o.Now, log: o.Logger}
	if s.router == nil {
		s.router = nobody{}
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	open := s.openSQLite
	if strings.HasPrefix(o.DSN, "postgres://") || strings.HasPrefix(o.DSN, "postgresql://") {
		open = s.openPostgres
	}
	if err := open(o.DSN); err != nil {
		return nil, err
	}
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Name is the database's name for people: Postgres or SQLite.
func (s *Store) Name() string { return s.dialect.name }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	for _, db := range []reader{s.write, s.read} {
		if err := db.PingContext(ctx); err != nil {
			return fmt.Errorf("store: %s at %s does not answer: %w", s.dialect.name, s.place, s.scrub(err))
		}
	}
	return nil
}

// Close releases the connections. It may be called twice.
func (s *Store) Close() error {
	s.close.Do(func() {
		if s.read != reader(s.write) {
			s.closeErr = s.read.Close()
		}
		s.closeErr = errors.Join(s.closeErr, s.write.Close())
	})
	return s.closeErr
}

type nobody struct{}

func (nobody) Route(detector.Change) plan.Plan   { return plan.Plan{} }
func (nobody) Receives(string) bool              { return false }
func (nobody) Policy(string) (plan.Policy, bool) { return plan.Policy{}, false }
