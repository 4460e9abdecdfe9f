package source

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
)

// groupDialer makes the group's connections and can cut them, as kafka-go waits for the answer to a join without
// looking whether it should stop.
type groupDialer struct {
	dialer *kafka.Dialer

	mu    sync.Mutex
	conns map[net.Conn]struct{}
	timer *time.Timer
}

func newGroupDialer(c *client) *groupDialer {
	g := &groupDialer{conns: make(map[net.Conn]struct{})}
	g.dialer = &kafka.Dialer{
		ClientID: c.opts.ClientID, Timeout: c.opts.RequestTimeout, TLS: c.opts.TLS, SASLMechanism: c.mechanism,
		DialFunc: g.dial,
	}
	return g
}

func (g *groupDialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	tracked := &groupConn{Conn: conn, group: g}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.conns[tracked] = struct{}{}
	return tracked, nil
}

// cutAfter cuts, after d, the connections that are open then; leaving the group makes a new one.
func (g *groupDialer) cutAfter(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.timer = time.AfterFunc(d, func() {
		g.mu.Lock()
		var open []net.Conn
		for c := range g.conns {
			open = append(open, c)
		}
		g.mu.Unlock()
		for _, c := range open {
			c.Close()
		}
	})
}

func (g *groupDialer) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.timer != nil {
		g.timer.Stop()
	}
}

type groupConn struct {
	net.Conn
	group *groupDialer
}

// Close implements net.Conn.
func (c *groupConn) Close() error {
	c.group.mu.Lock()
	delete(c.group.conns, c)
	c.group.mu.Unlock()
	return c.Conn.Close()
}
