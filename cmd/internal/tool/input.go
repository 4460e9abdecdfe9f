// Package tool holds what the commands over files do: decode, templates, scan and series, and the check of a
// configuration.
package tool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
)

// FoundError says that what was checked or tested has something wrong in it: exit code 1.
type FoundError struct{ Text string }

// Error is what was found.
func (e *FoundError) Error() string { return e.Text }

// Input is where a command reads from and writes to.
type Input struct {
	Files   []string // paths; - is standard input
	Raw     bool     // the whole line is the message
	Framing string   // lines or length
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
}

// stream is one file that is being read.
type stream struct {
	path    string
	name    string // of the service whose file it is; empty for standard input
	records *decode.Records
	close   func() error
	n       int
	number  int // among the files, which is the partition of its records
}

// open opens a file, or standard input. What is compressed by gzip or zstd is read as what it holds.
func (in Input) open(path string, p *progress) (*stream, error) {
	framing, err := decode.ParseFraming(in.Framing)
	if err != nil {
		return nil, err
	}
	if path == "-" {
		r, err := plain(p.reader(in.Stdin))
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return &stream{path: "standard input", records: decode.NewRecords(r, framing), close: r.Close}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil {
		if info.IsDir() {
			return nil, errors.Join(fmt.Errorf("%s is a directory: name files, as in %s/*.log", path, strings.TrimSuffix(path, "/")), f.Close())
		}
		p.grow(info.Size())
	}
	r, err := plain(p.reader(f))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return &stream{
		path: path, name: serviceOf(path), records: decode.NewRecords(r, framing),
		close: func() error { return errors.Join(r.Close(), f.Close()) },
	}, nil
}

// next returns the next record, valid until the next call; io.EOF at the end.
func (s *stream) next(ctx context.Context) (*detector.Record, error) {
	if s.n++; s.n&1023 == 0 && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if rec := s.records.Next(); rec != nil {
		rec.Partition = s.number
		return rec, nil
	}
	if err := s.records.Err(); err != nil {
		return nil, fmt.Errorf("%s, record %d: %w", s.path, s.n-1, err)
	}
	return nil, io.EOF
}

// each calls fn with every record of every file, one file after the other.
func (in Input) each(ctx context.Context, p *progress, fn func(s *stream, rec *detector.Record) error) error {
	for _, path := range in.Files {
		s, err := in.open(path, p)
		if err != nil {
			return err
		}
		if err := errors.Join(s.each(ctx, fn), s.close()); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) each(ctx context.Context, fn func(s *stream, rec *detector.Record) error) error {
	for {
		rec, err := s.next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = fn(s, rec)
		}
		if err != nil {
			return err
		}
	}
}

// Version is the version that was linked in, or what the Go tool knows of the build.
func Version(linked string) string {
	if linked != "dev" {
		return linked
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return linked
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "dev " + s.Value[:12]
		}
	}
	return linked
}
