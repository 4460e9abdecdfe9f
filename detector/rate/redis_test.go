package rate_test

import (
	"context"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/rate/ratetest"
)

// redisAddr is where the tests' Redis is.
func redisAddr(t testing.TB) string {
	t.Helper()
	text := os.Getenv("TOCSIN_TEST_REDIS")
	u, err := url.Parse(text)
	if text == "" || err != nil {
		t.Fatalf("TOCSIN_TEST_REDIS is %q: it must be the URL of a Redis (.ci/services up; eval \"$(.ci/services env)\")", text)
	}
	return u.Host
}

// openRedis returns a backend under a prefix of its own, whose keys are removed in the end.
func openRedis(t testing.TB) *rate.Redis {
	t.Helper()
	prefix := ratetest.Topic()
	b, err := rate.NewRedis(rate.RedisOptions{Addresses: []string{redisAddr(t)}, Prefix: prefix, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		c := redis.NewClient(&redis.Options{Addr: redisAddr(t)})
		defer c.Close()
		keys, err := c.Keys(context.Background(), prefix+":*").Result()
		if err == nil && len(keys) > 0 {
			err = c.Unlink(context.Background(), keys...).Err()
		}
		if err != nil {
			t.Error(err)
		}
	})
	return b
}

func TestRedis(t *testing.T) {
	ratetest.Run(t, func(t *testing.T) rate.Backend { return openRedis(t) })
}
