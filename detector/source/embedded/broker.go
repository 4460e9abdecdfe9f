// Package embedded is a broker for one machine: it speaks Kafka's protocol on loopback and keeps its topic in a
// directory, so that nothing else need be installed. It has one node, no replicas and no authentication.
//
// What was acknowledged survives the process's end at any moment, and is there once for a producer that is idempotent and
// sends it again. It is written through to the disk every second, or with Sync before it is acknowledged: a power loss
// takes at most so much. While the disk is nearly full producers are told to try again.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Options say what to serve. Zero values mean the defaults.
type Options struct {
	Listen         string        // 127.0.0.1:9092; port 0 takes a free one
	FreePort       bool          // take a free port where the one of Listen is taken
	Dir            string        // where the log is kept; made where it is missing
	Topic          string        // "logs"
	Partitions     int           // 4; more than an existing topic has are added
	RetentionBytes int64         // 1 GiB, of the whole topic
	RetentionTime  time.Duration // 48 h
	Sync           bool          // write each batch through to the disk before it is acknowledged, not each second
	Held           bool          // producers wait until Admit
	Logger         *slog.Logger  // nil: nothing is logged
	Now            func() time.Time
}

func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:9092"
	}
	if o.Topic == "" {
		o.Topic = "logs"
	}
	if o.Partitions <= 0 {
		o.Partitions = 4
	}
	if o.RetentionBytes <= 0 {
		o.RetentionBytes = 1 << 30
	}
	if o.RetentionTime <= 0 {
		o.RetentionTime = 48 * time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Broker is a running broker.
type Broker struct {
	cluster *kfake.Cluster
	addr    string
	topic   string
	clean   bool
	dir     string
	log     *logger
	started time.Time
	door    *door
	failing atomic.Pointer[failure]
	lock    *os.File
	once    sync.Once
	stop    chan struct{}
	stopped chan struct{}
}

// failure is what goes wrong, and since when.
type failure struct {
	since time.Time
	err   error
}

// syncEvery is how often what was acknowledged is written through to the disk.
const syncEvery = time.Second

// cleanFile marks a log that was closed in order; it is gone while the broker runs.
const cleanFile = "closed-in-order"

// Start serves until Close.
func Start(ctx context.Context, opts Options) (*Broker, error) {
	opts = opts.withDefaults()
	if opts.Dir == "" {
		return nil, errors.New("embedded broker: no directory to keep the log in")
	}
	if err := os.MkdirAll(opts.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	lock, err := lockDir(opts.Dir)
	if err != nil {
		return nil, fmt.Errorf("embedded broker: %s is used by another process: %w", opts.Dir, err)
	}
	b, err := start(ctx, opts)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	b.lock = lock
	return b, nil
}

func start(ctx context.Context, opts Options) (*Broker, error) {
	_, missing := os.Stat(filepath.Join(opts.Dir, cleanFile))
	b := &Broker{
		topic: opts.Topic, clean: missing == nil, dir: opts.Dir, log: &logger{log: opts.Logger}, started: opts.Now(),
		stop: make(chan struct{}), stopped: make(chan struct{}),
		door: &door{space: func() (int64, int64) { return space(opts.Dir) }, now: opts.Now},
	}
	b.door.held.Store(opts.Held)
	logs := filepath.Join(opts.Dir, "log")
	if !b.clean {
		if err := repair(logs); err != nil {
			return nil, fmt.Errorf("embedded broker: %s: what a crash left cannot be repaired: %w", logs, err)
		}
	}
	listener, err := listen(ctx, opts)
	if err != nil {
		return nil, err
	}
	b.addr = listener.Addr().String()
	late := newLateListener(listener)
	kopts := []kfake.Opt{
		kfake.NumBrokers(1), kfake.ClusterID("tocsin"), kfake.DataDir(logs),
		kfake.ListenFn(func(string, string) (net.Listener, error) { return late, nil }),
		kfake.SeedTopics(int32(opts.Partitions), opts.Topic),
		kfake.BrokerConfigs(map[string]string{"log.cleaner.backoff.ms": "1000"}),
		kfake.WithLogger(b.log),
	}
	if opts.Sync {
		kopts = append(kopts, kfake.SyncWrites())
	}
	if b.cluster, err = kfake.NewCluster(kopts...); err != nil {
		return nil, errors.Join(fmt.Errorf("embedded broker: %s cannot be read: %w", opts.Dir, err), listener.Close())
	}
	b.cluster.Fault(b.door.faults())
	late.open()
	if err := errors.Join(b.configure(ctx, opts), removeIfThere(filepath.Join(opts.Dir, cleanFile))); err != nil {
		b.cluster.Close()
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	retain, err := newRetainer(b.cluster, opts)
	if err != nil {
		b.cluster.Close()
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	go b.syncLoop(retain)
	return b, nil
}

// syncLoop writes the log through to the disk, and deletes what is older than the retention, until Close.
func (b *Broker) syncLoop(retain *retainer) {
	defer close(b.stopped)
	t := time.NewTicker(syncEvery)
	defer t.Stop()
	s := syncer{dir: filepath.Join(b.dir, "log")}
	for {
		select {
		case <-b.stop:
			return
		case <-t.C:
			b.synced(s.run())
			if err := retain.run(b.door.now()); err != nil {
				b.log.log.Error("embedded broker: what is older than the retention is not deleted; trying again", "error", err)
			}
		}
	}
}

// synced notes how writing through went.
func (b *Broker) synced(err error) {
	was := b.failing.Load()
	switch {
	case err == nil:
		b.failing.Store(nil)
	case was == nil:
		b.failing.Store(&failure{b.door.now(), err})
		b.log.log.Error("embedded broker: the log is not written through to the disk; trying again", "error", err)
	default:
		b.failing.Store(&failure{was.since, err})
	}
}

// Addr is the address that clients connect to.
func (b *Broker) Addr() string { return b.addr }

// Clean reports whether the log was closed in order before this start. After a power loss it was not: the newest
// records may be gone, and their offsets be given again.
func (b *Broker) Clean() bool { return b.clean }

// Close stops serving and writes everything through to the disk. It may be called twice.
func (b *Broker) Close() error {
	var err error
	b.once.Do(func() {
		close(b.stop)
		<-b.stopped
		b.log.forget()
		b.cluster.Close()
		s := syncer{dir: filepath.Join(b.dir, "log")}
		if err = errors.Join(s.run(), b.log.failed()); err == nil {
			err = replaceFile(filepath.Join(b.dir, cleanFile), nil)
		}
		err = errors.Join(err, b.lock.Close())
	})
	if err != nil {
		return fmt.Errorf("embedded broker: %w", err)
	}
	return nil
}
