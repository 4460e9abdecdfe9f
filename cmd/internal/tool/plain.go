package tool

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// The first bytes of compressed files.
var (
	gzipMagic = []byte{0x1f, 0x8b, 8}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// plain reads r, or what it holds where it is compressed. Close of the result does not close r.
func plain(r io.Reader) (io.ReadCloser, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	head, err := b.Peek(len(zstdMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		return io.NopCloser(z), nil // it holds nothing to give back
	case bytes.HasPrefix(head, zstdMagic):
		z, err := zstd.NewReader(b, zstd.WithDecoderMaxMemory(256<<20), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		return z.IOReadCloser(), nil
	}
	return io.NopCloser(b), nil
}

// rotated matches what logrotate and the like append to a name: a number, a date, an ending of compression.
var rotated = regexp.MustCompile(`(\.gz|\.zst|\.old|[-._]\d{4}-?\d\d-?\d\d([-_T.]?\d{2,6})?|[-.]\d{10}|\.\d{1,4})$`)

// serviceOf is the base name of a log file without what rotation appended and without its ending: all files of one
// service have one name.
func serviceOf(path string) string {
	base := filepath.Base(path)
	for {
		cut := rotated.ReplaceAllString(base, "")
		if cut == base || cut == "" {
			break
		}
		base = cut
	}
	if name := strings.TrimSuffix(base, filepath.Ext(base)); name != "" {
		base = name
	}
	for {
		cut := rotated.ReplaceAllString(base, "")
		if cut == base || cut == "" {
			return base
		}
		base = cut
	}
}
