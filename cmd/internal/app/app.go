// Package app wires the parts of tocsin together, starts them in order and stops them in reverse.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/redact"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/source/embedded"
	"github.com/tocsin-io/tocsin/detector/template"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/receivers"
	"github.com/tocsin-io/tocsin/store"
)

// Options is what an App needs beside its configuration.
type Options struct {
	Config     config.Config
	ConfigPath string // read again by Reload; empty: there is no file
	Getenv     config.Getenv
	Logger     *slog.Logger
	Now        func() time.Time
	Version    string
	FreePorts  bool // take free ports where the configured ones are taken
	Demo       bool // let a company log, and things go wrong in it
}

// App is a running tocsin. Start it once; Close it once.
type App struct {
	o      Options
	log    *slog.Logger
	closer []func(context.Context) error // in the order of opening

	broker        *embedded.Broker
	store         *store.Store
	backend       rate.Backend
	reader        *rate.Reader
	consumer      *source.Consumer
	engine        *engine.Engine
	notes         *notes
	book          *ruleBook
	sensitivities sensitivities
	router        *notifier.Router
	deliverer     *notifier.Deliverer
	hub           *hub
	pages         *pageMetrics
	conf          current
	reloading     sync.Mutex
	server        *http.Server
	listener      net.Listener
	baseURL       string
	brokers       []string
	failed        chan error
}

// Start opens everything and begins to count, judge and deliver. When it fails nothing stays open.
func Start(ctx context.Context, o Options) (*App, error) {
	a := &App{o: o, log: o.Logger, failed: make(chan error, 4)}
	a.conf.set(o.Config)
	if err := a.start(ctx); err != nil {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		return nil, errors.Join(err, a.Close(closing))
	}
	return a, nil
}

func (a *App) start(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		a.openBroker, a.openStore, a.openCounts, a.listen, a.openNotifier, a.openEngine, a.checkAlone, a.remember, a.openDashboard, a.run, a.act,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// URL is the dashboard's address.
func (a *App) URL() string { return "http://" + a.listener.Addr().String() }

// Broker is where lines are produced to.
func (a *App) Broker() string { return a.brokers[0] }

// Topic is the first log topic.
func (a *App) Topic() string { return a.topic() }

// Failed delivers the error of a part that ended by itself.
func (a *App) Failed() <-chan error { return a.failed }

// Close stops what was started, the last first, within ctx.
func (a *App) Close(ctx context.Context) error {
	var errs []error
	for i := len(a.closer) - 1; i >= 0; i-- {
		errs = append(errs, a.closer[i](ctx))
	}
	a.closer = nil
	return errors.Join(errs...)
}

func (a *App) onClose(f func(context.Context) error) { a.closer = append(a.closer, f) }

func (a *App) topic() string {
	if a.broker != nil {
		return a.o.Config.Embedded.Topic
	}
	if t := a.o.Config.Kafka.Topics; len(t) > 0 {
		return t[0]
	}
	return a.o.Config.Kafka.TopicPattern
}

func (a *App) openBroker(ctx context.Context) error {
	c := &a.o.Config
	a.brokers = c.Kafka.Brokers
	if len(a.brokers) > 0 {
		return nil
	}
	b, err := embedded.Start(ctx, embedded.Options{
		Listen: c.Embedded.Listen, FreePort: a.o.FreePorts, Dir: filepath.Join(c.Data, "broker"), Topic: c.Embedded.Topic,
		Partitions: c.Embedded.Partitions, RetentionBytes: int64(c.Embedded.MaxBytes),
		RetentionTime: time.Duration(c.Embedded.Retention), Logger: a.log.With("part", "broker"), Random: rand.Reader,
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
	router, err := notifier.NewRouter(notifier.Config{Receivers: c.Receivers, Routes: c.Routes}, notifier.RouterOptions{Settle: settleWait, Now: a.o.Now})
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

func (a *App) listen(ctx context.Context) error {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", a.o.Config.Listen)
	if err != nil && a.o.FreePorts {
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

func (a *App) openNotifier(context.Context) error {
	c := &a.o.Config
	built, err := receivers.Build(notifier.Config{Receivers: c.Receivers, Routes: c.Routes}, receivers.Options{Acts: slackActs})
	if err != nil {
		return err
	}
	a.pages = newPageMetrics()
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return fmt.Errorf("time_zone: %w", err)
	}
	a.deliverer, err = notifier.New(notifier.Options{
		Outbox: a.store, Receivers: built, Now: a.o.Now, Random: mathrand.Float64, Logger: a.log.With("part", "notifier"),
		Owner: owner(), BaseURL: a.baseURL, Location: zone, Metrics: a.pages,
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

func (a *App) openEngine(ctx context.Context) error {
	c := &a.o.Config
	k := c.Kafka
	if a.broker != nil {
		k = config.Kafka{Brokers: a.brokers, Topics: []string{c.Embedded.Topic}, Group: c.Kafka.Group, SessionTimeout: c.Kafka.SessionTimeout}
	}
	so, err := kafkaOptions(k)
	if err != nil {
		return err
	}
	so.Logger = a.log.With("part", "kafka")
	if a.consumer, err = source.New(so); err != nil {
		return err
	}
	key, err := a.secret(ctx, "fingerprint_key")
	if err != nil {
		return err
	}
	if c.Redact.Fingerprint != "" {
		key = []byte(c.Redact.Fingerprint.Reveal())
	}
	ro := redactOptions(c.Redact, key)
	if a.notes, err = newNotes(ro); err != nil {
		return err
	}
	a.engine = engine.New(engine.Options{
		Log: a.consumer, Backend: a.backend, Reader: a.reader, Ledger: ledger{a.store, a.o.Now}, Observer: a.hub,
		Clock: a.o.Now, Logger: a.log.With("part", "engine"),
		Decode: decode.Options{
			MaxEvent: int(c.Decode.MaxEvent), Pins: c.Decode.Pins, Environment: c.Environment, Now: a.o.Now,
		},
		Templates: templateOptions(c.Templates),
		Redactor: func() engine.Redactor {
			r, err := redact.New(ro)
			if err != nil {
				panic(err) // the same options were accepted above
			}
			return r
		},
		Corrector: func() engine.Corrector { return clock.New(clock.Options{}) },
		Suite: func(t *engine.Templates) engine.Suite {
			return anomaly.New(anomaly.Options{
				Width: rate.Fine, SensitivityOf: a.sensitivities.lowest,
				Text: func(_ string, id detector.ShapeID) string { return t.Text(id) },
			})
		},
		Worker:    engine.WorkerOptions{Lateness: time.Duration(c.Decode.Lateness), Latest: c.Detection.Start == "latest"},
		Retention: time.Duration(c.Retention.Fine), MaxLate: time.Duration(c.Detection.MaxLate),
	})
	if err := a.engine.Templates.Use(templateOptions(c.Templates).Patterns, templateNames(c.Templates)); err != nil {
		return err
	}
	a.sensitivities.configure(c.Detection)
	if err := a.sensitivities.read(ctx, a.store); err != nil {
		return err
	}
	a.book = &ruleBook{now: a.o.Now, sensitivities: &a.sensitivities, resolve: a.engine.Templates.Canonical}
	warnings, err := a.book.load(c.Rules)
	if err != nil {
		return err
	}
	for _, w := range warnings {
		a.log.Warn("rule", "problem", w.String())
	}
	a.engine.SetRules(a.book.engineRules())
	return nil
}

func templateOptions(c config.Templates) template.Options {
	o := template.Options{MaxShapes: c.MaxShapes}
	for _, p := range c.Patterns {
		o.Patterns = append(o.Patterns, p.Pattern())
	}
	return o
}

// templateNames are the names that a valid configuration gives to learned templates.
func templateNames(c config.Templates) map[detector.ShapeID]string {
	names := make(map[detector.ShapeID]string, len(c.Names))
	for text, name := range c.Names {
		if id, err := detector.ParseShapeID(text); err == nil {
			names[id] = name
		}
	}
	return names
}

// secret is random bytes that all replicas share and that outlive them.
func (a *App) secret(ctx context.Context, name string) ([]byte, error) {
	fresh := make([]byte, 32)
	if _, err := io.ReadFull(rand.Reader, fresh); err != nil {
		return nil, err
	}
	return a.store.MetaOnce(ctx, name, fresh)
}

func (a *App) openDashboard(ctx context.Context) error {
	key, err := a.secret(ctx, "form_key")
	if err != nil {
		return err
	}
	since, err := a.nearSince(ctx)
	if err != nil {
		return err
	}
	m := &meter{now: a.o.Now, total: a.engine.Stats.Lines.Load}
	cat := &catalogue{store: a.store, reader: a.reader, templates: a.engine.Templates, expected: a.consumer.Partitions, now: a.o.Now}
	counts := counts{reader: a.reader, templates: a.engine.Templates, expected: a.consumer.Partitions, band: a.engine.Band}
	metrics := newMetrics(a)
	handler, err := dashboards.New(dashboards.Options{
		Sources: dashboards.Sources{
			Incidents: incidents{a.store, a.hub, a.notes}, Templates: cat, Counts: counts, Services: services{cat, a.o.Now},
			Rules:    a.book,
			Messages: messages{a.store, a.o.Now, a.deliverer.Poke, a.conf.notifier},
			Health: &health{
				engine: a.engine, reader: a.reader, store: a.store, backend: a.backend, hub: a.hub, now: a.o.Now, meter: m,
				about: a.about(),
			},
			Deploys: deploys{a.store}, Connect: a.connection(), Live: a.hub,
			Mutes: mutes{a.store, a.notes, a.deliverer.Poke}, Sensitivities: tuning{a.store, &a.sensitivities, since},
		},
		Now: a.o.Now, Logger: a.log.With("part", "dashboard"), Secret: key, Ready: a.ready, Reload: a.Reload,
		Cost: func() dashboards.Cost {
			c := a.conf.get().Cost
			return dashboards.Cost{PerGB: c.PerGB, Currency: c.Currency}
		},
		Metrics: metrics, Slack: a.interactive(), Version: a.o.Version,
	})
	if err != nil {
		return err
	}
	a.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	a.server.RegisterOnShutdown(handler.EndStreams)
	a.meterRun(m)
	return nil
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
