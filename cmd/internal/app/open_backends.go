package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source/embedded"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/store"
)

func (a *App) openBroker(ctx context.Context) error {
	c := &a.o.Config
	a.brokers = c.Kafka.Brokers
	if len(a.brokers) > 0 {
		return nil
	}
	b, err := embedded.Start(ctx, embedded.Options{
		Listen: c.Embedded.Listen, FreePort: a.o.FreeBroker, Dir: filepath.Join(c.Data, "broker"), Topic: c.Embedded.Topic,
		Partitions: c.Embedded.Partitions, RetentionBytes: int64(c.Embedded.MaxBytes),
		RetentionTime: time.Duration(c.Embedded.Retention), Sync: c.Embedded.Sync, Held: true, Now: a.o.Now,
		Logger: a.log.With("part", "broker"),
	})
	if err != nil {
		return err
	}
	a.broker, a.brokers = b, []string{b.Addr()}
	a.onClose(func(context.Context) error { return b.Close() })
	return nil
}

// settleWait is how long pages of detectors wait for what may explain them: some looks of the evaluators.
const settleWait = 5 * time.Second

func (a *App) openStore(ctx context.Context) error {
	c := &a.o.Config
	router, err := notifier.NewRouter(c.Notifier(), notifier.RouterOptions{Settle: settleWait, Now: a.o.Now})
	if err != nil {
		return err
	}
	a.router = router
	dsn := c.Store.URL.Reveal()
	if dsn == "" {
		if err := os.MkdirAll(c.Data, 0o700); err != nil {
			return fmt.Errorf("data directory: %w", err)
		}
		dsn = filepath.Join(c.Data, "tocsin.db")
	}
	a.store, err = openStore(ctx, store.Options{DSN: dsn, Router: router, Now: a.o.Now, Logger: a.log.With("part", "store")}, a.log)
	if err != nil {
		return err
	}
	a.onClose(func(context.Context) error { return a.store.Close() })
	if err := a.store.Migrate(ctx); err != nil {
		return fmt.Errorf("migrate the store: %w", err)
	}
	return nil
}

// openStore waits up to a minute for a database that is still starting.
func openStore(ctx context.Context, o store.Options, log *slog.Logger) (*store.Store, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		s, err := store.Open(ctx, o)
		if err == nil {
			return s, nil
		}
		log.Warn("the store does not answer yet", "error", err)
		t := time.NewTimer(time.Second)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil, fmt.Errorf("the store does not answer: %w", err)
		case <-t.C:
		}
	}
}

func (a *App) openCounts(context.Context) error {
	c := &a.o.Config
	if len(c.Redis.Addresses) > 0 {
		b, err := redisBackend(c.Redis, a.o.Now)
		if err != nil {
			return err
		}
		a.backend = b
	} else {
		a.backend = a.store.Counts()
	}
	a.onClose(func(context.Context) error { return a.backend.Close() })
	a.reader = rate.NewReader(a.backend, rate.ReaderOptions{Now: a.o.Now, FineRetention: time.Duration(c.Retention.Fine)})
	return nil
}
