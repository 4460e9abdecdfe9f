package source

import (
	"encoding/binary"
	"hash/crc32"
)

// testBatch is a record batch to encode.
type testBatch struct {
	base       int64
	last       int64   // last offset; of the offsets where it is 0
	offsets    []int64 // of the records
	attributes uint16
	producer   int64
	stamp      int64
	payload    []byte // instead of records
}

func (b testBatch) encode() []byte {
	last := b.last
	var records []byte
	for _, o := range b.offsets {
		last = max(last, o)
		var r []byte
		r = append(r, 0)
		r = binary.AppendVarint(r, 5)
		r = binary.AppendVarint(r, o-b.base)
		r = binary.AppendVarint(r, -1)
		r = binary.AppendVarint(r, 2)
		r = append(r, 'v', byte('0'+o%10))
		r = binary.AppendVarint(r, 0)
		records = binary.AppendVarint(records, int64(len(r)))
		records = append(records, r...)
	}
	if b.payload != nil {
		records = b.payload
	}
	out := binary.BigEndian.AppendUint64(nil, uint64(b.base))
	out = binary.BigEndian.AppendUint32(out, uint32(batchHeader-batchLenEnd+len(records)))
	out = append(out, 0, 0, 0, 0, 2, 0, 0, 0, 0)
	out = binary.BigEndian.AppendUint16(out, b.attributes)
	out = binary.BigEndian.AppendUint32(out, uint32(last-b.base))
	out = binary.BigEndian.AppendUint64(out, uint64(b.stamp))
	out = binary.BigEndian.AppendUint64(out, uint64(b.stamp+100))
	out = binary.BigEndian.AppendUint64(out, uint64(b.producer))
	out = append(out, 0, 0, 0, 0, 0, 0)
	count := len(b.offsets)
	if len(b.payload) > 0 {
		count = 1
	}
	out = binary.BigEndian.AppendUint32(out, uint32(count))
	out = append(out, records...)
	return sealed(out)
}

// sealed writes the checksum.
func sealed(batch []byte) []byte {
	binary.BigEndian.PutUint32(batch[batchCRC:], crc32.Checksum(batch[batchCRCFrom:], castagnoli))
	return batch
}

func spoil(batch []byte) []byte {
	batch[len(batch)-1] ^= 1
	return batch
}
