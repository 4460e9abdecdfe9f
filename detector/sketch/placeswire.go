package sketch

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// appendPlaces appends p as Summary.AppendBinary does: a topic is written where it changes, offsets as distances.
func appendPlaces(b []byte, p *Places) []byte {
	b = binary.AppendUvarint(b, uint64(len(p.Spans)))
	var last Span
	for _, s := range p.Spans {
		topic := s.Topic
		if topic == last.Topic {
			topic = ""
		}
		b = appendText(b, topic)
		b = binary.AppendUvarint(b, uint64(s.Partition))
		b = binary.AppendVarint(b, s.From-last.To)
		b = binary.AppendUvarint(b, uint64(s.To-s.From))
		b = binary.AppendUvarint(b, s.Lines)
		last = s
	}
	for _, list := range [...][]string{p.Hosts, p.Fingerprints} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, s := range list {
			b = appendText(b, s)
		}
	}
	b = binary.AppendVarint(b, microsOrZero(p.First))
	return binary.AppendVarint(b, microsOrZero(p.Last))
}

func (r *reader) places() (*Places, error) {
	p := &Places{}
	var last Span
	for range r.count(len(r.b)) {
		s := Span{Topic: string(r.bytes())}
		if s.Topic == "" {
			s.Topic = last.Topic
		}
		partition, from, more := r.uvarint(), r.varint(), r.uvarint()
		s.Lines = r.uvarint()
		s.From = last.To + from
		if partition > math.MaxInt32 || s.From < 0 || more > math.MaxInt64-uint64(s.From) {
			return nil, errors.New("sketch: a span lies outside of every log")
		}
		s.Partition, s.To = int(partition), s.From+int64(more)
		if r.err != nil {
			return nil, r.err
		}
		p.span(s)
		last = s
	}
	for range r.count(MaxHosts) {
		p.Hosts = insert(p.Hosts, string(r.bytes()), MaxHosts)
	}
	for range r.count(MaxFingerprints) {
		p.Fingerprints = insert(p.Fingerprints, string(r.bytes()), MaxFingerprints)
	}
	p.First, p.Last = r.micros(), r.micros()
	return p, r.err
}

// count reads how many follow; more than limit is an error.
func (r *reader) count(limit int) int {
	n := r.uvarint()
	if n > uint64(limit) {
		r.err = errShort
		return 0
	}
	return int(n)
}

func (r *reader) varint() int64 {
	if r.err != nil {
		return 0
	}
	v, n := binary.Varint(r.b[r.n:])
	if n <= 0 {
		r.err = errShort
		return 0
	}
	r.n += n
	return v
}

func (r *reader) micros() time.Time {
	if v := r.varint(); v != 0 {
		return time.UnixMicro(v).UTC()
	}
	return time.Time{}
}

func microsOrZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func appendText(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}
