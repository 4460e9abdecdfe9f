package source

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/segmentio/kafka-go/compress"
)

// maxUnzipped bounds what one record batch may grow to.
const maxUnzipped = 128 << 20

// unzipper decompresses record batches.
type unzipper struct {
	in byteReader
}

// byteReader is a bytes.Reader without its further methods: codecs that found io.WriterTo would bypass their pools.
type byteReader struct{ b []byte }

func (r *byteReader) Read(p []byte) (int, error) {
	if len(r.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.b)
	r.b = r.b[n:]
	return n, nil
}

// append appends the decompressed data to dst.
func (u *unzipper) append(dst []byte, codec int8, data []byte) ([]byte, error) {
	c := compress.Compression(codec)
	if c == compress.Lz4 {
		if out, ok := appendLZ4(dst, data); ok {
			return out, nil
		}
	}
	if int(c) >= len(compress.Codecs) || c.Codec() == nil {
		return dst, fmt.Errorf("kafka: codec %d is unknown", codec)
	}
	u.in.b = data
	r := c.Codec().NewReader(&u.in)
	dst, err := readAll(dst, r, 4*len(data))
	return dst, errors.Join(err, r.Close())
}

func readAll(dst []byte, r io.Reader, guess int) ([]byte, error) {
	from := len(dst)
	dst = slices.Grow(dst, guess+512)
	for idle := 0; ; {
		n, err := r.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		if idle++; n > 0 {
			idle = 0
		}
		switch {
		case errors.Is(err, io.EOF):
			return dst, nil
		case err != nil:
			return dst[:from], fmt.Errorf("kafka: decompress: %w", err)
		case idle > 100:
			return dst[:from], fmt.Errorf("kafka: decompress: %w", io.ErrNoProgress)
		case len(dst)-from > maxUnzipped:
			return dst[:from], fmt.Errorf("kafka: a record batch is larger than %d MiB", maxUnzipped>>20)
		case len(dst) == cap(dst):
			dst = slices.Grow(dst, len(dst)-from+512)
		}
	}
}
