package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// link is a way to a service that can be cut and mended.
type link struct {
	to   string
	l    net.Listener
	mu   sync.Mutex
	down bool
	open map[net.Conn]struct{}
	done sync.WaitGroup
}

func newLink(t *testing.T, to string) *link {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k := &link{to: to, l: l, open: make(map[net.Conn]struct{})}
	k.done.Add(1)
	go k.accept()
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		k.cut()
		k.done.Wait()
	})
	return k
}

func (k *link) addr() string { return k.l.Addr().String() }

func (k *link) accept() {
	defer k.done.Done()
	for {
		c, err := k.l.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", k.to)
		if err != nil || !k.add(c, far) {
			c.Close()
			if far != nil {
				far.Close()
			}
			continue
		}
		k.done.Add(2)
		go k.pass(c, far)
		go k.pass(far, c)
	}
}

// add takes a pair of connections, unless the link is cut.
func (k *link) add(conns ...net.Conn) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.down {
		return false
	}
	for _, c := range conns {
		k.open[c] = struct{}{}
	}
	return true
}

func (k *link) pass(from, to net.Conn) {
	defer k.done.Done()
	// How it ends says nothing: the link was cut, or an end hung up.
	_, err := io.Copy(to, from)
	if err == nil || errors.Is(err, net.ErrClosed) {
		from.Close()
	}
	to.Close()
	from.Close()
	k.mu.Lock()
	delete(k.open, from)
	k.mu.Unlock()
}

// cut ends what is open and refuses what comes.
func (k *link) cut() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.down = true
	for c := range k.open {
		c.Close()
	}
}

func (k *link) mend() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.down = false
}

// through puts the link before Redis or Postgres in a copy of the parts.
func (p parts) through(redis, postgres *link) (parts, error) {
	if redis != nil {
		p.redis = redis.addr()
	}
	if postgres != nil {
		u, err := url.Parse(p.postgres)
		if err != nil {
			return p, err
		}
		u.Host = postgres.addr()
		p.postgres = u.String()
	}
	return p, nil
}

func (p parts) postgresHost(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(p.postgres)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// keys are what is in Redis under the test's prefix.
func (p parts) keys(ctx context.Context, c *redis.Client) ([]string, error) {
	var out []string
	iter := c.Scan(ctx, 0, "*"+p.prefix+"*", 1000).Iterator()
	for iter.Next(ctx) {
		out = append(out, iter.Val())
	}
	return out, iter.Err()
}

// wipe loses everything in Redis, as a restart without persistence does.
func (p parts) wipe(t *testing.T) {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: p.redis})
	defer c.Close()
	keys, err := p.keys(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) == 0 {
		t.Fatal("there was nothing in Redis to lose")
	}
	if err := c.Del(t.Context(), keys...).Err(); err != nil {
		t.Fatal(err)
	}
}

// flow produces lines of known services, a batch after the other.
type flow struct {
	t    *testing.T
	send func(values []string)
	from time.Time
	want map[string]uint64
	n    int
}

func newFlow(t *testing.T, send func([]string)) *flow {
	return &flow{t: t, send: send, from: time.Now().Add(-time.Minute), want: make(map[string]uint64)}
}

func (f *flow) batch(size int) {
	lines := make([]string, size)
	for i := range lines {
		service, level := []string{"orders", "search", "gateway"}[i%3], []string{"info", "info", "warn", "error"}[i%4]
		f.want[service+"/"+level]++
		lines[i] = fmt.Sprintf(`{"time":%q,"level":%q,"service":%q,"host":"h%d","msg":"request %d took %d ms"}`,
			time.Now().UTC().Format(time.RFC3339Nano), level, service, i%5, f.n, i)
		f.n++
	}
	f.send(lines)
}

// gated is a listener whose connections can be cut.
type gated struct {
	net.Listener
	mu   sync.Mutex
	down bool
	open []net.Conn
}

// Accept hands out connections while the gate is open, and hangs up on the others.
func (g *gated) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		g.mu.Lock()
		down := g.down
		if !down {
			g.open = append(g.open, c)
		}
		g.mu.Unlock()
		if !down {
			return c, nil
		}
		c.Close()
	}
}

func (g *gated) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = true
	for _, c := range g.open {
		c.Close()
	}
	g.open = nil
}

func (g *gated) mend() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = false
}
