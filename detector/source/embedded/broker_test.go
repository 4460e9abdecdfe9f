package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/source/embedded"
)

// childEnv makes the test binary a broker, for the test that kills it.
const childEnv = "TOCSIN_TEST_BROKER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		b, err := embedded.Start(context.Background(), embedded.Options{Listen: "127.0.0.1:0", Dir: dir, Partitions: 1})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(b.Addr())
		_, _ = io.Copy(io.Discard, os.Stdin) // until the parent is gone
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func start(t testing.TB, opts embedded.Options) *embedded.Broker {
	t.Helper()
	if opts.Listen == "" {
		opts.Listen = "127.0.0.1:0"
	}
	b, err := embedded.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeBroker(t, b) })
	return b
}

func closeBroker(t testing.TB, b *embedded.Broker) {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func write(t testing.TB, addr string, from, n, size int) {
	t.Helper()
	w, err := source.NewWriter(source.WriterOptions{Options: source.Options{Brokers: []string{addr}, Topics: []string{"logs"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for ; n > 0; n -= 1000 {
		var records []detector.Record
		for i := range min(n, 1000) {
			records = append(records, detector.Record{Value: fmt.Appendf(nil, "%d%s", from+i, strings.Repeat(" ", size))})
		}
		from += len(records)
		if err := w.Write(t.Context(), records...); err != nil {
			t.Fatal(err)
		}
	}
}

// read reads n records from offset on and returns their values and the gaps before them.
func read(t testing.TB, addr string, offset int64, n int) (values []string, gaps []source.Gap) {
	t.Helper()
	c, err := source.New(source.Options{Brokers: []string{addr}, Topics: []string{"logs"}, Group: fmt.Sprint("g", time.Now().UnixNano())})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err = c.Run(ctx, source.HandlerFunc(func(ctx context.Context, p *source.Partition) error {
		if p.ID != 0 {
			<-ctx.Done()
			return ctx.Err()
		}
		p.SeekTo(offset)
		for len(values) < n {
			b, err := p.Next(ctx)
			if err != nil {
				return err
			}
			gaps = append(gaps, b.Gaps...)
			for _, r := range b.Records {
				values = append(values, strings.TrimSpace(string(r.Value)))
			}
		}
		cancel()
		return nil
	}))
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("%d of %d records came: %v", len(values), n, err)
	}
	return values, gaps
}

func TestRestartKeepsEverything(t *testing.T) {
	dir := t.TempDir()
	b := start(t, embedded.Options{Dir: dir, Partitions: 1})
	if b.Clean() {
		t.Error("a new directory counts as closed in order")
	}
	_, name, _ := b.Reach(0)
	write(t, b.Addr(), 0, 100, 0)
	closeBroker(t, b)
	closeBroker(t, b)

	b = start(t, embedded.Options{Dir: dir, Partitions: 3})
	if end, log, ok := b.Reach(0); !b.Clean() || !ok || end != 100 || log != name {
		t.Errorf("after an orderly end: clean %v, log %s up to %d; want true, and %s up to 100", b.Clean(), log, end, name)
	}
	values, gaps := read(t, b.Addr(), 0, 100)
	if values[0] != "0" || values[99] != "99" || len(gaps) != 0 {
		t.Errorf("values %s to %s, gaps %v", values[0], values[99], gaps)
	}
}

// child is a broker in a process of its own.
type child struct {
	t    *testing.T
	cmd  *exec.Cmd
	addr string
}

func newChild(t *testing.T, dir string) *child {
	t.Helper()
	c := &child{t: t, cmd: exec.Command(os.Args[0])}
	c.cmd.Env = append(os.Environ(), childEnv+"="+dir)
	c.cmd.Stderr = os.Stderr
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	c.addr = strings.TrimSpace(addr)
	return c
}

func (c *child) kill() {
	c.t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	_ = c.cmd.Wait() // it was killed: that is its error
}

// TestKill kills the broker's process once the records are acknowledged.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	c := newChild(t, dir)
	write(t, c.addr, 0, 5000, 50)
	c.kill()

	b := start(t, embedded.Options{Dir: dir, Partitions: 1})
	if b.Clean() {
		t.Error("a killed broker counts as closed in order")
	}
	values, _ := read(t, b.Addr(), 0, 5000)
	for i, v := range values {
		if v != fmt.Sprint(i) {
			t.Fatalf("record %d is %q after the kill", i, v)
		}
	}
	write(t, b.Addr(), 5000, 10, 0)
	if values, _ = read(t, b.Addr(), 5000, 10); values[0] != "5000" {
		t.Errorf("the offset after the kill holds %q, want the next record", values[0])
	}
}

func TestRetentionBoundsTheDisk(t *testing.T) {
	dir := t.TempDir()
	const limit = 4 << 20
	b := start(t, embedded.Options{Dir: dir, Partitions: 1, RetentionBytes: limit})
	write(t, b.Addr(), 0, 20_000, 1000) // five times the limit
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for diskUsage(t, dir) > limit+(3<<20) {
		select {
		case <-deadline:
			t.Fatalf("%d bytes on the disk, %d are allowed", diskUsage(t, dir), limit)
		case <-tick.C:
		}
	}
	values, gaps := read(t, b.Addr(), 0, 1000)
	if len(gaps) != 1 || gaps[0].From != 0 || gaps[0].Reason != source.GapTrimmed || values[0] != fmt.Sprint(gaps[0].To) {
		t.Errorf("first value %s, gaps %v; want one gap from 0 to the first value", values[0], gaps)
	}
}

func diskUsage(t testing.TB, dir string) int64 {
	t.Helper()
	var sum int64
	err := filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil // a file may go while we look
		}
		if info, err := e.Info(); err == nil {
			sum += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestAddresses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for listen, want := range map[string]string{
		"0.0.0.0:0":             "no loopback address",
		"example.org:9092":      "no loopback address",
		"nine":                  "not host:port",
		taken.Addr().String():   "another Kafka",
		"127.0.0.1:not-a-port1": "embedded broker",
	} {
		_, err := embedded.Start(t.Context(), embedded.Options{Listen: listen, Dir: t.TempDir()})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("listen on %s: %v, want %q in it", listen, err, want)
		}
	}
	b := start(t, embedded.Options{Listen: taken.Addr().String(), FreePort: true, Dir: t.TempDir()})
	if b.Addr() == taken.Addr().String() {
		t.Errorf("listens on %s, which is taken", b.Addr())
	}
}

func TestOneProcessADirectory(t *testing.T) {
	dir := t.TempDir()
	start(t, embedded.Options{Dir: dir})
	if _, err := embedded.Start(t.Context(), embedded.Options{Listen: "127.0.0.1:0", Dir: dir}); err == nil || !strings.Contains(err.Error(), "used by another process") {
		t.Errorf("a second broker in the directory: %v", err)
	}
}

func TestKcat(t *testing.T) {
	b := start(t, embedded.Options{Dir: t.TempDir(), Partitions: 1})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "kcat", "-P", "-b", b.Addr(), "-t", "logs")
	cmd.Stdin = strings.NewReader("hello\nworld\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("kcat: %v\n%s", err, out)
	}
	if values, _ := read(t, b.Addr(), 0, 2); values[0] != "hello" || values[1] != "world" {
		t.Errorf("values %q", values)
	}
}
