package testkit

import "testing"

// OneGoroutine skips a long test of one goroutine under the race detector, which has no say in it. `make test` tests its
// package without the race detector too: it stands in .ci/norace or .ci/both, which cmd/internal/arrows holds.
func OneGoroutine(t testing.TB) {
	t.Helper()
	if Race {
		t.Skip("one goroutine, too long under the race detector: runs without it")
	}
}
