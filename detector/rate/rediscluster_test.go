package rate_test

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/rate/ratetest"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// redisCluster is three masters that share the slots.
type redisCluster []*redisServer

func newRedisCluster(t testing.TB) redisCluster {
	t.Helper()
	var c redisCluster
	create := []string{"--cluster", "create", "--cluster-yes"}
	for range 3 {
		_, bus, _ := net.SplitHostPort(testkit.Address(t)) // by itself it takes the port 10,000 above its own, which others may have
		s := newRedisServer(t, "--cluster-port", bus, "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--appendonly", "yes", "--appendfsync", "always")
		c, create = append(c, s), append(create, s.addr)
	}
	if out, err := exec.Command("redis-cli", create...).CombinedOutput(); err != nil {
		t.Fatalf("cluster create: %v\n%s", err, out)
	}
	c.ready(t)
	return c
}

func (c redisCluster) addrs() (out []string) {
	for _, s := range c {
		out = append(out, s.addr)
	}
	return out
}

// ready waits until every node knows all slots and all others.
func (c redisCluster) ready(t testing.TB) {
	t.Helper()
	testkit.Until(t, "the cluster to come up", func() bool {
		return !slices.ContainsFunc(c, func(s *redisServer) bool {
			info, err := s.admin.ClusterInfo(context.Background()).Result()
			return err != nil || !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:3")
		})
	})
}

// slot is the slot of a partition's keys, and owner the index of the master that has it.
func (c redisCluster) slot(t testing.TB, p rate.Partition) (slot int64, owner int) {
	t.Helper()
	slot = c[0].do(t, "CLUSTER", "KEYSLOT", fmt.Sprintf("tocsin:{%s/%d}:m", p.Topic, p.ID)).(int64)
	shards, err := c[0].admin.ClusterShards(context.Background()).Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, shard := range shards {
		if slices.ContainsFunc(shard.Slots, func(r redis.SlotRange) bool { return r.Start <= slot && slot <= r.End }) {
			return slot, slices.IndexFunc(c, func(s *redisServer) bool { return s.port == strconv.FormatInt(shard.Nodes[0].Port, 10) })
		}
	}
	t.Fatalf("nobody has slot %d", slot)
	return 0, 0
}

// migrate moves a slot and what is in it, key by key; between is called while half of the keys are moved.
func (c redisCluster) migrate(t testing.TB, slot int64, from, to int, between func()) {
	t.Helper()
	source, target := c[from], c[to]
	sourceID, targetID := source.do(t, "CLUSTER", "MYID"), target.do(t, "CLUSTER", "MYID")
	target.do(t, "CLUSTER", "SETSLOT", slot, "IMPORTING", sourceID)
	source.do(t, "CLUSTER", "SETSLOT", slot, "MIGRATING", targetID)
	half := source.do(t, "CLUSTER", "COUNTKEYSINSLOT", slot).(int64) / 2
	for moved := int64(0); ; moved++ {
		if moved == half {
			between()
		}
		keys := source.do(t, "CLUSTER", "GETKEYSINSLOT", slot, 1).([]any)
		if len(keys) == 0 {
			break
		}
		source.do(t, "MIGRATE", "127.0.0.1", target.port, keys[0], 0, 5000)
	}
	for _, s := range c {
		s.do(t, "CLUSTER", "SETSLOT", slot, "NODE", targetID)
	}
}

// TestRedisCluster runs the suite on a cluster of three masters, and lets owners write while scripts are forgotten, a slot
// moves and a master dies, which then has what its append-only file holds.
func TestRedisCluster(t *testing.T) {
	cluster := newRedisCluster(t)
	ratetest.Run(t, func(t *testing.T) rate.Backend {
		return backendAt(t, rate.RedisOptions{Addresses: cluster.addrs(), Cluster: true, Prefix: "suite"})
	})
	if got := described(t, rate.RedisOptions{Addresses: cluster.addrs(), Cluster: true}); !strings.HasSuffix(got, ", a cluster of 3 masters") {
		t.Errorf("described as %s", got)
	}
	t.Run("faults", func(t *testing.T) { clusterFaults(t, cluster) })
}

func clusterFaults(t *testing.T, cluster redisCluster) {
	backend := backendAt(t, rate.RedisOptions{Addresses: cluster.addrs(), Cluster: true})
	const partitions = 6
	fs, hold := newFollowers(backend, partitions, 5000)
	finish := fs.start(t)
	fs.moreWrites(t, 100)

	for _, s := range cluster {
		s.do(t, "SCRIPT", "FLUSH")
	}
	fs.moreWrites(t, 100)

	var moved *follower
	for _, f := range fs {
		if slot, owner := cluster.slot(t, f.p); owner == 0 {
			moved = f
			// With its keys on two masters a script over them is refused, and tried again until the slot is whole.
			cluster.migrate(t, slot, 0, 1, func() {
				before := f.failed.Load()
				testkit.Until(t, "a write into the slot that moves to be refused", func() bool { return f.failed.Load() > before })
			})
			break
		}
	}
	if moved == nil {
		t.Fatal("the first master has no partition: take other ids")
	}
	before := moved.acknowledged.Load()
	testkit.Until(t, "writes into the slot that moved", func() bool { return moved.acknowledged.Load() > before+5 })
	if _, owner := cluster.slot(t, moved.p); owner != 1 {
		t.Errorf("the slot is with master %d, it was moved to 1", owner)
	}

	cluster[1].kill()
	fs.moreFailures(t)
	cluster[1].start(t)
	cluster.ready(t)
	fs.moreWrites(t, 100)

	hold.Store(false)
	finish()
	if n := fs.sum(behind); n != 0 {
		t.Errorf("%d writes found another past, and nothing was lost", n)
	}
	oneSlotEach(t, cluster)
}

// oneSlotEach holds that the keys of a partition share a slot, and that every master has some.
func oneSlotEach(t *testing.T, cluster redisCluster) {
	t.Helper()
	slots := make(map[string]int64)
	for i, s := range cluster {
		n := 0
		scan := s.admin.Scan(t.Context(), 0, "tocsin:{logs/*", 1000).Iterator()
		for scan.Next(t.Context()) {
			n++
			tag, _, _ := strings.Cut(strings.TrimPrefix(scan.Val(), "tocsin:{"), "}")
			slot := s.do(t, "CLUSTER", "KEYSLOT", scan.Val()).(int64)
			if other, seen := slots[tag]; seen && other != slot {
				t.Fatalf("%s is in slot %d, other keys of the partition are in %d", scan.Val(), slot, other)
			}
			slots[tag] = slot
		}
		if err := scan.Err(); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			t.Errorf("master %d has no keys: it was not tested", i)
		}
	}
}
