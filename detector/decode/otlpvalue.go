package decode

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"strconv"

	"github.com/tocsin-io/tocsin/detector"
)

// keyValue reads a KeyValue.
func (d *Decoder) keyValue(b []byte) (key *name, v value, ok bool) {
	for r := (protoReader{b: b}); ; {
		num, wire, data, _, more := r.next()
		if !more {
			return key, v, key != nil
		}
		if wire != wireBytes {
			continue
		}
		switch num {
		case 1:
			key = d.names.get(data)
		case 2:
			v = d.anyValue(data, 0)
		}
	}
}

// anyValue reads an AnyValue. Arrays and maps become JSON.
func (d *Decoder) anyValue(b []byte, depth int) (v value) {
	for r := (protoReader{b: b}); ; {
		num, wire, data, n, ok := r.next()
		if !ok {
			return v
		}
		start := len(d.arena)
		switch {
		case num == 1 && wire == wireBytes:
			v = value{detector.KindString, data}
			continue
		case num == 2 && wire == wireVarint:
			v.kind = detector.KindBool
			d.arena = strconv.AppendBool(d.arena, n != 0)
		case num == 3 && wire == wireVarint:
			v.kind = detector.KindNumber
			d.arena = strconv.AppendInt(d.arena, int64(n), 10)
		case num == 4 && wire == wireFixed64:
			v.kind = detector.KindNumber
			if f := math.Float64frombits(n); math.IsNaN(f) || math.IsInf(f, 0) {
				v.kind = detector.KindString
				d.arena = strconv.AppendFloat(d.arena, f, 'g', -1, 64)
			} else {
				d.arena = strconv.AppendFloat(d.arena, f, 'g', -1, 64)
			}
		case (num == 5 || num == 6) && wire == wireBytes && depth < maxDepth/4:
			v.kind = detector.KindArray
			if num == 6 {
				v.kind = detector.KindObject
			}
			d.appendList(data, num == 6, depth)
		case num == 7 && wire == wireBytes:
			v.kind = detector.KindString
			d.arena = base64.StdEncoding.AppendEncode(d.arena, data)
		default:
			continue
		}
		v.text = d.arena[start:len(d.arena):len(d.arena)]
	}
}

// appendList appends an ArrayValue or KeyValueList as JSON.
func (d *Decoder) appendList(b []byte, object bool, depth int) {
	open, end := byte('['), byte(']')
	if object {
		open, end = '{', '}'
	}
	d.arena = append(d.arena, open)
	first := true
	for r := (protoReader{b: b}); ; {
		num, wire, data, _, ok := r.next()
		if !ok {
			break
		}
		if num != 1 || wire != wireBytes {
			continue
		}
		if !first {
			d.arena = append(d.arena, ',')
		}
		first = false
		if !object {
			d.appendAny(data, depth+1)
			continue
		}
		var key, inner []byte
		for kv := (protoReader{b: data}); ; {
			num, wire, data, _, ok := kv.next()
			if !ok {
				break
			}
			if wire == wireBytes && num == 1 {
				key = data
			} else if wire == wireBytes && num == 2 {
				inner = data
			}
		}
		d.arena = append(appendString(d.arena, key), ':')
		d.appendAny(inner, depth+1)
	}
	d.arena = append(d.arena, end)
}

// appendAny appends an AnyValue as JSON.
func (d *Decoder) appendAny(b []byte, depth int) {
	start := len(d.arena)
	v := d.anyValue(b, depth)
	if v.kind == detector.KindString {
		d.arena = appendString(d.arena[:start], append([]byte(nil), v.text...))
		return
	}
	if v.kind == detector.KindNull {
		d.arena = append(d.arena[:start], "null"...)
	}
}

// hex gives an id as lower-case hex.
func (d *Decoder) hex(b []byte) []byte {
	start := len(d.arena)
	d.arena = hex.AppendEncode(d.arena, b)
	return d.arena[start:len(d.arena):len(d.arena)]
}
