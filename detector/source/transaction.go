package source

import (
	"encoding/binary"

	"github.com/tocsin-io/tocsin/detector"
)

// maxNames bounds the header keys of which one copy is kept.
const maxNames = 1024

// isAborted tells whether the producer's transactional batch that ends at last was taken back: its transaction began at
// or before it and the marker has not come yet. It is asked of every batch, markers too: an answer may begin with the
// marker of a transaction, whose records came before.
func (d *decoder) isAborted(producer, last int64) bool {
	for len(d.aborted) > 0 && d.aborted[0].first <= last {
		if d.taken == nil {
			d.taken = make(map[int64]struct{})
		}
		d.taken[d.aborted[0].producer] = struct{}{}
		d.aborted = d.aborted[1:]
	}
	_, ok := d.taken[producer]
	return ok
}

// marker takes a control batch: the end of a producer's transaction. The key of its record holds a version and the
// type, 0 for taken back.
func (d *decoder) marker(producer int64, payload []byte) {
	p := parser{b: payload}
	p.varint()
	p.take(1)
	p.varint()
	p.varint()
	if key := p.varbytes(); len(key) >= 4 && binary.BigEndian.Uint16(key[2:]) == 0 {
		delete(d.taken, producer)
	}
}

// readHeaders appends a record's headers to those of the batch and returns its own.
func (d *decoder) readHeaders(p *parser) ([]detector.Header, bool) {
	n := p.varint()
	if n == 0 {
		return nil, true
	}
	if n < 0 || n > int64(len(p.b)) {
		return nil, false
	}
	from := len(d.headers)
	for range n {
		key := p.varbytes()
		d.headers = append(d.headers, detector.Header{Key: d.name(key), Value: p.varbytes()})
	}
	// A later append may move the list: this record's part stays where it is.
	return d.headers[from:len(d.headers):len(d.headers)], p.err == nil
}

func (d *decoder) name(b []byte) string {
	if s, ok := d.names[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(d.names) < maxNames && len(s) <= 128 {
		if d.names == nil {
			d.names = make(map[string]string)
		}
		d.names[s] = s
	}
	return s
}
