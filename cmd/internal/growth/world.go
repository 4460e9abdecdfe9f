package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
)

// world is what replicas run beside: a topic, a Redis and a database of this row's own.
type world struct {
	dir, name, config string
	size              size
	kafka, postgres   string
	redis             *exec.Cmd
	client            *redis.Client
	replicas          []*replica
	closers           []func() error
}

func newWorld(ctx context.Context, dir string, s size) (*world, error) {
	w := &world{dir: dir, size: s, name: "growth_" + strings.ToLower(rand.Text()[:12]), kafka: os.Getenv("TOCSIN_TEST_KAFKA")}
	base := os.Getenv("TOCSIN_TEST_POSTGRES")
	if w.kafka == "" || base == "" {
		return nil, errors.New("TOCSIN_TEST_KAFKA and TOCSIN_TEST_POSTGRES are not set: run make growth")
	}
	for _, open := range []func(context.Context) error{
		w.openTopic,
		func(ctx context.Context) error { return w.openDatabase(ctx, base) },
		w.openRedis,
		func(context.Context) error { return w.writeConfig() },
	} {
		if err := open(ctx); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	return w, nil
}

// close stops and removes everything, in reverse order.
func (w *world) close() error {
	var errs []error
	for _, r := range w.replicas {
		errs = append(errs, r.stop())
	}
	for i := len(w.closers) - 1; i >= 0; i-- {
		errs = append(errs, w.closers[i]())
	}
	return errors.Join(errs...)
}

func (w *world) openTopic(ctx context.Context) error {
	client := &kafka.Client{Addr: kafka.TCP(w.kafka), Timeout: 30 * time.Second}
	res, err := client.CreateTopics(ctx, &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: w.name, NumPartitions: w.size.partitions, ReplicationFactor: 1}},
	})
	if err == nil {
		err = res.Errors[w.name]
	}
	if err != nil {
		return fmt.Errorf("create the topic: %w", err)
	}
	w.closers = append(w.closers, func() error {
		_, err := client.DeleteTopics(context.Background(), &kafka.DeleteTopicsRequest{Topics: []string{w.name}})
		return err
	})
	return nil
}

func (w *world) openDatabase(ctx context.Context, base string) error {
	db, err := sql.Open("pgx", base)
	if err != nil {
		return err
	}
	w.closers = append(w.closers, db.Close)
	if _, err := db.ExecContext(ctx, `CREATE DATABASE `+w.name); err != nil {
		return err
	}
	w.closers = append(w.closers, func() error {
		_, err := db.ExecContext(context.Background(), `DROP DATABASE `+w.name+` WITH (FORCE)`)
		return err
	})
	u, err := url.Parse(base)
	if err != nil {
		return errors.New("TOCSIN_TEST_POSTGRES is not a URL")
	}
	u.Path = "/" + w.name
	w.postgres = u.String()
	return nil
}

// openRedis starts a server that nobody else uses, so that its statistics are of these replicas alone.
func (w *world) openRedis(ctx context.Context) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addr := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(addr)
	w.redis = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", w.dir)
	w.redis.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := w.redis.Start(); err != nil {
		return err
	}
	w.client = redis.NewClient(&redis.Options{Addr: addr})
	w.closers = append(w.closers, func() error {
		err := errors.Join(w.client.Close(), w.redis.Process.Kill())
		_ = w.redis.Wait() // it was killed
		return err
	})
	return waitFor(ctx, "Redis", func() (bool, error) { return w.client.Ping(ctx).Err() == nil, nil })
}

func (w *world) writeConfig() error {
	rules := "rules: {packs: false}\n"
	if w.size.rules > 0 {
		rules = "rules: {packs: false, files: [rules.yml]}\n"
		if err := os.WriteFile(filepath.Join(w.dir, "rules.yml"), rulesOf(w.size), 0o600); err != nil {
			return err
		}
	}
	w.config = filepath.Join(w.dir, "tocsin.yml")
	text := fmt.Sprintf("listen: 127.0.0.1:0\nkafka: {brokers: [%q], topics: [%s], group: %s}\nredis: {addresses: [%q]}\nstore: {url: %q}\nlog: {level: warn}\n%s",
		w.kafka, w.name, w.name, w.client.Options().Addr, w.postgres, rules)
	return os.WriteFile(w.config, []byte(text), 0o600)
}

// redisStats is what INFO says.
type redisStats struct{ commands, in, out, data int64 }

func (w *world) redisStats(ctx context.Context) (redisStats, error) {
	var s redisStats
	text, err := w.client.Info(ctx, "stats", "memory").Result()
	if err != nil {
		return s, err
	}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		into := map[string]*int64{
			"total_commands_processed": &s.commands, "total_net_input_bytes": &s.in, "total_net_output_bytes": &s.out, "used_memory_dataset": &s.data,
		}[name]
		if into == nil {
			continue
		}
		if *into, err = strconv.ParseInt(value, 10, 64); err != nil {
			return s, fmt.Errorf("INFO %s: %w", name, err)
		}
	}
	return s, nil
}

// read reads the counters of all parts.
func (w *world) read(ctx context.Context) (r reading, err error) {
	if r.redis, err = w.redisStats(ctx); err != nil {
		return r, err
	}
	for _, p := range w.replicas {
		used, err := p.cpu()
		if err != nil {
			return r, err
		}
		lines, err := p.metric(ctx, "tocsin_lines_total")
		if err != nil {
			return r, err
		}
		r.at = time.Now()
		r.cpu, r.lines = r.cpu+used, r.lines+uint64(lines)
	}
	return r, nil
}

// waitCounted waits until n lines are counted.
func (w *world) waitCounted(ctx context.Context, n uint64) error {
	return waitFor(ctx, fmt.Sprintf("%d lines to be counted", n), func() (bool, error) {
		r, err := w.read(ctx)
		return r.lines >= n, err
	})
}

// waitOwned waits until every partition has an owner and every replica some partitions.
func (w *world) waitOwned(ctx context.Context) error {
	return waitFor(ctx, "partitions to be claimed", func() (bool, error) {
		total := 0
		for _, p := range w.replicas {
			n, err := p.series(ctx, "tocsin_lag_lines{")
			if err != nil {
				return false, err
			}
			if n == 0 {
				return false, nil
			}
			total += n
		}
		return total == w.size.partitions, nil
	})
}
