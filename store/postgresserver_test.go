package store_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tocsin-io/tocsin/detector/testkit"
)

// postgresServer is a Postgres of the test's own, which dies with the test.
type postgresServer struct {
	bin, dir, addr, port string
	cmd                  *exec.Cmd
}

// newPostgresServer makes a server with what fill puts into its directory, and starts it with further settings.
func newPostgresServer(t *testing.T, fill func(s *postgresServer), settings ...string) *postgresServer {
	t.Helper()
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(bins) == 0 {
		t.Fatal("no Postgres in /usr/lib/postgresql: run .ci/services up")
	}
	slices.Sort(bins)
	dir, err := os.MkdirTemp("", "tocsin-postgres-") // t.TempDir is closed to other users, and Postgres refuses root
	if err != nil {
		t.Fatal(err)
	}
	s := &postgresServer{bin: filepath.Dir(bins[len(bins)-1]), dir: dir, addr: testkit.Address(t)}
	_, s.port, _ = net.SplitHostPort(s.addr)
	t.Cleanup(func() {
		s.kill()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if c := credential(t); c != nil {
		if err := os.Chown(dir, int(c.Uid), int(c.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	fill(s)
	s.cmd = s.command(t, "postgres", append([]string{
		"-D", s.data(), "-p", s.port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "wal_level=replica",
	}, settings...)...)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	testkit.Until(t, "Postgres to answer", func() bool {
		conn, err := pgx.Connect(context.Background(), s.dsn("postgres"))
		if err != nil {
			return false
		}
		return conn.Close(context.Background()) == nil
	})
	return s
}

func (s *postgresServer) data() string { return filepath.Join(s.dir, "data") }

func (s *postgresServer) dsn(database string) string {
	return "postgres://tocsin@" + s.addr + "/" + database + "?sslmode=disable"
}

// command is one of Postgres' programs, run as a user that it accepts.
func (s *postgresServer) command(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Credential: credential(t)}
	return cmd
}

func (s *postgresServer) run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := s.command(t, name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// kill ends the server at once; its sessions follow when they see it.
func (s *postgresServer) kill() {
	if s.cmd == nil || s.cmd.Process == nil {
		return
	}
	_ = s.cmd.Process.Kill() // what has ended already is no fault
	_ = s.cmd.Wait()
	s.cmd = nil
}

// credential is the user postgres where the test is root, whom Postgres refuses.
func credential(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err1 != nil || err2 != nil {
		t.Fatalf("the user postgres has no numbers: %q, %q", u.Uid, u.Gid)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// newPair starts a primary whose commits wait for a standby, and the standby. The DSN names both and takes the one that
// can be written.
func newPair(t *testing.T) (primary, standby *postgresServer, dsn string) {
	t.Helper()
	primary = newPostgresServer(t, func(s *postgresServer) {
		s.run(t, "initdb", "-D", s.data(), "-A", "trust", "-U", "tocsin", "--no-sync")
	}, "-c", "synchronous_standby_names=*", "-c", "synchronous_commit=local", "-c", "max_connections=60")
	standby = newPostgresServer(t, func(s *postgresServer) {
		s.run(t, "pg_basebackup", "-D", s.data(), "-h", "127.0.0.1", "-p", primary.port, "-U", "tocsin", "-R", "-X", "stream", "-c", "fast", "--no-sync")
	}, "-c", "max_connections=60")
	return primary, standby, fmt.Sprintf("postgres://tocsin@%s,%s/postgres?sslmode=disable&target_session_attrs=read-write&synchronous_commit=on", primary.addr, standby.addr)
}

func (s *postgresServer) promote(t *testing.T) {
	t.Helper()
	s.run(t, "pg_ctl", "-D", s.data(), "-w", "promote")
}
