package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// built is the program, made once for all tests.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "tocsin-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "tocsin")
	out, err := exec.Command("go", "build", "-o", path, "github.com/tocsin-io/tocsin/cmd/tocsin").CombinedOutput()
	if err != nil {
		return dir, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

var wasBuilt atomic.Bool

func TestMain(m *testing.M) {
	code := m.Run()
	if wasBuilt.Load() {
		if path, err := built(); err == nil {
			if err := os.RemoveAll(filepath.Dir(path)); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
	}
	os.Exit(code)
}

func binary(t *testing.T) string {
	t.Helper()
	wasBuilt.Store(true)
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// process is tocsin as a person runs it.
type process struct {
	t       *testing.T
	cmd     *exec.Cmd
	url     string
	started time.Duration // until the dashboard's line
	log     *logs         // standard error
	out     *logs         // standard output
	ended   chan struct{} // closed when it has ended
	err     error         // how it ended; valid once ended is closed
}

// spawn runs tocsin with arguments until it says where its dashboard is.
func spawn(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, log: &logs{}, out: &logs{}, ended: make(chan struct{})}
	p.cmd = exec.Command(binary(t), args...)
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Dir = t.TempDir() // no tocsin.yml lies there
	p.cmd.Stderr = p.log
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			fmt.Fprintln(p.out, lines.Text())
			if a, ok := strings.CutPrefix(lines.Text(), "tocsin: dashboard at "); ok {
				select {
				case address <- a:
				default:
				}
			}
		}
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("tocsin's log:\n%s", tail(p.log.String(), 6000))
		}
	})
	select {
	case p.url = <-address:
		p.started = time.Since(began)
	case <-p.ended:
		t.Fatalf("tocsin ended before it was up: %v", p.err)
	case <-time.After(60 * time.Second):
		t.Fatal("tocsin did not say where its dashboard is within 60 s")
	}
	return p
}

// kill ends the process at once, as a power cut does.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.ended
}

// stop asks the process to end, and fails where it does not do so cleanly within the time.
func (p *process) stop(within time.Duration) {
	p.t.Helper()
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		if p.err != nil {
			p.t.Errorf("tocsin ended with %v", p.err)
		}
	case <-time.After(within):
		p.t.Errorf("tocsin did not stop within %s", within)
	}
}

func (p *process) signal(s os.Signal) {
	// A process that has ended already is no fault: who waits gets how it ended.
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("signal: %v", err)
	}
}

// rss is the resident memory in MB, now and at its highest.
func (p *process) rss() (now, peak int) {
	p.t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] != "VmRSS:" && f[0] != "VmHWM:" {
			continue
		}
		kb, err := strconv.Atoi(f[1])
		if err != nil {
			p.t.Fatal(err)
		}
		if f[0] == "VmRSS:" {
			now = kb >> 10
		} else {
			peak = kb >> 10
		}
	}
	return now, peak
}

// kcat produces lines as a person does who has never heard of tocsin's client.
func kcat(t *testing.T, broker, topic string, lines ...string) {
	t.Helper()
	if err := kcatTo(t.Context(), broker, topic, lines...); err != nil {
		t.Fatal(err)
	}
}

func kcatTo(ctx context.Context, broker, topic string, lines ...string) error {
	cmd := exec.CommandContext(ctx, "kcat", "-P", "-b", broker, "-t", topic)
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("kcat: %w: %s", err, out)
	}
	return nil
}
