package source

import (
	"encoding/binary"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// The layout of a record batch of format 2: the header's length, and where its fields stand.
const (
	batchHeader   = 61
	batchLenEnd   = 12 // base offset and length
	batchMagic    = 16
	batchCRC      = 17
	batchCRCFrom  = 21
	logAppendTime = 1 << 3
	transactional = 1 << 4
	controlBatch  = 1 << 5
)

// batchRecords and batchBytes are about how much one Batch holds: whole record batches are added until either is
// reached.
const (
	batchRecords = 8192
	batchBytes   = 2 << 20
)

// maxKept is how large a buffer may be that is kept for the next records: a rare giant must not hold memory for ever.
const maxKept = 16 << 20

// decoder takes record batches apart. It is used for one answer after the other.
type decoder struct {
	topic     string
	partition int
	position  int64 // all below was handed on or is a gap

	rest    []byte       // of the answer
	end     int64        // of the log, as the answer told it: none of what was there then begins there or behind
	aborted []abortedTxn // of the answer, not reached yet
	taken   map[int64]struct{}
	passed  int64 // one above the base of the last corrupt batch that was passed over: it is not tried again

	records []detector.Record
	headers []detector.Header
	gaps    []Gap
	arena   []byte
	unzip   unzipper
	names   map[string]string // header keys
}

// start takes an answer; what is left of the one before is dropped.
func (d *decoder) start(a answer) {
	d.rest, d.end, d.aborted = a.records, a.end, a.aborted
	clear(d.taken)
}

// more reports whether the answer has something left.
func (d *decoder) more() bool { return len(d.rest) >= batchLenEnd }

// next takes record batches from the answer until there are enough records. It returns false when what it would read
// next fails its checksum and retry is allowed: the answer is then fetched again.
func (d *decoder) next(mayRetry bool) bool {
	d.records, d.headers, d.gaps, d.arena = d.records[:0], d.headers[:0], d.gaps[:0], d.arena[:0]
	if cap(d.arena) > maxKept {
		d.arena = nil
	}
	for used := 0; d.more() && len(d.records) < batchRecords && used+len(d.arena) < batchBytes; {
		base := int64(binary.BigEndian.Uint64(d.rest))
		size := int(int32(binary.BigEndian.Uint32(d.rest[8:])))
		if size < 0 || size > len(d.rest)-batchLenEnd {
			d.rest = nil // cut off at the most bytes that one answer may have
			break
		}
		batch := d.rest[:batchLenEnd+size]
		if !d.batch(base, batch, mayRetry) {
			d.rest = nil
			return false
		}
		d.rest = d.rest[len(batch):]
		used += len(batch)
	}
	return true
}

// batch takes one record batch.
func (d *decoder) batch(base int64, b []byte, mayRetry bool) bool {
	if base >= d.end {
		if d.position < d.end {
			return d.corrupt(base, b, mayRetry)
		}
		d.rest = d.rest[:len(b)] // the log grew while the broker answered: the next answer says how far it goes
		return true
	}
	if len(b) <= batchMagic || b[batchMagic] < 2 {
		d.gap(d.position, base+1, GapFormat)
		return true
	}
	if !intact(b) {
		return d.corrupt(base, b, mayRetry)
	}
	attributes := binary.BigEndian.Uint16(b[21:])
	last := base + int64(int32(binary.BigEndian.Uint32(b[23:])))
	producer := int64(binary.BigEndian.Uint64(b[43:]))
	payload := b[batchHeader:]
	aborted := d.isAborted(producer, last)
	if attributes&controlBatch != 0 {
		d.marker(producer, payload)
	}
	if last < d.position || last < base {
		return true
	}
	d.gap(d.position, base, GapCompacted)
	if attributes&controlBatch == 0 && (attributes&transactional == 0 || !aborted) {
		d.read(base, last, attributes, b, payload)
	}
	d.position = max(d.position, last+1)
	return true
}

// read takes the records of a batch of which the checksum is right.
func (d *decoder) read(base, last int64, attributes uint16, header, payload []byte) {
	if codec := attributes & 7; codec != 0 {
		from := len(d.arena)
		var err error
		if d.arena, err = d.unzip.append(d.arena, int8(codec), payload); err != nil {
			d.gap(d.position, last+1, GapCorrupt)
			return
		}
		payload = d.arena[from:]
	}
	first := int64(binary.BigEndian.Uint64(header[27:]))
	newest := int64(binary.BigEndian.Uint64(header[35:]))
	count := int(int32(binary.BigEndian.Uint32(header[57:])))
	p := parser{b: payload}
	for range count {
		n := p.varint()
		if n < 0 || n > int64(len(p.b)) {
			p.fail()
		}
		record := parser{b: p.take(int(n))}
		if p.err != nil {
			break
		}
		record.take(1) // attributes, of which there are none
		stamp := first + record.varint()
		offset := base + record.varint()
		if attributes&logAppendTime != 0 {
			stamp = newest
		}
		key, value := record.varbytes(), record.varbytes()
		headers, ok := d.readHeaders(&record)
		if record.err != nil || !ok || offset < base || offset > last {
			p.fail()
			break
		}
		if offset < d.position {
			continue // the batch began before what was asked for
		}
		d.gap(d.position, offset, GapCompacted)
		d.records = append(d.records, detector.Record{
			Topic: d.topic, Partition: d.partition, Offset: offset, Time: time.UnixMilli(stamp).UTC(),
			Key: key, Value: value, Headers: headers,
		})
		d.position = offset + 1
	}
	if p.err != nil {
		d.gap(d.position, last+1, GapCorrupt)
		return
	}
	d.gap(d.position, last+1, GapCompacted)
}

// gap notes that [from, to) will never be read, and goes on behind it.
func (d *decoder) gap(from, to int64, reason GapReason) {
	if from >= to {
		return
	}
	if n := len(d.gaps); n > 0 && d.gaps[n-1].To == from && d.gaps[n-1].Reason == reason {
		d.gaps[n-1].To = to
	} else {
		d.gaps = append(d.gaps, Gap{From: from, To: to, Reason: reason})
	}
	d.position = to
}
