package notifier

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Options is what New needs. Fields without "default" are required.
type Options struct {
	Outbox    Outbox
	Receivers map[string]Receiver // by name, with Inbox
	Now       func() time.Time
	Random    func() float64 // 0 to 1, exclusive: spreads the tries; safe for concurrent use
	Logger    *slog.Logger
	Owner     string // unique to the process

	BaseURL  string         // of the dashboard, for links; default none
	Location *time.Location // zone of the times in messages; default UTC
	Metrics  Metrics        // default none

	Poll        time.Duration // how often the outbox is looked at without a Poke; default 1 s
	Timeout     time.Duration // of one try; default 10 s
	GiveUp      time.Duration // age at which a notification is given up that was tried often enough; default 24 h
	Concurrency int           // messages on their way to one receiver; default 4
}

// Metrics is told what became of messages. Implementations are safe for concurrent use.
type Metrics interface {
	// Sent counts a delivered message; after is how long after its creation.
	Sent(receiver string, event detector.ChangeEvent, after time.Duration)
	// Failed counts a failed try; final says that there will be no other.
	Failed(receiver string, event detector.ChangeEvent, final bool)
}

// Deliverer sends what stands in the outbox. Each receiver has a worker of its own, so that one that hangs delays no
// other.
type Deliverer struct {
	o Options

	mu        sync.Mutex
	receivers map[string]Receiver
	workers   map[string]*worker
	changed   chan struct{} // the set of receivers changed
}

// New checks the options. Run starts the work.
func New(o Options) (*Deliverer, error) {
	switch {
	case o.Outbox == nil:
		return nil, errors.New("notifier: Options.Outbox is missing")
	case o.Now == nil || o.Random == nil:
		return nil, errors.New("notifier: Options.Now and Options.Random are required: hand in the clock and the randomness")
	case o.Logger == nil:
		return nil, errors.New("notifier: Options.Logger is missing")
	case o.Owner == "":
		return nil, errors.New("notifier: Options.Owner is missing: it tells the leases of processes apart")
	}
	if o.BaseURL != "" {
		if u, err := url.Parse(o.BaseURL); err != nil || u.Host == "" {
			return nil, fmt.Errorf("notifier: the base URL %q is no URL: write it as https://host", o.BaseURL)
		}
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.Metrics == nil {
		o.Metrics = noMetrics{}
	}
	o.Poll = orDefault(o.Poll, time.Second)
	o.Timeout = orDefault(o.Timeout, 10*time.Second)
	o.GiveUp = orDefault(o.GiveUp, 24*time.Hour)
	if o.Concurrency < 1 {
		o.Concurrency = 4
	}
	return &Deliverer{o: o, receivers: o.Receivers, workers: map[string]*worker{}, changed: make(chan struct{}, 1)}, nil
}

func orDefault(d, or time.Duration) time.Duration {
	if d <= 0 {
		return or
	}
	return d
}

// Run delivers until ctx is cancelled, then waits for what is on its way (at most Timeout and a little) and returns.
// What was leased and not sent is sent by whoever runs next, once the lease has run out. Run must be called once.
func (d *Deliverer) Run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	stops := map[string]context.CancelFunc{}
	for {
		d.mu.Lock()
		for name, stop := range stops {
			if _, ok := d.receivers[name]; !ok {
				stop()
				delete(stops, name)
				delete(d.workers, name)
			}
		}
		for name := range d.receivers {
			if _, ok := stops[name]; ok {
				continue
			}
			w := newWorker(d, name)
			d.workers[name] = w
			wctx, stop := context.WithCancel(ctx)
			stops[name] = stop
			wg.Go(func() { w.run(wctx) })
			wg.Go(func() { w.keep(wctx) })
		}
		d.mu.Unlock()
		select {
		case <-ctx.Done():
			for _, stop := range stops {
				stop()
			}
			return
		case <-d.changed:
		}
	}
}

// Poke looks into the outbox now: call it after a commit that may have filled it. It never blocks.
func (d *Deliverer) Poke() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.workers {
		w.poke()
	}
}

// SetReceivers replaces the receivers. Messages on their way are finished by the old ones.
func (d *Deliverer) SetReceivers(receivers map[string]Receiver) {
	d.mu.Lock()
	d.receivers = receivers
	d.mu.Unlock()
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

func (d *Deliverer) receiver(name string) (Receiver, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, ok := d.receivers[name]
	return r, ok
}

// links gives the addresses that a message shows.
func (d *Deliverer) links(n plan.Notification) Links {
	if n.Group == nil {
		return LinksOf(d.o.BaseURL, &n.Incident)
	}
	return Links{Incident: n.Group.Link(d.o.BaseURL)}
}

// LinksOf gives the addresses that belong to an incident under the dashboard's base URL. A runbook that is no http
// or https address is left out.
func LinksOf(base string, in *detector.Incident) Links {
	var l Links
	if base != "" {
		if u, err := url.JoinPath(base, "incidents", url.PathEscape(in.ID)); err == nil {
			l.Incident = u
		}
	}
	if in.Rule != nil {
		if u, err := url.Parse(in.Rule.Runbook); err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") {
			l.Runbook = u.String()
		}
	}
	return l
}

type noMetrics struct{}

func (noMetrics) Sent(string, detector.ChangeEvent, time.Duration) {}
func (noMetrics) Failed(string, detector.ChangeEvent, bool)        {}
