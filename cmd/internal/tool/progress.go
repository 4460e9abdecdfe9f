package tool

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// progress shows on a terminal how far long work is, and nothing in a pipe. Safe for concurrent use.
type progress struct {
	out   io.Writer // nil: nothing is shown
	mu    sync.Mutex
	total int64
	read  int64
	next  time.Time
	shown bool
}

func newProgress(w io.Writer) *progress {
	p := &progress{}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.out, p.next = w, time.Now().Add(time.Second)
	}
	return p
}

func (p *progress) grow(size int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total += size
}

// reader counts what is read through it.
func (p *progress) reader(r io.Reader) io.Reader {
	if p.out == nil {
		return r
	}
	return progressReader{r, p}
}

type progressReader struct {
	r io.Reader
	p *progress
}

func (r progressReader) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	r.p.add(int64(n))
	return n, err
}

func (p *progress) add(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read += n
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	p.next, p.shown = now.Add(200*time.Millisecond), true
	if p.total > 0 {
		fmt.Fprintf(p.out, "\r\x1b[K%3d %% of %d MiB", 100*p.read/p.total, p.total>>20)
	} else {
		fmt.Fprintf(p.out, "\r\x1b[K%d MiB", p.read>>20)
	}
}

// done clears the line.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
