package store_test

import (
	"bytes"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
)

// commitProxy stands between a store and Postgres. Once it is armed, it passes the next COMMIT on and, when the database
// has answered it, cuts the connection instead of passing on the answer.
type commitProxy struct {
	dsn   string // leads through the proxy
	armed atomic.Bool
	cuts  atomic.Int64
}

func newCommitProxy(t *testing.T, dsn string) *commitProxy {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal("the DSN is not a URL")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	target := u.Host
	u.Host = l.Addr().String()
	p := &commitProxy{dsn: u.String()}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				client.Close()
				continue
			}
			go p.relay(client, server)
		}
	}()
	return p
}

func (p *commitProxy) relay(client, server net.Conn) {
	defer server.Close()
	defer client.Close()
	var cut atomic.Bool
	go func() {
		defer client.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if cut.Load() {
				p.cuts.Add(1)
				return
			}
			if _, wrote := client.Write(buf[:n]); err != nil || wrote != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		// The client sends COMMIT by itself, as it has the answers to all before it.
		if string(bytes.ToLower(buf[:n])) == "q\x00\x00\x00\x0bcommit\x00" {
			cut.Store(p.armed.CompareAndSwap(true, false))
		}
		if _, wrote := server.Write(buf[:n]); err != nil || wrote != nil {
			return
		}
	}
}
