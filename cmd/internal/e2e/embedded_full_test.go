//go:build linux

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/testkit"
)

// smallDisk is a file system of its own of so many MiB.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", size))
	if errors.Is(err, fs.ErrPermission) {
		t.Fatal("a small disk cannot be mounted: run the tests as root, or under unshare --user --map-root-user --mount")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all that is left of a disk.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4 << 10, 1} {
		for piece := bytes.Repeat([]byte("x"), size); err == nil; {
			_, err = f.Write(piece)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		err = nil
	}
}

// used is how many bytes of files there are.
func used(t *testing.T, dir string) (n int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil // a file may go while we look
		}
		if info, err := e.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFullDisk fills the disk on which log, counts and incidents are: producers are told to try again, the health says
// why and since when, and when there is room again everything is counted, once. A kill while it is full changes nothing.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	data, broker, random := smallDisk(t, 64), testkit.Address(t), seeded(t)
	from := time.Now().Add(-time.Minute)
	p := alone(t, data, broker, "3, max_bytes: 8MiB")
	s := newSender(t, broker, "logs", random, nil)
	s.send(2000)
	exactly(t, p.url, from, s.flush(t))
	filler := filepath.Join(data, "filler")
	for round := range 2 {
		began := time.Now()
		fill(t, filler)
		s.send(3000)
		told := func() (bool, string) {
			var h stores
			err := tryGet(p.url+"/api/v1/health", &h)
			return err == nil && slices.ContainsFunc(h.Stores, func(o oneStore) bool {
				return o.Name == "Kafka" && o.State == "away" && strings.Contains(o.Error, "full") &&
					o.Since != nil && !o.Since.Before(began.Add(-time.Second)) && !o.Since.After(time.Now().Add(time.Second))
			}), fmt.Sprintf("%v %+v", err, h)
		}
		eventually(t, 30*time.Second, "a full disk in the health", told)
		if s.client.BufferedProduceRecords() == 0 {
			t.Error("lines were taken on a full disk")
		}
		if round == 1 {
			p.kill()
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		if round == 1 {
			p = alone(t, data, broker, "3, max_bytes: 8MiB")
		}
		exactly(t, p.url, from, s.flush(t))
		eventually(t, 30*time.Second, "everything back in the health", func() (bool, string) {
			var h stores
			err := tryGet(p.url+"/api/v1/health", &h)
			return err == nil && !slices.ContainsFunc(h.Stores, func(o oneStore) bool { return o.State != "good" }), fmt.Sprintf("%v %+v", err, h)
		})
	}
	// More than the broker keeps flows through, and the disk holds it: the log is bounded, and what counts is small.
	for range 8 {
		for range 30 {
			s.line(kinds[0].kind, "h1", "request 1 of customer c-1 took 1 ms "+strings.Repeat("and more ", 10_000))
		}
		exactly(t, p.url, from, s.flush(t))
	}
	eventually(t, 30*time.Second, "a log within its bound", func() (bool, string) {
		n := used(t, filepath.Join(data, "broker"))
		return n < 8<<20+3*(2<<20), fmt.Sprint(n) // a segment of each partition is not full yet
	})
}
