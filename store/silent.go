package store

import (
	"context"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

// A connection whose other end is gone may stay silent for ever: a firewall forgot it, a host lost its power, a proxy
// hangs. Whoever waits on it would wait for as long.
const (
	maxSilence = 15 * time.Second // of a server that owes an answer; a lock is held for less, see idleInTx
	maxPing    = 2 * time.Second  // of a connection that lay idle, before it is used again
)

// patience is how long a server that owes an answer may be silent; 0 is for ever. It is shared by all connections.
type patience struct{ nanos atomic.Int64 }

func (p *patience) set(d time.Duration) { p.nanos.Store(int64(d)) }

// dial makes connections that end when the server is silent for longer.
func (p *patience) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &patientConn{Conn: c, patience: p}, nil
}

// patientConn bounds each read. pgx reads only while the server owes an answer.
type patientConn struct {
	net.Conn
	patience *patience

	mu    sync.Mutex
	until time.Time // the deadline that the driver set for reads; zero: none
}

// Read implements net.Conn.
func (c *patientConn) Read(b []byte) (int, error) {
	silence, err := c.limit()
	if err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(b)
	if silence > 0 && os.IsTimeout(err) {
		return n, fmt.Errorf("the server was silent for %s: %w", silence, err)
	}
	return n, err
}

// limit sets the deadline of the next read: the driver's, or that of our patience, which is returned where it is sooner.
func (c *patientConn) limit() (time.Duration, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	silence, until := time.Duration(c.patience.nanos.Load()), c.until
	if silence > 0 {
		if ours := time.Now().Add(silence); until.IsZero() || ours.Before(until) {
			return silence, c.Conn.SetReadDeadline(ours)
		}
	}
	return 0, c.Conn.SetReadDeadline(until)
}

// SetDeadline implements net.Conn.
func (c *patientConn) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = t
	return c.Conn.SetDeadline(t)
}

// SetReadDeadline implements net.Conn.
func (c *patientConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = t
	return c.Conn.SetReadDeadline(t)
}

// answers asks a connection that lay idle whether it still answers; one that does not is closed, and another is taken.
// It never leaves the asking to the driver, which would wait longer.
func answers(ctx context.Context, p stdlib.ShouldPingParams) bool {
	if p.IdleDuration < time.Second {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, maxPing)
	defer cancel()
	// After a failure the connection is closed: the driver's own ping then tells the pool, without a wait.
	return p.Conn.PgConn().Ping(ctx) != nil
}
