//go:build unix

package testkit

import (
	"syscall"
	"testing"
	"time"
)

// CPU is the processor time that this process has used: what else runs on the machine is not in it.
func CPU(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
