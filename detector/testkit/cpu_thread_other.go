//go:build unix && !linux

package testkit

import (
	"testing"
	"time"
)

// ThreadCPU is the processor time of the whole process, as that of a thread is not told here.
func ThreadCPU(t testing.TB) time.Duration { return CPU(t) }
