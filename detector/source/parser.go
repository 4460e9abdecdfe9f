package source

import (
	"encoding/binary"
	"errors"
)

var errShort = errors.New("data ends early")

// parser takes values of Kafka's protocol off the front of b; after an error it returns zeros.
type parser struct {
	b   []byte
	err error
}

func (p *parser) fail() {
	if p.err == nil {
		p.err = errShort
	}
	p.b = nil
}

func (p *parser) take(n int) []byte {
	if n < 0 || n > len(p.b) {
		p.fail()
		return nil
	}
	v := p.b[:n:n]
	p.b = p.b[n:]
	return v
}

func (p *parser) int16() int16 {
	if v := p.take(2); v != nil {
		return int16(binary.BigEndian.Uint16(v))
	}
	return 0
}

func (p *parser) int32() int32 {
	if v := p.take(4); v != nil {
		return int32(binary.BigEndian.Uint32(v))
	}
	return 0
}

func (p *parser) int64() int64 {
	if v := p.take(8); v != nil {
		return int64(binary.BigEndian.Uint64(v))
	}
	return 0
}

func (p *parser) string() string { return string(p.take(int(p.int16()))) }

func (p *parser) varint() int64 {
	// One byte is by far the most common, then two: the lengths of records.
	if len(p.b) > 1 {
		if v := uint64(p.b[0]); v < 0x80 {
			p.b = p.b[1:]
			return unzigzag(v)
		}
		if v := uint64(p.b[0]&0x7f) | uint64(p.b[1])<<7; v < 1<<14 {
			p.b = p.b[2:]
			return unzigzag(v)
		}
	}
	v, n := binary.Varint(p.b)
	if n <= 0 {
		p.fail()
		return 0
	}
	p.b = p.b[n:]
	return v
}

func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

// varbytes takes bytes with their length before them; a negative length is nil.
func (p *parser) varbytes() []byte {
	n := p.varint()
	if n < 0 {
		return nil
	}
	if n > int64(len(p.b)) {
		p.fail()
		return nil
	}
	v := p.b[:n:n]
	p.b = p.b[n:]
	return v
}
