package source

import (
	"encoding/binary"
	"slices"

	"github.com/pierrec/lz4/v4"
)

// The layout of an LZ4 frame (frame format 1.6).
const (
	lz4Magic       = 0x184d2204
	lz4Header      = 7      // magic, flags, block size, and a checksum of the two
	lz4Versions    = 3 << 6 // of the flags
	lz4Version     = 1 << 6
	lz4Independent = 1 << 5 // no block refers to what stands before it
	lz4BlockSums   = 1 << 4
	lz4Sized       = 1 << 3
	lz4Sum         = 1 << 2
	lz4Unknown     = 1<<1 | 1<<0 // reserved; a dictionary that was agreed on elsewhere
	lz4Stored      = 1 << 31     // of a block's length: its bytes are not compressed
	lz4Window      = 64 << 10    // how far a block may refer back
)

// appendLZ4 appends what an LZ4 frame holds, each block straight to where it is to stand. The frame's own checksums are
// passed over: that of the record batch covers the same bytes. It leaves to others what is not one frame alone, of the
// only version that there is, whole and sound: dst is then as it was.
func appendLZ4(dst, data []byte) (out []byte, ok bool) {
	from := len(dst)
	f, ok := newLZ4Frame(data)
	for ok {
		size := f.length()
		if size == 0 {
			break
		}
		block := f.take(int(size &^ lz4Stored))
		if f.flags&lz4BlockSums != 0 {
			f.take(4)
		}
		switch {
		case f.short || len(block) > f.most || len(dst)-from > maxUnzipped:
			ok = false
		case size&lz4Stored != 0:
			dst = append(dst, block...)
		default:
			dst, ok = f.append(dst, from, block)
		}
	}
	if f.flags&lz4Sum != 0 {
		f.take(4)
	}
	if !ok || f.short || len(f.rest) > 0 {
		return dst[:from], false
	}
	return dst, true
}

// lz4Frame is a frame of which rest is not read yet.
type lz4Frame struct {
	rest  []byte
	flags byte
	most  int  // bytes of a block
	short bool // more was to be read than there is
}

func newLZ4Frame(b []byte) (f lz4Frame, ok bool) {
	if len(b) < lz4Header || binary.LittleEndian.Uint32(b) != lz4Magic {
		return f, false
	}
	f = lz4Frame{rest: b[lz4Header:], flags: b[4]}
	if f.flags&lz4Sized != 0 {
		f.take(8)
	}
	// 4 to 7 mean 64 KiB, 256 KiB, 1 MiB and 4 MiB.
	size := b[5] >> 4
	f.most = 1 << (8 + 2*size)
	return f, f.flags&lz4Versions == lz4Version && f.flags&lz4Unknown == 0 && size >= 4 && size <= 7
}

func (f *lz4Frame) take(n int) []byte {
	if n > len(f.rest) {
		f.rest, f.short = nil, true
		return nil
	}
	b := f.rest[:n]
	f.rest = f.rest[n:]
	return b
}

// length reads the length of the next block; 0 at the end of the frame.
func (f *lz4Frame) length() uint32 {
	if b := f.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// append decompresses a block behind dst, of which the frame's bytes begin at from. How much it grows to is not told
// before, so it is tried with the room that there is, or most blocks need, and then with more.
func (f *lz4Frame) append(dst []byte, from int, block []byte) ([]byte, bool) {
	for room := min(max(4*len(block), cap(dst)-len(dst)), f.most); ; room = min(2*room, f.most) {
		dst = slices.Grow(dst, room)
		var before []byte
		if f.flags&lz4Independent == 0 {
			before = dst[max(from, len(dst)-lz4Window):]
		}
		n, err := lz4.UncompressBlockWithDict(block, dst[len(dst):len(dst)+room], before)
		if err == nil {
			return dst[:len(dst)+n], true
		}
		if room == f.most {
			return dst, false
		}
	}
}
