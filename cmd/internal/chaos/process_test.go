//go:build linux

package chaos

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// spawner starts processes that die with the suite, however that ends. Linux ties such a process to the thread that
// started it, so one thread starts them all and never ends before the suite.
type spawner struct{ jobs chan func() }

func newSpawner() *spawner {
	s := &spawner{jobs: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for job := range s.jobs {
			job()
		}
	}()
	return s
}

func (s *spawner) start(cmd *exec.Cmd) error {
	started := make(chan error)
	s.jobs <- func() { started <- cmd.Start() }
	return <-started
}

// process is a part of the world that can be killed, stopped and started again with the same arguments.
type process struct {
	spawner *spawner
	name    string
	log     string // file that its output is appended to
	make    func() *exec.Cmd
	extra   []string     // further arguments of the next start
	line    func(string) // gets each line of standard output; nil: it goes to the log

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // how it ended; valid once ended is closed
	asked bool  // we ended it
	left  error // a child of what we ended is not gone
}

func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left != nil {
		return fmt.Errorf("start %s: what ran before: %w", p.name, p.left)
	}
	f, err := os.OpenFile(p.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	cmd := p.make()
	cmd.Args = append(cmd.Args, p.extra...)
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	cmd.SysProcAttr.Setpgid = true // an interrupt in the terminal is the suite's to pass on
	cmd.Stderr = f
	var out io.ReadCloser
	if p.line == nil {
		cmd.Stdout = f
	} else if out, err = cmd.StdoutPipe(); err != nil {
		return err
	}
	if err := p.spawner.start(cmd); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	ended := make(chan struct{})
	p.cmd, p.ended, p.asked = cmd, ended, false
	go func() {
		if out != nil {
			for lines := bufio.NewScanner(out); lines.Scan(); {
				p.line(lines.Text())
			}
		}
		err := cmd.Wait()
		p.mu.Lock()
		p.err = err
		p.mu.Unlock()
		close(ended)
	}()
	return nil
}

// kill ends the process and what it started at once, as a power cut does.
func (p *process) kill() {
	p.end(syscall.SIGKILL)
}

// end sends a signal that ends the process, and waits until it has.
func (p *process) end(sig syscall.Signal) {
	p.mu.Lock()
	cmd, ended := p.cmd, p.ended
	p.asked = true
	p.mu.Unlock()
	if cmd == nil {
		return
	}
	var children []int
	if sig == syscall.SIGKILL {
		children = childrenOf(cmd.Process.Pid)
	}
	for _, pid := range append([]int{cmd.Process.Pid}, children...) {
		_ = syscall.Kill(pid, sig) // one that has ended already is no fault
	}
	<-ended
	var left error
	for _, pid := range children {
		left = errors.Join(left, awaitGone(pid))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = left
}

// pause stops the process where it stands; resume lets it go on.
func (p *process) pause() error  { return p.signal(syscall.SIGSTOP) }
func (p *process) resume() error { return p.signal(syscall.SIGCONT) }

func (p *process) signal(sig syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.cmd.Process.Signal(sig); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	return nil
}

// died tells how the process ended where nobody ended it; nil while it runs.
func (p *process) died() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil || p.asked {
		return nil
	}
	select {
	case <-p.ended:
		return fmt.Errorf("%s ended by itself: %v\n%s", p.name, p.err, tail(p.log, 3000))
	default:
		return nil
	}
}

// childrenOf lists the direct children of a process.
func childrenOf(pid int) []int {
	var out []int
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil
	}
	for _, name := range stats {
		data, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(data), ") ")
		f := strings.Fields(rest)
		if len(f) < 2 || f[1] != strconv.Itoa(pid) {
			continue
		}
		if child, err := strconv.Atoi(filepath.Base(filepath.Dir(name))); err == nil {
			out = append(out, child)
		}
	}
	return out
}

// awaitGone waits until a killed process that is not our child is gone, for longer than the kernel should need.
func awaitGone(pid int) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return poll(ctx, fmt.Sprintf("the end of process %d", pid), func() error {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("it was killed and is still there (%v)", err)
		}
		return nil
	})
}

// tail is the end of a file.
func tail(path string, n int) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-n):])
}
