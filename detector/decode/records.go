package decode

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// Framing says how records follow each other in a file or pipe.
type Framing uint8

// The framings.
const (
	FramingLines  Framing = iota // a line is a record
	FramingLength                // 4 bytes of length, big-endian, and then the record
)

// ParseFraming reads the value of the flag --framing: lines (or nothing) or length.
func ParseFraming(s string) (Framing, error) {
	switch strings.ToLower(s) {
	case "", "lines", "line":
		return FramingLines, nil
	case "length":
		return FramingLength, nil
	}
	return 0, fmt.Errorf("framing %q is unknown: use lines or length", s)
}

// MaxRecord bounds a record that is read from a file or pipe, in bytes; what a line has beyond it is cut off and
// counted.
const MaxRecord = 1 << 20

// Records reads records from a file or pipe, one at a time and in bounded memory.
type Records struct {
	r       *bufio.Reader
	framing Framing
	rec     detector.Record
	long    []byte
	cut     int64
	next    int64
	err     error
}

// NewRecords makes Records of r. Their offsets count from 0, their time is zero.
func NewRecords(r io.Reader, framing Framing) *Records {
	return &Records{r: bufio.NewReaderSize(r, 256<<10), framing: framing}
}

// Next gives the next record, valid until the following call; nil at the end or where reading failed: see Err.
func (r *Records) Next() *detector.Record {
	if r.err != nil {
		return nil
	}
	var value []byte
	if r.framing == FramingLength {
		value, r.err = r.framed()
	} else {
		value, r.err = r.line()
	}
	if value == nil {
		return nil
	}
	r.rec = detector.Record{Offset: r.next, Value: value}
	r.next++
	return &r.rec
}

// Err is why reading ended early; nil at the end of the input.
func (r *Records) Err() error {
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

// Cut is the number of bytes that were cut off lines longer than MaxRecord.
func (r *Records) Cut() int64 { return r.cut }

// line reads up to and without the newline. A line within the buffer is not copied.
func (r *Records) line() ([]byte, error) {
	b, err := r.r.ReadSlice('\n')
	if err == nil {
		return b[: len(b)-1 : len(b)-1], nil
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		if len(b) == 0 {
			return nil, err
		}
		return b, err
	}
	r.long = r.long[:0]
	for {
		room := MaxRecord - len(r.long)
		take := min(room, len(b))
		r.long = append(r.long, b[:take]...)
		r.cut += int64(len(b) - take)
		if err == nil {
			break
		}
		if b, err = r.r.ReadSlice('\n'); err != nil && !errors.Is(err, bufio.ErrBufferFull) && len(b) == 0 {
			break
		}
		if err == nil {
			b = b[:len(b)-1]
		}
	}
	if errors.Is(err, bufio.ErrBufferFull) {
		err = nil
	}
	if r.long == nil {
		r.long = []byte{}
	}
	return r.long, err
}

// framed reads a length and so many bytes. A length beyond MaxRecord is passed over but for its first MaxRecord bytes.
func (r *Records) framed() ([]byte, error) {
	var head [4]byte
	if n, err := io.ReadFull(r.r, head[:]); err != nil {
		if n > 0 {
			return nil, fmt.Errorf("record %d: the length before it is cut off after %d bytes", r.next, n)
		}
		return nil, err
	}
	size := int64(binary.BigEndian.Uint32(head[:]))
	keep := int(min(size, MaxRecord))
	if cap(r.long) < keep {
		r.long = make([]byte, keep)
	}
	r.long = r.long[:keep]
	if _, err := io.ReadFull(r.r, r.long); err != nil {
		return nil, fmt.Errorf("record %d: %d bytes are announced and the input ends before", r.next, size)
	}
	if size > int64(keep) {
		skipped, err := io.CopyN(io.Discard, r.r, size-int64(keep))
		r.cut += skipped
		if err != nil {
			return r.long, fmt.Errorf("record %d: %d bytes are announced and the input ends before", r.next, size)
		}
	}
	if r.long == nil {
		r.long = []byte{}
	}
	return r.long, nil
}
