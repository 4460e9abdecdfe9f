// Package proxy is a TCP proxy for tests whose way can be cut as networks are cut.
package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Mode is how the way through a Proxy is.
type Mode int

// The modes. What was held back in BlackHole and HalfOpen goes on when the way is open again, as what TCP sends again
// does after a cut.
const (
	Open      Mode = iota // everything passes
	Refuse                // open connections are reset, and new ones too
	BlackHole             // connections stay, and nothing passes
	HalfOpen              // what the client sends arrives; what the server answers does not
	Slow                  // every piece is late by Delay
	Forgotten             // connections that are open now are dead for good and nobody is told; new ones pass
)

// String names the mode.
func (m Mode) String() string {
	switch m {
	case Open:
		return "open"
	case Refuse:
		return "refuse"
	case BlackHole:
		return "black hole"
	case HalfOpen:
		return "half-open"
	case Slow:
		return "slow"
	case Forgotten:
		return "forgotten"
	}
	return fmt.Sprintf("mode %d", int(m))
}

// Delay is how late a piece of at most 32 KiB is in Slow.
const Delay = 100 * time.Millisecond

// Proxy passes connections on to one address. Its methods are safe for concurrent use.
type Proxy struct {
	to   string
	l    net.Listener
	ctx  context.Context // ends with Close
	stop context.CancelFunc
	done sync.WaitGroup

	mu      sync.Mutex
	mode    Mode
	changed chan struct{} // closed and replaced when the mode changes
	age     int           // of connections: how often those before were forgotten
	open    map[net.Conn]struct{}
}

// New listens on a free port of loopback and passes on to address. Close it.
func New(address string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	p := &Proxy{to: address, l: l, changed: make(chan struct{}), open: make(map[net.Conn]struct{})}
	p.ctx, p.stop = context.WithCancel(context.Background())
	p.done.Add(1)
	go p.accept()
	return p, nil
}

// Addr is where it listens.
func (p *Proxy) Addr() string { return p.l.Addr().String() }

// Set changes the mode, for connections that are open too.
func (p *Proxy) Set(m Mode) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode = m
	close(p.changed)
	p.changed = make(chan struct{})
	switch m {
	case Refuse:
		p.reset()
	case Forgotten:
		p.age++
	}
}

// Close resets all connections and returns when nothing runs any more.
func (p *Proxy) Close() error {
	err := p.l.Close()
	p.stop()
	p.mu.Lock()
	p.reset()
	p.mu.Unlock()
	p.done.Wait()
	return err
}

// reset ends what is open. p.mu is held.
func (p *Proxy) reset() {
	for c := range p.open {
		hangUp(c)
	}
}

// hangUp closes a connection so that the other side sees a reset.
func hangUp(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // of a connection that is gone already nothing is lost
	}
	c.Close()
}

func (p *Proxy) accept() {
	defer p.done.Done()
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		age, ok := p.add(c)
		if !ok {
			hangUp(c)
			continue
		}
		p.done.Add(1)
		go p.serve(c, age)
	}
}

// add takes a connection, unless the way is refused or closed.
func (p *Proxy) add(c net.Conn) (age int, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mode == Refuse || p.ctx.Err() != nil {
		return 0, false
	}
	p.open[c] = struct{}{}
	return p.age, true
}

func (p *Proxy) remove(c net.Conn) {
	hangUp(c)
	p.mu.Lock()
	delete(p.open, c)
	p.mu.Unlock()
}

// serve passes one connection in both directions until an end hangs up.
func (p *Proxy) serve(near net.Conn, age int) {
	defer p.done.Done()
	defer p.remove(near)
	if !p.wait(age, false) {
		return
	}
	var d net.Dialer
	far, err := d.DialContext(p.ctx, "tcp", p.to)
	if err != nil {
		return
	}
	if _, ok := p.add(far); !ok {
		hangUp(far)
		return
	}
	defer p.remove(far)
	var both sync.WaitGroup
	both.Add(2)
	go func() { defer both.Done(); p.pass(near, far, age, false) }()
	go func() { defer both.Done(); p.pass(far, near, age, true) }()
	both.Wait()
}

// pass copies one direction; when it ends, the other one ends too.
func (p *Proxy) pass(from, to net.Conn, age int, back bool) {
	defer from.Close()
	defer to.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if n > 0 {
			if !p.wait(age, back) {
				return
			}
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			// An end in a black hole is not seen on the other side either.
			if !errors.Is(err, net.ErrClosed) {
				p.wait(age, back)
			}
			return
		}
	}
}

// wait returns when a piece of a connection of this age may pass in this direction; false when the proxy is closed.
func (p *Proxy) wait(age int, back bool) bool {
	for {
		p.mu.Lock()
		mode, changed, forgotten := p.mode, p.changed, age < p.age
		p.mu.Unlock()
		switch {
		case forgotten:
			<-p.ctx.Done()
			return false
		case mode == BlackHole, mode == HalfOpen && back:
			select {
			case <-changed:
			case <-p.ctx.Done():
				return false
			}
		case mode == Slow:
			t := time.NewTimer(Delay)
			defer t.Stop()
			select {
			case <-t.C:
				return true
			case <-p.ctx.Done():
				return false
			}
		default:
			return p.ctx.Err() == nil
		}
	}
}
