package proxy_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/chaos/proxy"
)

// echo answers each line with itself and counts what arrives.
func echo(t *testing.T) (address string, arrived *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	arrived = new(atomic.Int64)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				r := bufio.NewReader(c)
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					arrived.Add(1)
					if _, err := io.WriteString(c, line); err != nil {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String(), arrived
}

type client struct {
	t *testing.T
	c net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, address string) *client {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &client{t, c, bufio.NewReader(c)}
}

func (c *client) say(line string) {
	c.t.Helper()
	if _, err := fmt.Fprintln(c.c, line); err != nil {
		c.t.Fatal(err)
	}
}

// hear reads an answer, at most for so long.
func (c *client) hear(within time.Duration) (string, error) {
	c.t.Helper()
	if err := c.c.SetReadDeadline(time.Now().Add(within)); err != nil {
		c.t.Fatal(err)
	}
	return c.r.ReadString('\n')
}

func (c *client) mustHear(want string) {
	c.t.Helper()
	if got, err := c.hear(10 * time.Second); err != nil || got != want+"\n" {
		c.t.Fatalf("heard %q, %v; want %q", got, err, want)
	}
}

func (c *client) silence() {
	c.t.Helper()
	if got, err := c.hear(100 * time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Fatalf("heard %q, %v; want nothing", got, err)
	}
}

func (c *client) mustBeCut(which string) {
	c.t.Helper()
	if _, err := c.hear(10 * time.Second); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Errorf("%s after the cut: %v", which, err)
	}
}

func TestModes(t *testing.T) {
	address, arrived := echo(t)
	p, err := proxy.New(address)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	c := dial(t, p.Addr())
	c.say("one")
	c.mustHear("one")

	p.Set(proxy.BlackHole)
	c.say("two")
	c.silence()
	late := dial(t, p.Addr())
	late.say("late")
	late.silence()
	if n := arrived.Load(); n != 1 {
		t.Errorf("%d lines arrived through a black hole", n-1)
	}
	p.Set(proxy.Open)
	c.mustHear("two")
	late.mustHear("late")

	p.Set(proxy.HalfOpen)
	c.say("three")
	for deadline := time.Now().Add(10 * time.Second); arrived.Load() < 4; {
		if time.Now().After(deadline) {
			t.Fatal("what is sent does not arrive while half-open")
		}
		c.silence()
	}
	c.silence()
	p.Set(proxy.Open)
	c.mustHear("three")

	p.Set(proxy.Slow)
	began := time.Now()
	c.say("four")
	c.mustHear("four")
	if took := time.Since(began); took < 2*proxy.Delay {
		t.Errorf("slow took %s", took)
	}

	p.Set(proxy.Refuse)
	c.mustBeCut("an open connection")
	// A new one may be reset before the client hears that it was made.
	if c, err := net.Dial("tcp", p.Addr()); err == nil {
		(&client{t, c, bufio.NewReader(c)}).mustBeCut("a new connection")
		c.Close()
	}
	p.Set(proxy.Open)
	c = dial(t, p.Addr())
	c.say("five")
	c.mustHear("five")

	p.Set(proxy.Forgotten)
	c.say("six")
	c.silence()
	after := dial(t, p.Addr())
	after.say("seven")
	after.mustHear("seven")
	p.Set(proxy.Open)
	c.silence()
	after.say("eight")
	after.mustHear("eight")
}

// TestCloseEnds closes while a connection is held back.
func TestCloseEnds(t *testing.T) {
	address, _ := echo(t)
	p, err := proxy.New(address)
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, p.Addr())
	c.say("one")
	c.mustHear("one")
	p.Set(proxy.BlackHole)
	c.say("two")
	c.silence()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.hear(10 * time.Second); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after Close: %v", err)
	}
}
