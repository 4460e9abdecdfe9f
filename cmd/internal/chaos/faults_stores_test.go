//go:build linux

package chaos

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// ailments are the faults of stores that answer, but not as they should.
var ailments = []fault{
	{name: "Redis out of memory", part: "Redis", hold: 4 * time.Second, inject: redisFull},
	{name: "Redis loads", part: "Redis", hold: 4 * time.Second, inject: redisLoads},
	{name: "Redis loses its last writes", part: "Redis", hold: time.Second, inject: redisForgets},
	{name: "Redis is emptied", part: "Redis", hold: time.Second, anew: true, inject: redisEmptied},
	{name: "Postgres out of connections", part: "Postgres", hold: 5 * time.Second, again: true, inject: postgresFull},
	{name: "Postgres read-only", part: "Postgres", hold: 5 * time.Second, again: true, inject: postgresReadOnly},
}

// onRedis runs a command that may be run again past the proxies.
func (w *world) onRedis(ctx context.Context, args ...any) error {
	c := redis.NewClient(&redis.Options{Addr: w.redis.address, ReadTimeout: time.Minute, ContextTimeoutEnabled: true})
	defer c.Close()
	return ask(ctx, fmt.Sprint("Redis: ", args), func(ctx context.Context) error { return c.Do(ctx, args...).Err() })
}

func redisFull(ctx context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
	return func(ctx context.Context) error { return w.onRedis(ctx, "CONFIG", "SET", "maxmemory", "0") },
		w.onRedis(ctx, "CONFIG", "SET", "maxmemory", "1mb")
}

// redisLoads starts Redis again so that reading its file takes a while, in which it answers LOADING after every 1024
// commands that it has read.
func redisLoads(_ context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
	w.redis.kill()
	w.redis.extra = []string{"--key-load-delay", "1500"}
	err := w.redis.start()
	w.redis.extra = nil
	return func(ctx context.Context) error {
		if err := w.onRedis(ctx, "CONFIG", "SET", "key-load-delay", "0"); err != nil {
			return err
		}
		return redisAnswers(ctx, w.redis)
	}, err
}

// redisForgets takes the end of the file away, as a power cut does: writes that were acknowledged are gone.
func redisForgets(_ context.Context, w *world, r *rand.Rand) (func(context.Context) error, error) {
	w.redis.kill()
	files, err := filepath.Glob(filepath.Join(w.dir, "redis", "appendonlydir", "*.incr.aof"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("redis has no append-only file: %w", cmp.Or(err, os.ErrNotExist))
	}
	file := slices.Max(files)
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if err := os.Truncate(file, info.Size()-min(info.Size()/2, 1000+r.Int64N(20_000))); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		if err := w.redis.start(); err != nil {
			return err
		}
		return redisAnswers(ctx, w.redis)
	}, nil
}

func redisEmptied(ctx context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
	return func(context.Context) error { return nil }, w.onRedis(ctx, "FLUSHALL")
}

func postgresReadOnly(ctx context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
	return func(ctx context.Context) error {
			return asSuperuser(ctx, w.postgres, "ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")
		},
		asSuperuser(ctx, w.postgres, "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
}

// postgresFull ends tocsin's connections and takes every free place before it comes again.
func postgresFull(ctx context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
	db, err := sql.Open("pgx", postgresURL("hog", w.postgres.address))
	if err != nil {
		return nil, err
	}
	db.SetMaxIdleConns(200)
	ctx, stop := context.WithCancel(ctx)
	var hogging sync.WaitGroup
	mend := func(context.Context) error {
		stop()
		hogging.Wait()
		return db.Close()
	}
	var held []*sql.Conn
	take := func() error { // until there is no place any more
		for {
			c, err := db.Conn(ctx)
			if err != nil {
				return nil // that was the aim
			}
			if len(held) > 500 {
				return errors.New("postgres takes any number of connections")
			}
			held = append(held, c)
		}
	}
	const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + postgresUser + "'"
	if err := take(); err != nil {
		return mend, err
	}
	if err := asSuperuser(ctx, w.postgres, end); err != nil {
		return mend, err
	}
	hogging.Go(func() {
		t := time.NewTicker(20 * time.Millisecond)
		defer t.Stop()
		for {
			_ = take() // its error was looked at above: the bound stays the same
			select {
			case <-ctx.Done():
				for _, c := range held {
					c.Close()
				}
				return
			case <-t.C:
				_ = asSuperuserOnce(ctx, w.postgres, end) // ends with ctx
			}
		}
	})
	return mend, nil
}
