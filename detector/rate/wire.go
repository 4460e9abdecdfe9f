package rate

import (
	"encoding/binary"
	"errors"
)

var errShort = errors.New("data ends early")

// wire takes values off the front of b and remembers the first error; after an error it returns zeros.
type wire struct {
	b   []byte
	err error
}

func (w *wire) fail(err error) {
	if w.err == nil {
		w.err = err
	}
	w.b = nil
}

func (w *wire) byte() byte {
	if len(w.b) == 0 {
		w.fail(errShort)
		return 0
	}
	v := w.b[0]
	w.b = w.b[1:]
	return v
}

func (w *wire) uvarint() uint64 {
	v, n := binary.Uvarint(w.b)
	if n <= 0 {
		w.fail(errShort)
		return 0
	}
	w.b = w.b[n:]
	return v
}

func (w *wire) varint() int64 {
	v, n := binary.Varint(w.b)
	if n <= 0 {
		w.fail(errShort)
		return 0
	}
	w.b = w.b[n:]
	return v
}

func (w *wire) uint64() uint64 {
	if len(w.b) < 8 {
		w.fail(errShort)
		return 0
	}
	v := binary.LittleEndian.Uint64(w.b)
	w.b = w.b[8:]
	return v
}

func (w *wire) bytes() []byte {
	n := w.uvarint()
	if n > uint64(len(w.b)) {
		w.fail(errShort)
		return nil
	}
	v := w.b[:n:n]
	w.b = w.b[n:]
	return v
}

func appendText(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}
