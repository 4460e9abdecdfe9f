// Package app wires the parts of tocsin together, starts them in order and stops them in reverse.
package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/dashboards/signin"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/source/embedded"
	"github.com/tocsin-io/tocsin/notifier"
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
	FreePort   bool // of the dashboard: take a free one where the configured one is taken
	FreeBroker bool // the same of the embedded broker
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
	zone          *time.Location // of times in messages to people
	deliverer     *notifier.Deliverer
	hub           *hub
	pages         *pageMetrics
	conf          current
	reloading     sync.Mutex
	gate          *signin.Gate // nil: nobody has to sign in
	password      string       // of the admin, where it was made at this start
	server        *http.Server
	listener      net.Listener
	baseURL       string
	brokers       []string
	pastTo        time.Time // the end of the demo's past
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
		a.checkOpen, a.openBroker, a.openStore, a.openCounts, a.admit, a.listen, a.openNotifier, a.openEngine, a.checkAlone, a.remember, a.openDashboard, a.run, a.act,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// URL is the dashboard's address.
func (a *App) URL() string { return "http://" + a.listener.Addr().String() }

// Password is the admin's, where it was made at this start; it is known nowhere else.
func (a *App) Password() string { return a.password }

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
