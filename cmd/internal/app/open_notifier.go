package app

import (
	"context"
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"os"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/receivers"
)

func (a *App) openNotifier(context.Context) error {
	c := &a.o.Config
	built, err := receivers.Build(c.Notifier(), receivers.Options{Acts: slackActs})
	if err != nil {
		return err
	}
	a.pages = newPageMetrics(slices.Sorted(maps.Keys(built)))
	a.zone, err = time.LoadLocation(c.TimeZone)
	if err != nil {
		return fmt.Errorf("time_zone: %w", err)
	}
	a.deliverer, err = notifier.New(notifier.Options{
		Outbox: a.store, Receivers: built, Now: a.o.Now, Random: mathrand.Float64, Logger: a.log.With("part", "notifier"),
		Owner: owner(), BaseURL: a.baseURL, Location: a.zone, Metrics: a.pages,
	})
	if err != nil {
		return err
	}
	a.hub = newHub(a.o.Now, a.deliverer.Poke)
	return nil
}

// owner names this process among the replicas.
func owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}
