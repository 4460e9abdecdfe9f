//go:build linux

package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/chaos/proxy"
	"github.com/tocsin-io/tocsin/detector/testkit"
	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// world is everything that tocsin meets, with a proxy on every way.
type world struct {
	dir     string
	binary  string
	spawner *spawner
	began   time.Time
	random  *rand.Rand
	say     func(format string, args ...any)

	kafka    *kafkaCluster
	redis    *store
	postgres *store
	pages    *pageReceiver
	slack    *slacktest.Server
	producer *producer
	replicas [slots]*replica

	mu     sync.Mutex
	closer []func()
}

func (w *world) onClose(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closer = append(w.closer, f)
}

func (w *world) close() {
	for _, f := range slices.Backward(w.closer) {
		f()
	}
}

func (w *world) proxy(to string) (*proxy.Proxy, error) {
	p, err := proxy.New(to)
	if err != nil {
		return nil, err
	}
	w.onClose(func() { p.Close() })
	return p, nil
}

// newWorld builds tocsin and starts all parts at once, then the replicas.
func newWorld(t testing.TB, o options) *world {
	t.Helper()
	dir, err := os.MkdirTemp("", "tocsin-chaos-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // Postgres runs as its own user and must reach it
		t.Fatal(err)
	}
	w := &world{
		dir: dir, binary: filepath.Join(dir, "tocsin"), spawner: newSpawner(), began: time.Now(), say: t.Logf,
		random: rand.New(rand.NewPCG(o.seed, 0)), pages: newPageReceiver(), slack: slacktest.New(),
	}
	t.Cleanup(func() {
		w.close()
		w.pages.close()
		w.slack.Close()
		if t.Failed() && os.Getenv("CHAOS_KEEP") != "" {
			t.Logf("logs and data of all parts are in %s", dir)
		} else if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // a busy machine builds for long
	defer cancel()
	if err := w.start(ctx, o); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) start(ctx context.Context, o options) error {
	var errs [4]error
	var all sync.WaitGroup
	all.Go(func() { errs[0] = w.build(ctx) })
	all.Go(func() {
		if w.kafka, errs[1] = w.newKafka(); errs[1] == nil {
			if errs[1] = w.kafka.answers(ctx); errs[1] == nil {
				errs[1] = w.kafka.createTopic(ctx, o.partitions)
			}
		}
	})
	all.Go(func() {
		if w.redis, errs[2] = w.newRedis(); errs[2] == nil {
			errs[2] = redisAnswers(ctx, w.redis)
		}
	})
	all.Go(func() {
		if w.postgres, errs[3] = w.newPostgres(); errs[3] == nil {
			if errs[3] = postgresAnswers(ctx, w.postgres); errs[3] == nil {
				errs[3] = asSuperuserOnce(ctx, w.postgres, "CREATE ROLE "+postgresUser+" LOGIN", "CREATE ROLE hog LOGIN", "CREATE DATABASE "+postgresUser+" OWNER "+postgresUser)
			}
		}
	})
	all.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	w.say("Kafka, Redis and Postgres answer after %s", time.Since(w.began).Round(time.Second))
	var err error
	if w.producer, err = newProducer(w.kafka.addresses(), o.rate, rand.New(rand.NewPCG(o.seed, 1))); err != nil {
		return err
	}
	w.onClose(w.producer.client.Close)
	if o.before != nil {
		if err := o.before(ctx, w.producer); err != nil {
			return err
		}
	}
	for i := range w.replicas {
		if w.replicas[i], err = w.newReplica(i); err != nil {
			return err
		}
		if i >= running {
			continue
		}
		if err := w.replicas[i].run(ctx); err != nil {
			return err
		}
	}
	w.say("%d replicas run after %s", running, time.Since(w.began).Round(time.Second))
	return nil
}

// build makes the program, with the race detector where the suite itself runs under it.
func (w *world) build(ctx context.Context) error {
	args := []string{"build", "-o", w.binary}
	if testkit.Race {
		args = append(args, "-race", "-gcflags=modernc.org/...=-race=false") // as in the Makefile: what is compiled is shared
	}
	out, err := exec.CommandContext(ctx, "go", append(args, "github.com/tocsin-io/tocsin/cmd/tocsin")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// fatal is an error that trying again does not mend.
type fatal struct{ error }

// poll asks until there is no error, or ctx ends: then it fails with what was last seen.
func poll(ctx context.Context, what string, ok func() error) error {
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	for {
		err := ok()
		var final fatal
		if err == nil || errors.As(err, &final) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %w; last seen: %w", what, ctx.Err(), err)
		case <-every.C:
		}
	}
}

// ask is poll for as long as a part that is up may take until it answers as it should: one that came back in the lap before
// may refuse the first questions.
func ask(ctx context.Context, what string, ok func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return poll(ctx, what, func() error { return ok(ctx) })
}
