package rate_test

import (
	"net"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

func described(t *testing.T, opts rate.RedisOptions) string {
	t.Helper()
	what, err := backendAt(t, opts).Describe(t.Context())
	if err != nil {
		return err.Error()
	}
	return what
}

func TestRedisDescribe(t *testing.T) {
	single, admin := ownRedis(t)
	if got := described(t, rate.RedisOptions{Addresses: []string{single}}); !strings.HasPrefix(got, "Redis ") {
		t.Errorf("a single server: %s", got)
	}
	for _, set := range [][2]string{{"maxmemory", "100mb"}, {"maxmemory-policy", "allkeys-lru"}} {
		if err := admin.ConfigSet(t.Context(), set[0], set[1]).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if got := described(t, rate.RedisOptions{Addresses: []string{single}}); !strings.Contains(got, "allkeys-lru") {
		t.Errorf("a server that evicts: %s", got)
	}
	if got := described(t, rate.RedisOptions{Addresses: []string{"127.0.0.1:1"}}); !strings.Contains(got, "refused") {
		t.Errorf("nobody there: %s", got)
	}
	limited, admin := ownRedis(t)
	if err := admin.Do(t.Context(), "ACL", "SETUSER", "u", "on", ">p", "~*", "+@all", "-info").Err(); err != nil {
		t.Fatal(err)
	}
	if got := described(t, rate.RedisOptions{Addresses: []string{limited}, Username: "u", Password: "p"}); got != "Redis" {
		t.Errorf("a server that does not tell this user what it is: %s", got)
	}
	_, bus, _ := net.SplitHostPort(testkit.Address(t))
	member, _ := ownRedis(t, "--cluster-port", bus, "--cluster-enabled", "yes")
	if got := described(t, rate.RedisOptions{Addresses: []string{member}}); !strings.Contains(got, "set cluster to true") {
		t.Errorf("a member of a cluster: %s", got)
	}
}
