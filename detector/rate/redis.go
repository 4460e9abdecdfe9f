package rate

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// RedisOptions say where Redis is: one server, a master found by Sentinel (MasterName) or a Cluster.
type RedisOptions struct {
	Addresses  []string // the server, the sentinels, or some members of the cluster
	MasterName string   // what Sentinel calls the master; empty without Sentinel
	Cluster    bool

	Username, Password                 string
	SentinelUsername, SentinelPassword string
	DB                                 int // not with Cluster
	TLS                                *tls.Config
	Timeout                            time.Duration // of one command, 5 s where zero

	Prefix string           // of every key; "tocsin" where empty
	Now    func() time.Time // the clock; needed
}

// Redis is a Backend in Redis 7. Every key of a partition carries the partition's hash tag, so that one script can
// write them:
//
//	tocsin:{logs/3}:m            hash: epoch e, sequence s, its writer w, checkpoint c
//	tocsin:{logs/3}:d            list: the dictionary
//	tocsin:{logs/3}:f:UNIX       hash: shard -> block of a fine bucket; c:UNIX of a coarse one
//	tocsin:{logs/3}:zf, zc       sorted set: the starts of the buckets
//	tocsin:{logs/3}:x:WEEK       hash: series -> samples that were written in that week
//	tocsin:partitions            set: logs/3; what Forget removed is taken out
//	tocsin:{state}               hash: shard -> state of its judges
type Redis struct {
	client redis.UniversalClient
	prefix string
	now    func() time.Time

	mu     sync.Mutex
	listed map[Partition]time.Time // when the partition was put into the set last
	closed bool
}

var _ Backend = (*Redis)(nil)

// NewRedis makes the client; it connects with the first call.
func NewRedis(opts RedisOptions) (*Redis, error) {
	if len(opts.Addresses) == 0 {
		return nil, errors.New("redis: no address: give host:port")
	}
	if opts.Cluster && (opts.DB != 0 || opts.MasterName != "") {
		return nil, errors.New("redis: a cluster has neither databases nor a master's name: leave db and master_name out")
	}
	if opts.Now == nil {
		return nil, errors.New("redis: no clock was given")
	}
	if opts.Prefix == "" {
		opts.Prefix = "tocsin"
	}
	if opts.Timeout <= 0 {
		opts.Timeout = 5 * time.Second
	}
	client := redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs: opts.Addresses, MasterName: opts.MasterName, IsClusterMode: opts.Cluster,
		Username: opts.Username, Password: opts.Password, DB: opts.DB, TLSConfig: opts.TLS,
		SentinelUsername: opts.SentinelUsername, SentinelPassword: opts.SentinelPassword,
		ClientName: "tocsin", ContextTimeoutEnabled: true,
		DialTimeout: opts.Timeout, ReadTimeout: opts.Timeout, WriteTimeout: opts.Timeout,
		// What the server announces of its maintenance is met by trying again, as every other failure is.
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	return &Redis{client: client, prefix: opts.Prefix, now: opts.Now, listed: make(map[Partition]time.Time)}, nil
}

// Ping implements Backend.
func (r *Redis) Ping(ctx context.Context) error {
	if err := r.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	return nil
}

// Close implements Backend.
func (r *Redis) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	return r.client.Close()
}

// key is a key of the partition.
func (r *Redis) key(p Partition, rest string) string {
	return r.prefix + ":{" + p.Topic + "/" + strconv.Itoa(p.ID) + "}:" + rest
}

func (r *Redis) bucketKey(p Partition, width time.Duration, start int64) string {
	return r.key(p, widthName(width)+":"+strconv.FormatInt(start, 10))
}

// widthName is the letter of a width in keys.
func widthName(width time.Duration) string {
	if width == Coarse {
		return "c"
	}
	return "f"
}

// weekSeconds is how long samples are written to one hash; they are read from the last two.
const weekSeconds = 7 * 24 * 3600

func (r *Redis) sampleKey(p Partition, back int64) string {
	return r.key(p, "x:"+strconv.FormatInt(floor(r.now().Unix(), weekSeconds)/weekSeconds-back, 10))
}

func (r *Redis) partitionsKey() string { return r.prefix + ":partitions" }
func (r *Redis) stateKey() string      { return r.prefix + ":{state}" }

// relist is how often a partition that is written is put into the set of partitions, which stands in another place of a
// cluster and may lose its writes alone.
const relist = 30 * time.Second

func (r *Redis) list(ctx context.Context, p Partition) error {
	now := r.now()
	r.mu.Lock()
	age := now.Sub(r.listed[p])
	r.mu.Unlock()
	if age >= 0 && age < relist {
		return nil
	}
	if err := r.client.SAdd(ctx, r.partitionsKey(), p.Topic+"/"+strconv.Itoa(p.ID)).Err(); err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listed[p] = now
	return nil
}
