package rate

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// minRedis is the oldest major version that the scripts were tried on.
const minRedis = 7

// Describe says in a few words what it is connected to. It is an error where that answers but cannot keep counts: a
// sentinel or a cluster's member that is not configured as such, a replica, a version that is too old, or a server that
// throws keys away when memory is short.
func (r *Redis) Describe(ctx context.Context) (string, error) {
	cluster, ok := r.client.(*redis.ClusterClient)
	if !ok {
		info, err := serverInfo(ctx, r.client)
		if err != nil {
			return "", err
		}
		return info.describe(false)
	}
	masters := make(chan string, 1024)
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, c *redis.Client) error {
		info, err := serverInfo(ctx, c)
		if err != nil {
			return err
		}
		what, err := info.describe(true)
		masters <- what
		return err
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s, a cluster of %d masters", <-masters, len(masters)+1), nil
}

// redisInfo is what a server says of itself, by the names of INFO.
type redisInfo map[string]string

func serverInfo(ctx context.Context, c redis.Cmdable) (redisInfo, error) {
	out := make(redisInfo)
	for _, section := range []string{"server", "replication", "memory"} { // several at once are not understood by a sentinel
		text, err := c.Info(ctx, section).Result()
		if redis.HasErrorPrefix(err, "NOPERM") { // counting needs no INFO
			return out, c.Ping(ctx).Err()
		}
		if err != nil {
			return nil, fmt.Errorf("redis: %w", err)
		}
		for line := range strings.Lines(text) {
			if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
				out[name] = value
			}
		}
	}
	return out, nil
}

func (i redisInfo) describe(cluster bool) (string, error) {
	version := i["redis_version"]
	major, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	switch {
	case i["redis_mode"] == "sentinel":
		return "", errors.New("redis: this is a sentinel: give master_name, what the sentinels call the master")
	case i["redis_mode"] == "cluster" && !cluster:
		return "", errors.New("redis: this is a member of a cluster: set cluster to true")
	case i["role"] == "slave":
		return "", errors.New("redis: this is a replica, which cannot be written: give the master's address, or the sentinels' and master_name")
	case err == nil && n < minRedis:
		return "", fmt.Errorf("redis: version %s is too old: %d or newer is needed", version, minRedis)
	}
	if p := i["maxmemory_policy"]; p != "" && p != "noeviction" && i["maxmemory"] != "0" {
		return "", fmt.Errorf("redis: its maxmemory-policy is %s, which throws counts away when memory is short: set noeviction", p)
	}
	return strings.TrimSpace("Redis " + version), nil
}
