package embedded

import (
	"context"
	"fmt"
	"net"
	"sync"
)

// listen takes the address that was asked for, or a free port where that is allowed.
func listen(ctx context.Context, opts Options) (net.Listener, error) {
	host, _, err := net.SplitHostPort(opts.Listen)
	if err != nil {
		return nil, fmt.Errorf("embedded broker: %q is not host:port", opts.Listen)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("embedded broker: %s is no loopback address: the broker has no authentication; use 127.0.0.1, or a Kafka of your own", host)
	}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", opts.Listen)
	if err != nil && opts.FreePort {
		l, err = c.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return nil, fmt.Errorf("embedded broker: %w; is another Kafka running there? Use --kafka-listen with another port, or port 0", err)
	}
	return l, nil
}

// lateListener hands out no connection before it is open: nobody may produce before the broker knows whom it refuses.
type lateListener struct {
	net.Listener
	opened, closed   chan struct{}
	opening, closing sync.Once
}

func newLateListener(l net.Listener) *lateListener {
	return &lateListener{Listener: l, opened: make(chan struct{}), closed: make(chan struct{})}
}

func (l *lateListener) open() { l.opening.Do(func() { close(l.opened) }) }

// Accept waits until the listener is open.
func (l *lateListener) Accept() (net.Conn, error) {
	select {
	case <-l.opened:
		return l.Listener.Accept()
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends a waiting Accept too.
func (l *lateListener) Close() error {
	l.closing.Do(func() { close(l.closed) })
	return l.Listener.Close()
}
