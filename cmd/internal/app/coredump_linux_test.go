package app_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tocsin-io/tocsin/cmd/internal/app"
)

// TestNoCoreDump ends a process by the signal that dumps memory. The process is this test itself, started again.
func TestNoCoreDump(t *testing.T) {
	if mode := os.Getenv("TOCSIN_TEST_DUMP"); mode != "" {
		if mode == "forbidden" {
			if err := app.ForbidCoreDumps(); err != nil {
				t.Fatal(err)
			}
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGABRT); err != nil {
			t.Fatal(err)
		}
		select {}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dumps := func(mode string) bool {
		// The runtime dumps memory with GOTRACEBACK=crash alone.
		cmd := exec.CommandContext(t.Context(), "sh", "-c", `ulimit -c unlimited; exec "$0" -test.run='^TestNoCoreDump$'`, self)
		cmd.Dir = t.TempDir()
		cmd.Env = append(os.Environ(), "TOCSIN_TEST_DUMP="+mode, "GOTRACEBACK=crash")
		err := cmd.Run()
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			t.Fatalf("%s: %v", mode, err)
		}
		status, ok := exit.Sys().(syscall.WaitStatus)
		if !ok || !status.Signaled() || status.Signal() != syscall.SIGABRT {
			t.Fatalf("%s: ended by %v", mode, err)
		}
		files, err := filepath.Glob(filepath.Join(cmd.Dir, "*core*"))
		if err != nil {
			t.Fatal(err)
		}
		return status.CoreDump() || len(files) > 0
	}
	if dumps("forbidden") {
		t.Error("memory was dumped")
	}
	pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	if err != nil {
		t.Fatal(err)
	}
	if !dumps("allowed") {
		t.Logf("this machine dumps nothing anyway, to %s", strings.TrimSpace(string(pattern)))
	}
}
