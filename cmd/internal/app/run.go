package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/receivers"
	"github.com/tocsin-io/tocsin/store"
)

// current is the configuration as it is now; a reload replaces the parts that can change.
type current struct {
	mu sync.Mutex
	c  config.Config
}

func (c *current) set(conf config.Config) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.c = conf
}

func (c *current) get() config.Config {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.c
}

func (c *current) notifier() notifier.Config {
	conf := c.get()
	return conf.Notifier()
}

// run starts what works in the background. Each part is stopped and waited for when the App closes: first the pages,
// then what counts and judges, then what delivers.
func (a *App) run(context.Context) error {
	a.background("deliver", func(ctx context.Context) error { a.deliverer.Run(ctx); return nil })
	a.background("retention", a.retention)
	a.background("silences", a.reviewMutes)
	a.background("silences that end", a.announceMutes)
	a.background("routes", a.pace)
	a.background("sensitivities", a.followSensitivities)
	a.background("engine", a.engine.Run)
	a.onClose(func(ctx context.Context) error { return a.server.Shutdown(ctx) })
	go func() {
		if err := a.server.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
			a.fail("dashboard", err)
		}
	}()
	return nil
}

// background runs f until the App closes, and waits for it then.
func (a *App) background(name string, f func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := f(ctx); err != nil && !errors.Is(err, context.Canceled) {
			a.fail(name, err)
		}
	}()
	a.onClose(func(closing context.Context) error {
		cancel()
		select {
		case <-done:
			return nil
		case <-closing.Done():
			return fmt.Errorf("%s did not stop in time", name)
		}
	})
}

func (a *App) fail(name string, err error) {
	a.log.Error("a part ended", "part", name, "error", err)
	select {
	case a.failed <- fmt.Errorf("%s: %w", name, err):
	default:
	}
}

func (a *App) meterRun(m *meter, h *health) {
	a.background("meter", func(ctx context.Context) error {
		m.run(ctx, func(perSecond float64) {
			u := dashboards.Update{Kind: dashboards.UpdateRate, At: a.o.Now(), Rate: perSecond}
			for _, p := range a.engine.Health().Partitions() {
				if w := p.Checkpoint.Watermark; !w.IsZero() && (u.Counted.IsZero() || w.Before(u.Counted)) {
					u.Counted = w
				}
				if p.Checkpoint.End > p.Checkpoint.Next {
					u.Lag = max(u.Lag, u.At.Sub(p.Checkpoint.Watermark))
				}
			}
			u.Judged, _ = a.engine.Health().Judged()
			if a.hub.watched() { // it asks the stores
				u.Away = h.away(ctx)
			}
			a.hub.publish(u)
		})
		return nil
	})
}

// retentionEvery is how often what is too old is removed.
const retentionEvery = 10 * time.Minute

func (a *App) retention(ctx context.Context) error {
	a.expire(ctx)
	return every(ctx, retentionEvery, a.expire)
}

// every calls f again and again, first after d, until ctx ends.
func every(ctx context.Context, d time.Duration, f func(context.Context)) error {
	t := time.NewTicker(d)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			f(ctx)
		}
	}
}

func (a *App) expire(ctx context.Context) {
	r, now := a.o.Config.Retention, a.o.Now()
	a.expireUnheard(ctx, time.Duration(r.Unheard))
	if err := a.backend.Expire(ctx, now.Add(-time.Duration(r.Fine)), now.Add(-time.Duration(r.Coarse))); err != nil && ctx.Err() == nil {
		a.log.Warn("old counts were not removed; trying again later", "error", err)
	}
	a.expirePartitions(ctx, now.Add(-time.Duration(r.Coarse)))
	old := now.Add(-time.Duration(r.Incidents))
	removed, err := a.store.Expire(ctx, store.Retention{
		Incidents: old, Outbox: old, Audit: old, Deploys: old, Mutes: old,
		Shapes: now.Add(-time.Duration(r.Coarse)), Near: now.Add(-nearMisses), Sessions: now, APIKeys: now.Add(-apiKeysKept),
	})
	if err != nil && ctx.Err() == nil {
		a.log.Warn("old incidents were not removed; trying again later", "error", err)
		return
	}
	if removed != (store.Removed{}) {
		a.log.Info("removed what is older than the retention", "removed", fmt.Sprintf("%+v", removed))
	}
}

// expireUnheard ends what is open and of which nothing is heard any more.
func (a *App) expireUnheard(ctx context.Context, unheard time.Duration) {
	list, err := a.store.ExpireUnheard(ctx, unheard)
	if err != nil && ctx.Err() == nil {
		a.log.Warn("open incidents of which nothing is heard did not expire; trying again later", "error", err)
	}
	if len(list) == 0 {
		return
	}
	changes := make([]detector.Change, len(list))
	for i, in := range list {
		changes[i] = detector.Change{Event: detector.ChangeResolved, Incident: in}
	}
	a.hub.Changed(changes)
	a.deliverer.Poke()
	a.log.Info("incidents expired, as nothing was heard of them", "incidents", len(list), "for", detector.Duration(unheard))
}

// auditReload writes down that a signal loaded everything again.
func (a *App) auditReload(ctx context.Context) {
	text := "by SIGHUP"
	if set, err := a.book.ListRules(ctx); err == nil {
		text += ", version " + set.Version
	}
	if err := a.store.Audit(ctx, store.AuditEntry{Actor: "someone at this machine", Action: "rules.reload", Text: text}); err != nil {
		a.log.Error("a reload is missing in the audit", "error", err)
	}
}

// Reload reads the configuration again and takes over rules, receivers, routes, sensitivities, the price of a GB, and the
// people and tokens of sign_in, all or none: a fault keeps the old ones, and the page of rules says what it is. Safe for
// concurrent use.
func (a *App) Reload(ctx context.Context) error {
	a.reloading.Lock()
	defer a.reloading.Unlock()
	err := a.reload(ctx)
	if err != nil {
		a.book.refuse(err)
	}
	return err
}

func (a *App) reload(ctx context.Context) error {
	conf := a.conf.get()
	if a.o.ConfigPath != "" {
		fresh, err := config.Load(a.o.ConfigPath, a.o.Getenv)
		if err != nil {
			return err
		}
		conf.Rules, conf.Receivers, conf.Routes, conf.Calendars = fresh.Rules, fresh.Receivers, fresh.Routes, fresh.Calendars
		conf.Detection.Sensitivity, conf.Detection.Notices, conf.Detection.Services = fresh.Detection.Sensitivity, fresh.Detection.Notices, fresh.Detection.Services
		conf.Cost = fresh.Cost
		if err := takeSignIn(&conf, fresh.SignIn); err != nil {
			return err
		}
	}
	n := conf.Notifier()
	built, err := receivers.Build(n, receivers.Options{Acts: slackActs})
	if err != nil {
		return err
	}
	// Tried before the rules are taken over, so that nothing after them can fail.
	if _, err := notifier.NewRouter(n, notifier.RouterOptions{Now: a.o.Now}); err != nil {
		return err
	}
	accounts, err := a.accounts(ctx, &conf.SignIn)
	if err == nil {
		err = accounts.Check()
	}
	if err != nil {
		return fmt.Errorf("sign_in: %w", err)
	}
	if _, err := a.book.load(conf.Rules); err != nil {
		return err
	}
	if a.gate != nil {
		if err := a.gate.SetAccounts(accounts); err != nil {
			return fmt.Errorf("sign_in: %w", err)
		}
	}
	if err := a.router.Reload(n); err != nil {
		return fmt.Errorf("the old routes stay: %w", err)
	}
	a.deliverer.SetReceivers(built)
	a.engine.SetRules(a.book.engineRules())
	a.sensitivities.configure(conf.Detection)
	a.conf.set(conf)
	a.log.Info("rules, receivers and routes are loaded again", "rules", a.book.count(), "receivers", len(conf.Receivers))
	return nil
}
