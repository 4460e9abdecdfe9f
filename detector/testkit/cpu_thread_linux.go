package testkit

import (
	"syscall"
	"testing"
	"time"
)

// ThreadCPU is the processor time that the calling thread has used: runtime.LockOSThread makes it that of one goroutine.
func ThreadCPU(t testing.TB) time.Duration {
	t.Helper()
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(thread, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
