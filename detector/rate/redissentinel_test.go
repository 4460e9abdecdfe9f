package rate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/rate/ratetest"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// sentinel watches a master and its replica.
type sentinel struct {
	*redisServer
	master, replica *redisServer
}

// replicaUser is who the replica is to the master, so that a test can turn it away.
const replicaUser = "replica"

func newSentinel(t testing.TB) sentinel {
	t.Helper()
	s := sentinel{master: newRedisServer(t, "--appendonly", "yes")}
	s.master.do(t, "ACL", "SETUSER", replicaUser, "on", ">secret", "+psync", "+replconf", "+ping")
	s.replica = newRedisServer(t, "--appendonly", "yes", "--replicaof", "127.0.0.1 "+s.master.port,
		"--masteruser", replicaUser, "--masterauth", "secret")
	conf := filepath.Join(t.TempDir(), "sentinel.conf") // which it writes to
	text := fmt.Sprintf("sentinel monitor counts 127.0.0.1 %s 1\nsentinel down-after-milliseconds counts 500\nsentinel failover-timeout counts 5000\n", s.master.port)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.redisServer = newRedisServer(t, conf, "--sentinel")
	testkit.Until(t, "the sentinel to know a replica that can be promoted", func() bool {
		replicas := s.do(t, "SENTINEL", "REPLICAS", "counts").([]any)
		if len(replicas) != 1 {
			return false
		}
		fields := replicas[0].(map[any]any)
		return fields["flags"] == "slave" && fields["master-link-status"] == "ok"
	})
	return s
}

// part turns the replica away, so that the master acknowledges what it alone has.
func (s sentinel) part(t *testing.T) {
	t.Helper()
	s.master.do(t, "ACL", "SETUSER", replicaUser, "off")
	s.master.do(t, "CLIENT", "KILL", "TYPE", "replica")
	testkit.Until(t, "the replica to lose its master", func() bool {
		return s.replica.do(t, "ROLE").([]any)[3] != "connected"
	})
}

// promoted waits until the sentinel made the replica the master.
func (s sentinel) promoted(t *testing.T) {
	t.Helper()
	testkit.Until(t, "the replica to be promoted", func() bool {
		return s.replica.do(t, "ROLE").([]any)[0] == "master" &&
			s.do(t, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "counts").([]any)[1] == s.replica.port
	})
}

// TestRedisSentinel runs the suite on a master that Sentinel names, and fails over while owners write to a replica that
// lacks the newest acknowledged writes: they are missed, what they held is read again, and every line is counted once.
func TestRedisSentinel(t *testing.T) {
	s := newSentinel(t)
	opts := rate.RedisOptions{Addresses: []string{s.addr}, MasterName: "counts"}
	for want, opts := range map[string]rate.RedisOptions{
		"Redis ":           opts,
		"give master_name": {Addresses: []string{s.addr}},
		"a replica":        {Addresses: []string{s.replica.addr}},
	} {
		if got := described(t, opts); !strings.Contains(got, want) {
			t.Errorf("described as %s, want %q in it", got, want)
		}
	}
	suite := opts
	suite.Prefix = "suite"
	ratetest.Run(t, func(t *testing.T) rate.Backend { return backendAt(t, suite) })
	t.Run("fail-over", func(t *testing.T) {
		fs, hold := newFollowers(backendAt(t, opts), 3, 5000)
		finish := fs.start(t)
		fs.moreWrites(t, 100)
		s.part(t)
		fs.moreWrites(t, 100)
		s.master.kill()
		s.promoted(t)
		for _, f := range fs {
			testkit.Until(t, "every owner to notice that its writes were lost", func() bool { return f.behind.Load() > 0 })
		}
		fs.moreWrites(t, 100)

		// The old master comes back with the writes that nobody else has, and believes to be the master until it is told.
		s.master.start(t)
		fs.moreWrites(t, 100)
		hold.Store(false)
		finish()
	})
}
