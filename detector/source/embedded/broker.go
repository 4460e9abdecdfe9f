// Package embedded is a broker for one machine: it speaks Kafka's protocol on loopback and keeps its topic in a
// directory, so that nothing else need be installed. It has one node, no replicas and no authentication. What was
// acknowledged survives the process's end at any moment; a power loss may take what the operating system had not
// written yet, unless Sync is set.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
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
	Sync           bool          // write each batch through to the disk before it is acknowledged
	Logger         *slog.Logger  // nil: nothing is logged
	Random         io.Reader     // for the incarnation's name; needed
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
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Broker is a running broker.
type Broker struct {
	cluster     *kfake.Cluster
	addr        string
	incarnation string
	clean       bool
	dir         string
	lock        *os.File
	once        sync.Once
}

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
	incarnation, err := readIncarnation(opts.Dir, opts.Random)
	if err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	listener, err := listen(ctx, opts)
	if err != nil {
		return nil, err
	}
	b := &Broker{addr: listener.Addr().String(), incarnation: incarnation, dir: opts.Dir}
	_, missing := os.Stat(filepath.Join(opts.Dir, cleanFile))
	b.clean = missing == nil
	kopts := []kfake.Opt{
		kfake.NumBrokers(1), kfake.ClusterID("tocsin-" + incarnation[:8]),
		kfake.DataDir(filepath.Join(opts.Dir, "log")),
		kfake.ListenFn(func(string, string) (net.Listener, error) { return listener, nil }),
		kfake.SeedTopics(int32(opts.Partitions), opts.Topic),
		kfake.BrokerConfigs(map[string]string{"log.cleaner.backoff.ms": "1000"}),
		kfake.WithLogger(logger{opts.Logger}),
	}
	if opts.Sync {
		kopts = append(kopts, kfake.SyncWrites())
	}
	if b.cluster, err = kfake.NewCluster(kopts...); err != nil {
		return nil, errors.Join(fmt.Errorf("embedded broker: %s cannot be read: %w", opts.Dir, err), listener.Close())
	}
	if err := errors.Join(b.configure(ctx, opts), removeIfThere(filepath.Join(opts.Dir, cleanFile))); err != nil {
		b.cluster.Close()
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	return b, nil
}

// listen takes the address that was asked for, or a free port where that is allowed.
func listen(ctx context.Context, opts Options) (net.Listener, error) {
	host, _, err := net.SplitHostPort(opts.Listen)
	if err != nil {
		return nil, fmt.Errorf("embedded broker: %q is not host:port", opts.Listen)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("embedded broker: %s is no loopback address: the broker has no authentication; use 127.0.0.1, or a Kafka of your own", host)
	}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", opts.Listen)
	if err != nil && opts.FreePort {
		l, err = c.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return nil, fmt.Errorf("embedded broker: %w; is another Kafka running there? Use --kafka-listen with another port, or port 0", err)
	}
	return l, nil
}

// Addr is the address that clients connect to.
func (b *Broker) Addr() string { return b.addr }

// Incarnation names this log. It changes when the directory was removed: offsets then mean other records.
func (b *Broker) Incarnation() string { return b.incarnation }

// Clean reports whether the log was closed in order before this start. After a power loss it was not: the newest
// records may be gone, and their offsets be given again.
func (b *Broker) Clean() bool { return b.clean }

// Close stops serving and writes everything to the disk. It may be called twice.
func (b *Broker) Close() error {
	var err error
	b.once.Do(func() {
		b.cluster.Close()
		err = errors.Join(
			os.WriteFile(filepath.Join(b.dir, cleanFile), nil, 0o600),
			b.lock.Close(),
		)
	})
	if err != nil {
		return fmt.Errorf("embedded broker: %w", err)
	}
	return nil
}
