//go:build linux

package chaos

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"

	"github.com/tocsin-io/tocsin/cmd/internal/chaos/proxy"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// store is Redis or Postgres with a proxy for each replica.
type store struct {
	process
	address    string // past the proxies
	toReplicas [slots]*proxy.Proxy
}

func (w *world) newStore(name string, command func(port int) *exec.Cmd) (*store, error) {
	ports, err := testkit.Ports(1)
	if err != nil {
		return nil, err
	}
	s := &store{address: fmt.Sprintf("127.0.0.1:%d", ports[0])}
	s.process = process{
		spawner: w.spawner, name: name, log: filepath.Join(w.dir, name+".log"),
		make: func() *exec.Cmd { return command(ports[0]) },
	}
	for i := range s.toReplicas {
		if s.toReplicas[i], err = w.proxy(s.address); err != nil {
			return nil, err
		}
	}
	if err := s.start(); err != nil {
		return nil, err
	}
	w.onClose(s.kill)
	return s, nil
}

// newRedis starts Redis with an append-only file that is synced each second, as its default is: what was acknowledged
// last may be lost when it is killed, and tocsin promises to mend that.
func (w *world) newRedis() (*store, error) {
	dir := filepath.Join(w.dir, "redis")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	return w.newStore("redis", func(port int) *exec.Cmd {
		return exec.Command("redis-server", "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", dir,
			"--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--daemonize", "no")
	})
}

func redisAnswers(ctx context.Context, s *store) error {
	c := redis.NewClient(&redis.Options{Addr: s.address, ContextTimeoutEnabled: true})
	defer c.Close()
	return poll(ctx, "Redis", func() error {
		if err := s.died(); err != nil {
			return fatal{err}
		}
		return c.Ping(ctx).Err()
	})
}

// postgresUser is whom tocsin comes as: no superuser, so that it can be shut out by the others' connections.
const postgresUser = "tocsin"

// newPostgres makes a database cluster and starts it. It runs as the user postgres where the suite is root, as initdb
// refuses root. fsync is off: processes are killed here, never the kernel, which keeps what was written.
func (w *world) newPostgres() (*store, error) {
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(bins) == 0 {
		return nil, fmt.Errorf("there is no Postgres under /usr/lib/postgresql: run .ci/services up")
	}
	bin := slices.MaxFunc(bins, func(a, b string) int { return len(a) - len(b) })
	dir := filepath.Join(w.dir, "postgres")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	as, err := asPostgres(dir)
	if err != nil {
		return nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", dir, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C")
	initdb.SysProcAttr, initdb.Dir = as(), dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return w.newStore("postgres", func(port int) *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, "postgres"), "-D", dir, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
			"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=80")
		cmd.SysProcAttr, cmd.Dir = as(), dir
		return cmd
	})
}

// asPostgres gives the directory to the user postgres where the suite is root, and the attributes of its processes.
func asPostgres(dir string) (func() *syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return func() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, err
	}
	return func() *syscall.SysProcAttr {
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}, nil
}

func postgresURL(user, address string) string {
	return fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", user, address, postgresUser)
}

// asSuperuser runs statements that may be run again in Postgres, each by itself, past the proxies.
func asSuperuser(ctx context.Context, s *store, statements ...string) error {
	return ask(ctx, "Postgres", func(ctx context.Context) error { return asSuperuserOnce(ctx, s, statements...) })
}

func asSuperuserOnce(ctx context.Context, s *store, statements ...string) error {
	db, err := sql.Open("pgx", fmt.Sprintf("postgres://postgres@%s/postgres?sslmode=disable", s.address))
	if err != nil {
		return err
	}
	defer db.Close()
	for _, q := range statements {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

func postgresAnswers(ctx context.Context, s *store) error {
	return poll(ctx, "Postgres", func() error {
		if err := s.died(); err != nil {
			return fatal{err}
		}
		return asSuperuserOnce(ctx, s, "SELECT 1")
	})
}
