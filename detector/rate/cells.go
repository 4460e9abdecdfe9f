package rate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Cell is what one series counted in one bucket.
type Cell struct {
	Index   uint32 // of the series in the partition's dictionary
	Lines   uint64
	Bytes   uint64
	Summary []byte // sketch.Summary as AppendBinary writes it; empty where there is none
}

const cellsVersion = 1

// appendCell appends a cell to a block, whose cells are sorted by index without doubles: 4 to 6 bytes for the usual counts.
// An index takes the distance from the one before, its lowest bit says whether a summary follows.
func appendCell(dst []byte, last *int64, index uint32, lines, bytes uint64, summary []byte) []byte {
	key := uint64(int64(index)-*last) << 1
	*last = int64(index)
	if len(summary) > 0 {
		key |= 1
	}
	dst = binary.AppendUvarint(dst, key)
	dst = binary.AppendUvarint(dst, lines)
	dst = binary.AppendUvarint(dst, bytes)
	if len(summary) > 0 {
		dst = binary.AppendUvarint(dst, uint64(len(summary)))
		dst = append(dst, summary...)
	}
	return dst
}

// Cells calls yield with each cell of a block in the order of the indices until it returns false. The summary aliases
// data. A block that cannot be read is an error; the cells before the fault were handed on already.
func Cells(data []byte, yield func(Cell) bool) error {
	w := wire{b: data}
	if v := w.byte(); w.err == nil && v != cellsVersion {
		return fmt.Errorf("rate: block has version %d, this build reads %d", v, cellsVersion)
	}
	last := int64(-1)
	for w.err == nil && len(w.b) > 0 {
		key := w.uvarint()
		c := Cell{Lines: w.uvarint(), Bytes: w.uvarint()}
		if key&1 != 0 {
			c.Summary = w.bytes()
		}
		if w.err != nil {
			break
		}
		step := key >> 1
		if step == 0 || step > math.MaxUint32+1 || last+int64(step) > math.MaxUint32 {
			return errors.New("rate: block's indices are out of order")
		}
		last += int64(step)
		c.Index = uint32(last)
		if !yield(c) {
			return nil
		}
	}
	if w.err != nil {
		return fmt.Errorf("rate: block: %w", w.err)
	}
	return nil
}
