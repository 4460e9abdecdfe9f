// Package testkit is what tests of several packages need: ports for servers, and waiting for a condition.
package testkit

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
	"time"
)

// Ports are n TCP ports of loopback on which nobody listens. They lie under those that systems give to connections: one
// that a client is given meanwhile would keep a server from starting, or from starting again.
func Ports(n int) ([]int, error) {
	const lowest, highest = 15000, 32000
	var out []int
	for tries := 0; len(out) < n; tries++ {
		port := lowest + rand.IntN(highest-lowest)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			defer l.Close()
			out = append(out, port)
		} else if tries > 100*n {
			return nil, fmt.Errorf("no free port: %w", err)
		}
	}
	return out, nil
}

// Address is an address of loopback as host:port on which nobody listens.
func Address(t testing.TB) string {
	t.Helper()
	ports, err := Ports(1)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("127.0.0.1:%d", ports[0])
}

// Until asks again and again until ok, for at most a minute; then the test fails.
func Until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("%s did not come within a minute", what)
		case <-tick.C:
		}
	}
}
