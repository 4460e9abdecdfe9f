package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/cmd/internal/tool"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/rules"
	"github.com/tocsin-io/tocsin/store"
)

// reachWithin bounds how long check waits for one component.
const reachWithin = 10 * time.Second

// Check checks the configuration and the rules and, unless offline, reaches every component. Faults in files are a
// *tool.FoundError; a component that is away is another error.
func (s *Settings) Check(ctx context.Context, out io.Writer, offline bool) error {
	conf, path, err := s.Load()
	var faults config.Problems
	if errors.As(err, &faults) {
		return &tool.FoundError{Text: faults.Error()}
	}
	if err != nil {
		return err
	}
	if path == "" {
		path = "no configuration file: the defaults"
	}
	fmt.Fprintf(out, "configuration  ok    %s\n", path)
	if err := conf.CheckOpen(); err != nil {
		return &tool.FoundError{Text: err.Error()}
	}
	if _, err := conf.SignIn.Accounts(); err != nil {
		return &tool.FoundError{Text: err.Error()}
	}
	set, problems := rules.Load(nil, conf.Rules.Files, rules.Options{Packs: conf.Rules.Packs})
	for _, p := range problems {
		fmt.Fprintln(out, p.String())
	}
	if set == nil {
		return &tool.FoundError{Text: "the rules have faults, so they were not loaded"}
	}
	fmt.Fprintf(out, "rules          ok    %d rules\n", len(set.Rules()))
	fmt.Fprintf(out, "receivers      ok    %d receivers, %d routes, and the inbox\n", len(conf.Receivers), len(conf.Routes))
	if offline {
		return nil
	}
	var away []error
	reach := func(name string, f func(context.Context) (string, error)) {
		ctx, cancel := context.WithTimeout(ctx, reachWithin)
		defer cancel()
		what, err := f(ctx)
		if err != nil {
			fmt.Fprintf(out, "%-14s away  %v\n", name, err)
			away = append(away, fmt.Errorf("%s is away", name))
			return
		}
		fmt.Fprintf(out, "%-14s ok    %s\n", name, what)
	}
	reach("kafka", func(ctx context.Context) (string, error) { return reachKafka(ctx, conf) })
	reach("counts", func(ctx context.Context) (string, error) { return reachCounts(ctx, conf) })
	reach("store", func(ctx context.Context) (string, error) { return reachStore(ctx, conf) })
	for app := range slackApps(conf.Receivers) {
		reach("slack socket", app.reach)
	}
	return errors.Join(away...)
}

func reachKafka(ctx context.Context, conf config.Config) (string, error) {
	if len(conf.Kafka.Brokers) == 0 {
		return "embedded, would listen on " + conf.Embedded.Listen, nil
	}
	o, err := kafkaOptions(conf.Kafka)
	if err != nil {
		return "", err
	}
	c, err := source.New(o)
	if err != nil {
		return "", err
	}
	partitions, err := c.Partitions(ctx)
	if err != nil {
		return "", err
	}
	if len(partitions) == 0 {
		return "", errors.New("the brokers answer, and no topic matches: create the topic, or produce a first line")
	}
	return fmt.Sprintf("%d partitions", len(partitions)), nil
}

func reachCounts(ctx context.Context, conf config.Config) (string, error) {
	if len(conf.Redis.Addresses) == 0 {
		return "in the store", nil
	}
	b, err := redisBackend(conf.Redis, time.Now)
	if err != nil {
		return "", err
	}
	what, err := b.Describe(ctx)
	return what, errors.Join(err, b.Close())
}

func reachStore(ctx context.Context, conf config.Config) (string, error) {
	dsn := conf.Store.URL.Reveal()
	if dsn == "" {
		return "SQLite, " + filepath.Join(conf.Data, "tocsin.db"), nil
	}
	s, err := store.Open(ctx, store.Options{DSN: dsn, Now: time.Now})
	if err != nil {
		return "", err
	}
	current, newest, err := s.Version(ctx)
	if err == nil && current < newest {
		return fmt.Sprintf("%s, schema %d; run or migrate brings it to %d", s.Name(), current, newest), s.Close()
	}
	return s.Name(), errors.Join(err, s.Close())
}

// withStore opens the store of the configuration, without a router, for a command. A file is made only if create says
// so.
func (s *Settings) withStore(ctx context.Context, create bool, f func(conf config.Config, st *store.Store) error) error {
	conf, _, err := s.Load()
	if err != nil {
		return err
	}
	dsn := conf.Store.URL.Reveal()
	if dsn == "" {
		dsn = filepath.Join(conf.Data, "tocsin.db")
		if _, err := os.Stat(dsn); err != nil && !create {
			return fmt.Errorf("there is no store at %s: give the --data or --config that the service runs with", dsn)
		}
		if err := os.MkdirAll(conf.Data, 0o700); err != nil {
			return err
		}
	}
	st, err := store.Open(ctx, store.Options{DSN: dsn, Now: time.Now})
	if err != nil {
		return err
	}
	return errors.Join(f(conf, st), st.Close())
}

// Migrate brings the store's schema up to date.
func (s *Settings) Migrate(ctx context.Context, out io.Writer) error {
	return s.withStore(ctx, true, func(_ config.Config, st *store.Store) error {
		if err := st.Migrate(ctx); err != nil {
			return err
		}
		current, _, err := st.Version(ctx)
		if err == nil {
			fmt.Fprintf(out, "%s is at schema %d\n", st.Name(), current)
		}
		return err
	})
}
