package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
)

func (a *App) listen(ctx context.Context) error {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", a.o.Config.Listen)
	if err != nil && a.o.FreePort {
		host, _, splitErr := net.SplitHostPort(a.o.Config.Listen)
		if splitErr != nil {
			return err
		}
		l, err = c.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return fmt.Errorf("dashboard: %w; is another tocsin running? Use --listen with another port", err)
	}
	a.listener = l
	a.onClose(func(context.Context) error { return ignoreClosed(l.Close()) })
	a.baseURL = a.o.Config.URL
	if a.baseURL == "" {
		a.baseURL = a.URL()
	}
	return nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func (a *App) openDashboard(ctx context.Context) error {
	key, err := a.secret(ctx, "form_key")
	if err != nil {
		return err
	}
	if err := a.openSignIn(ctx, key); err != nil {
		return err
	}
	since, err := a.nearSince(ctx)
	if err != nil {
		return err
	}
	m := &meter{now: a.o.Now, total: a.engine.Stats.Lines.Load}
	cat := newCatalogue(a.store, a.reader, a.engine.Templates, a.consumer.Partitions, a.o.Now)
	counts := newCounts(a.reader, cat, newOutlook(a.engine, a.o.Now))
	traffic := newTraffic(cat, counts)
	messages := newMessages(a.store, a.o.Now, a.deliverer.Poke, a.conf.notifier)
	metrics := newMetrics(a)
	health := &health{
		engine: a.engine, consumer: a.consumer, reader: a.reader, store: a.store, backend: a.backend, broker: a.broker, hub: a.hub, now: a.o.Now, meter: m,
		about: a.about(),
	}
	handler, err := dashboards.New(dashboards.Options{
		Sources: dashboards.Sources{
			Incidents: incidents{a.store, a.hub, a.notes}, Templates: cat, Counts: counts, Services: services{cat, traffic},
			Rules:    a.rulesOf(),
			Messages: messages,
			Health:   health,
			Deploys:  deploys{a.store}, Log: a.logLines(), Connect: a.connection(), Live: a.hub,
			Mutes: mutes{a.store, a.notes, a.deliverer.Poke}, Sensitivities: tuning{a.store, &a.sensitivities, since}, Audit: audit{a.store},
			Routes: routing{a.router, a.store, a.zone}, Keys: apiKeys{a.store},
		},
		Now: a.o.Now, Logger: a.log.With("part", "dashboard"), Secret: key, SignIn: a.gate, Hosts: a.hosts(), Ready: a.ready, Reload: a.Reload,
		Cost: func() dashboards.Cost {
			c := a.conf.get().Cost
			return dashboards.Cost{PerGB: c.PerGB, Currency: c.Currency}
		},
		Links: func() []dashboards.Link {
			var out []dashboards.Link
			for _, l := range a.conf.get().Links {
				out = append(out, dashboards.Link(l))
			}
			return out
		},
		Metrics: metrics, Slack: a.interactive(), Ahead: true, Version: a.o.Version,
	})
	if err != nil {
		return err
	}
	a.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	a.server.RegisterOnShutdown(handler.EndStreams)
	a.meterRun(m, health)
	a.background("reading ahead for pages", func(ctx context.Context) error {
		return ahead{cat, counts, traffic, messages.failing, handler.ReadAhead}.run(ctx, func(err error) {
			a.log.Warn("what pages show of counts is not read ahead; trying again", "error", err)
		})
	})
	return nil
}

// hosts are the names that requests may be for where nobody signs in because nobody else reaches the dashboard; nil: all.
func (a *App) hosts() []string {
	if a.gate != nil || a.o.Config.SignIn.Open {
		return nil
	}
	out := []string{}
	if u, err := url.Parse(a.o.Config.URL); err == nil && u.Hostname() != "" {
		out = append(out, u.Hostname())
	}
	return out
}

func (a *App) about() about {
	counts := a.store.Name()
	if len(a.o.Config.Redis.Addresses) > 0 {
		counts = "Redis"
	}
	return about{topic: a.topic(), group: a.o.Config.Kafka.Group, brokers: a.brokers, counts: counts, owner: owner()}
}

func (a *App) connection() connection {
	c := connection{Broker: a.brokers[0], Topic: a.topic(), Embedded: a.broker != nil}
	if a.broker == nil {
		c.TLS, c.SASL = a.o.Config.Kafka.TLS.Enabled, a.o.Config.Kafka.SASL.Mechanism
	}
	return c
}

// ready reports whether requests can be answered and lines counted.
func (a *App) ready(ctx context.Context) error {
	if err := a.store.Ping(ctx); err != nil {
		return err
	}
	return a.backend.Ping(ctx)
}
