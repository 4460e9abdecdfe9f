package rate_test

import (
	"context"
	"net"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/tocsin-io/tocsin/detector/testkit"
)

// redisServer is a redis-server of the test's own, which dies with the test.
type redisServer struct {
	addr, port string
	args       []string
	admin      *redis.Client
	cmd        *exec.Cmd
}

// newRedisServer starts a server on a free port with further arguments; a configuration file may be the first of them.
func newRedisServer(t testing.TB, args ...string) *redisServer {
	t.Helper()
	s := &redisServer{addr: testkit.Address(t)}
	_, s.port, _ = net.SplitHostPort(s.addr)
	var conf []string
	if len(args) > 0 && !strings.HasPrefix(args[0], "--") {
		conf, args = args[:1], args[1:]
	}
	s.args = append(append(conf, "--port", s.port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir()), args...)
	s.admin = redis.NewClient(&redis.Options{Addr: s.addr})
	t.Cleanup(func() {
		s.admin.Close()
		s.kill()
	})
	s.start(t)
	return s
}

// start runs the server, again after kill with what its append-only file holds, and waits until it answers.
func (s *redisServer) start(t testing.TB) {
	t.Helper()
	s.cmd = exec.Command("redis-server", s.args...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var err error
	testkit.Until(t, "redis-server to answer", func() bool {
		err = s.admin.Ping(context.Background()).Err()
		return err == nil || strings.HasPrefix(err.Error(), "NOAUTH")
	})
}

// kill ends the server at once, as a power cut does.
func (s *redisServer) kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill() // what has ended already is no fault
	_ = s.cmd.Wait()
	s.cmd = nil
}

// do sends a command to the server itself, whatever a cluster or sentinel would say.
func (s *redisServer) do(t testing.TB, args ...any) any {
	t.Helper()
	got, err := s.admin.Do(context.Background(), args...).Result()
	if err != nil {
		t.Fatalf("%v at %s: %v", args, s.addr, err)
	}
	return got
}
