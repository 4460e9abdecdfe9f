package decode

import "encoding/binary"

// Wire types of protocol buffers.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// protoReader walks the fields of one protocol buffer message.
type protoReader struct {
	b   []byte
	bad bool // the message is damaged
}

// next gives a field's number and wire type, with its bytes or its value.
func (r *protoReader) next() (num int, wire int, data []byte, v uint64, ok bool) {
	if len(r.b) == 0 || r.bad {
		return 0, 0, nil, 0, false
	}
	tag, n := binary.Uvarint(r.b)
	if n <= 0 || tag>>3 == 0 || tag>>3 > 1<<29 {
		r.bad = true
		return 0, 0, nil, 0, false
	}
	r.b = r.b[n:]
	num, wire = int(tag>>3), int(tag&7)
	switch wire {
	case wireVarint:
		if v, n = binary.Uvarint(r.b); n > 0 {
			r.b = r.b[n:]
			return num, wire, nil, v, true
		}
	case wireFixed64:
		if len(r.b) >= 8 {
			v, r.b = binary.LittleEndian.Uint64(r.b), r.b[8:]
			return num, wire, nil, v, true
		}
	case wireFixed32:
		if len(r.b) >= 4 {
			v, r.b = uint64(binary.LittleEndian.Uint32(r.b)), r.b[4:]
			return num, wire, nil, v, true
		}
	case wireBytes:
		if v, n = binary.Uvarint(r.b); n > 0 && v <= uint64(len(r.b)-n) {
			data, r.b = r.b[n:n+int(v)], r.b[n+int(v):]
			return num, wire, data, v, true
		}
	}
	r.bad = true
	return 0, 0, nil, 0, false
}

// otlpProto tells whether b is an ExportLogsServiceRequest: nothing but ResourceLogs, the first of which holds nothing
// but what it may.
func otlpProto(b []byte) bool {
	r := protoReader{b: b}
	for first := true; ; first = false {
		num, wire, data, _, ok := r.next()
		if !ok {
			return !r.bad && !first
		}
		if num != 1 || wire != wireBytes {
			return false
		}
		if !first {
			continue
		}
		inner := protoReader{b: data}
		for {
			num, wire, _, _, ok := inner.next()
			if !ok {
				break
			}
			if wire != wireBytes || (num > 3 && num != 1000) {
				return false
			}
		}
		if inner.bad {
			return false
		}
	}
}
