package decode

import (
	"encoding/base64"

	"github.com/tocsin-io/tocsin/detector"
)

// canonicalOTLP knows both spellings of the keys of a log record.
func canonicalOTLP(key string) string {
	switch key {
	case "timeUnixNano", "time_unix_nano":
		return "time"
	case "observedTimeUnixNano", "observed_time_unix_nano":
		return "observed"
	case "severityNumber", "severity_number":
		return "number"
	case "severityText", "severity_text":
		return "text"
	case "body", "attributes":
		return key
	case "traceId", "trace_id":
		return "trace"
	case "spanId", "span_id":
		return "span"
	case "eventName", "event_name":
		return "event"
	}
	return ""
}

func unixNano(b []byte) (n uint64) {
	if len(b) > 19 {
		return 0
	}
	for _, c := range b {
		if !isDigit(c) {
			return 0
		}
		n = n*10 + uint64(c-'0')
	}
	return n
}

// severityNumber reads a number, or the enum's name that protojson writes: SEVERITY_NUMBER_WARN2.
func severityNumber(b []byte) int {
	if n, ok := digits(b, 0, len(b)); ok && len(b) < 4 {
		return n
	}
	const prefix = "SEVERITY_NUMBER_"
	if !hasPrefix(b, prefix) {
		return 0
	}
	b = b[len(prefix):]
	step := 0
	if n := len(b); n > 0 && isDigit(b[n-1]) {
		step = int(b[n-1] - '1')
		b = b[:n-1]
	}
	level, ok := levelOf(b)
	if !ok {
		return 0
	}
	return int(level-detector.LevelTrace)*4 + 1 + step
}

// idJSON gives an id as hex; protojson writes base64.
func (d *Decoder) idJSON(b []byte, size int) []byte {
	if len(b) == size*2 {
		return b
	}
	raw := make([]byte, 0, 24)
	raw, err := base64.StdEncoding.AppendDecode(raw, b[:min(len(b), 32)])
	if err != nil || len(raw) != size {
		return b
	}
	return d.hex(raw)
}

func (d *Decoder) keyValueJSON(b []byte) (key *name, v value, ok bool) {
	if len(b) == 0 || b[0] != '{' {
		return nil, v, false
	}
	m := membersOf(b)
	for {
		k, kind, text, more := m.next(d)
		if !more {
			return key, v, key != nil
		}
		switch {
		case k.s == "key" && kind == detector.KindString:
			key = d.names.get(text)
		case k.s == "value" && kind == detector.KindObject:
			v = d.anyJSON(text)
		}
	}
}

// anyJSON reads an AnyValue; arrays and maps become plain JSON.
func (d *Decoder) anyJSON(b []byte) (v value) {
	m := membersOf(b)
	for {
		key, kind, text, ok := m.next(d)
		if !ok {
			return v
		}
		switch key.s {
		case "stringValue", "string_value", "bytesValue", "bytes_value":
			return value{detector.KindString, text}
		case "boolValue", "bool_value":
			return value{detector.KindBool, text}
		case "intValue", "int_value", "doubleValue", "double_value":
			if kind == detector.KindString && !isNumber(text) {
				return value{detector.KindString, text}
			}
			return value{detector.KindNumber, text}
		case "arrayValue", "array_value", "kvlistValue", "kvlist_value":
			object := key.s[0] == 'k'
			v.kind = detector.KindArray
			if object {
				v.kind = detector.KindObject
			}
			v.text = d.appendListJSON(make([]byte, 0, len(text)), text, object)
			return v
		}
	}
}

// appendListJSON appends {"values":[…]} as an array or object.
func (d *Decoder) appendListJSON(dst, b []byte, object bool) []byte {
	open, end := byte('['), byte(']')
	if object {
		open, end = '{', '}'
	}
	dst = append(dst, open)
	m := membersOf(b)
	for {
		key, kind, text, ok := m.next(d)
		if !ok {
			break
		}
		if key.s != "values" || kind != detector.KindArray {
			continue
		}
		list := membersOf(text)
		for first := true; ; first = false {
			kind, text, ok := list.element(d)
			if !ok {
				break
			}
			if kind != detector.KindObject {
				text = []byte("{}")
			}
			if !first {
				dst = append(dst, ',')
			}
			var v value
			if object {
				var k *name
				if k, v, ok = d.keyValueJSON(text); !ok {
					k = d.kubeKey
				}
				dst = append(appendString(dst, k.s), ':')
			} else {
				v = d.anyJSON(text)
			}
			dst = appendValue(dst, detector.Value{Kind: v.kind, Text: v.text})
		}
	}
	return append(dst, end)
}
