package source

import (
	"encoding/binary"
	"hash/crc32"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// intact tells whether a batch of format 2 has the checksum that it states.
func intact(b []byte) bool {
	return len(b) >= batchHeader && crc32.Checksum(b[batchCRCFrom:], castagnoli) == binary.BigEndian.Uint32(b[batchCRC:])
}

// corrupt passes over a batch that cannot be right: all of it, as far as that is known, else one offset. It returns false
// where the batch is to be fetched again first, as it may have been damaged on the way.
func (d *decoder) corrupt(base int64, b []byte, mayRetry bool) bool {
	if mayRetry && d.passed != base+1 {
		return false
	}
	d.passed = base + 1
	to := d.position + 1
	if base < d.end {
		to = max(to, d.corruptEnd(base, b))
	}
	d.gap(d.position, to, GapCorrupt)
	if len(d.taken) > 0 || len(d.aborted) > 0 || base >= d.end {
		// It may have been a transaction's end: the broker is asked anew which ones were taken back. And what follows a
		// base that is wrong is no batch.
		d.rest = d.rest[:len(b)]
	}
	return true
}

// corruptEnd is one above the last offset of a corrupt batch, as its neighbour says, or its header where that agrees
// with itself: as many records as offsets, in the log.
func (d *decoder) corruptEnd(base int64, b []byte) int64 {
	end, sure := base+1, false
	if len(b) >= batchHeader {
		last, count := int64(int32(binary.BigEndian.Uint32(b[23:]))), int64(int32(binary.BigEndian.Uint32(b[57:])))
		if last >= 0 && count == last+1 && base+count <= d.end {
			end, sure = base+count, true
		}
	}
	if after := d.rest[len(b):]; len(after) >= 8 {
		next := int64(binary.BigEndian.Uint64(after))
		if next > base && next <= d.end && (!sure || next < end) {
			end = next
		}
	}
	return end
}
