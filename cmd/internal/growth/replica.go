package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// replica is one process of tocsin.
type replica struct {
	cmd *exec.Cmd
	url string
	log *os.File
}

// start runs a replica and waits until it says where its dashboard is.
func (w *world) start(ctx context.Context, binary string, n int) error {
	dir := filepath.Join(w.dir, fmt.Sprintf("replica-%d", n))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	r := &replica{cmd: exec.Command(binary, "run", "--config", w.config, "--data", dir), log: log}
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	r.cmd.Stderr = log
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := r.cmd.Start(); err != nil {
		return err
	}
	w.replicas = append(w.replicas, r)
	line, err := bufio.NewReader(out).ReadString('\n')
	var ok bool
	if r.url, ok = strings.CutPrefix(strings.TrimSpace(line), "tocsin: dashboard at "); !ok {
		text, _ := os.ReadFile(log.Name())
		return fmt.Errorf("replica %d does not start (%v): %s", n, err, text)
	}
	return ctx.Err()
}

// stop ends the process at once: what it has is measured.
func (r *replica) stop() error {
	err := r.cmd.Process.Kill()
	_ = r.cmd.Wait() // it was killed
	return errors.Join(err, r.log.Close())
}

// cpu is the processor time of the process so far, user and system.
func (r *replica) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", r.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("/proc/PID/stat is cut short")
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	const tick = 10 * time.Millisecond // USER_HZ is 100 wherever Go runs on Linux
	return time.Duration(user+system) * tick, errors.Join(err1, err2)
}

// rss is the resident memory in bytes.
func (r *replica) rss() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		var kb int64
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kb); n == 1 {
			return kb << 10, nil
		}
	}
	return 0, errors.New("/proc/PID/status has no VmRSS")
}

func (r *replica) metrics(ctx context.Context) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+"/metrics", nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return string(text), err
}

// metric is the value of a metric without labels; 0 where it is not there.
func (r *replica) metric(ctx context.Context, name string) (float64, error) {
	text, err := r.metrics(ctx)
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, name+" "); ok && err == nil {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, err
}

// series is how many lines of the metrics begin with a prefix.
func (r *replica) series(ctx context.Context, prefix string) (n int, err error) {
	text, err := r.metrics(ctx)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n, err
}
