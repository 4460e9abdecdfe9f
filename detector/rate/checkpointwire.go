package rate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// The versions of checkpoints: the second names the log.
const checkpointVersion = 2

// MaxPending bounds the records that a checkpoint may hold back.
const MaxPending = 1 << 16

// AppendCheckpoint appends c in a versioned form. Times are kept to the nanosecond, in UTC; the zero time stays zero.
func AppendCheckpoint(dst []byte, c Checkpoint) []byte {
	dst = append(dst, checkpointVersion)
	dst = binary.AppendVarint(dst, c.Next)
	dst = binary.AppendVarint(dst, c.End)
	dst = appendTime(dst, c.Watermark)
	dst = appendTime(dst, c.Updated)
	dst = binary.AppendUvarint(dst, uint64(len(c.Pending)))
	for _, p := range c.Pending {
		dst = binary.AppendVarint(dst, p.Offset)
		dst = binary.AppendVarint(dst, int64(p.Skip))
	}
	return appendText(dst, c.Log)
}

// DecodeCheckpoint reads what AppendCheckpoint wrote.
func DecodeCheckpoint(data []byte) (Checkpoint, error) {
	w := wire{b: data}
	version := w.byte()
	if w.err == nil && (version < 1 || version > checkpointVersion) {
		return Checkpoint{}, fmt.Errorf("rate: checkpoint has version %d, this build reads 1 to %d", version, checkpointVersion)
	}
	c := Checkpoint{Next: w.varint(), End: w.varint(), Watermark: w.time(), Updated: w.time()}
	n := w.uvarint()
	if n > uint64(len(w.b))/2 {
		w.fail(errShort)
		n = 0
	}
	for range n {
		c.Pending = append(c.Pending, detector.Pending{Offset: w.varint(), Skip: int(w.varint())})
	}
	if version > 1 {
		c.Log = string(w.bytes())
	}
	if w.err == nil && len(w.b) != 0 {
		w.err = errors.New("data after the end")
	}
	if w.err != nil {
		return Checkpoint{}, fmt.Errorf("rate: checkpoint: %w", w.err)
	}
	return c, nil
}

// appendTime writes a time as seconds and nanoseconds; a leading 0 stands for the zero time.
func appendTime(dst []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(dst, 0)
	}
	dst = append(dst, 1)
	dst = binary.AppendVarint(dst, t.Unix())
	return binary.AppendUvarint(dst, uint64(t.Nanosecond()))
}

func (w *wire) time() time.Time {
	switch w.byte() {
	case 0:
		return time.Time{}
	case 1:
		sec, nsec := w.varint(), w.uvarint()
		if nsec > 999_999_999 {
			w.fail(errors.New("nanoseconds out of range"))
		}
		if w.err != nil {
			return time.Time{}
		}
		return time.Unix(sec, int64(nsec)).UTC()
	default:
		w.fail(errors.New("a time begins with 0 or 1"))
		return time.Time{}
	}
}
