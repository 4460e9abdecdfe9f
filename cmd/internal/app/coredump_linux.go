package app

import (
	"fmt"
	"syscall"
)

// ForbidCoreDumps keeps the kernel from writing this process's memory, in which lines stand as they came, to a file or
// to a program that collects crashes. The latter is started whatever the limit on files says, so the process is marked
// as one not to be dumped too.
func ForbidCoreDumps() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("limit core dumps to nothing: %w", err)
	}
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_DUMPABLE, 0, 0); errno != 0 {
		return fmt.Errorf("mark the process as not to be dumped: %w", errno)
	}
	return nil
}
