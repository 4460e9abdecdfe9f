package decode

import (
	"encoding/base64"

	"github.com/tocsin-io/tocsin/detector"
)

// otlpJSON decodes the resourceLogs of OTLP's JSON encoding, and of plain protojson, which differs in ids and enums.
func (d *Decoder) otlpJSON(b []byte) bool {
	any := false
	resources := membersOf(b)
	for {
		kind, text, ok := resources.element(d)
		if !ok {
			return any
		}
		if kind != detector.KindObject {
			continue
		}
		var scopes []byte
		d.resource, d.resourceArena = d.resource[:0], d.resourceArena[:0]
		m := membersOf(text)
		for {
			key, kind, text, ok := m.next(d)
			if !ok {
				break
			}
			switch {
			case key.s == "resource" && kind == detector.KindObject:
				d.resourceJSON(text)
			case (key.s == "scopeLogs" || key.s == "scope_logs" || key.s == "instrumentationLibraryLogs") && kind == detector.KindArray:
				scopes = text
			}
		}
		any = d.scopesJSON(scopes) || any
	}
}

func (d *Decoder) resourceJSON(b []byte) {
	m := membersOf(b)
	for {
		key, kind, text, ok := m.next(d)
		if !ok {
			return
		}
		if key.s != "attributes" || kind != detector.KindArray {
			continue
		}
		list := membersOf(text)
		for {
			_, text, ok := list.element(d)
			if !ok {
				break
			}
			if key, v, ok := d.keyValueJSON(text); ok {
				d.keepAttribute(key, v)
			}
		}
	}
}

func (d *Decoder) scopesJSON(b []byte) bool {
	any := false
	if b == nil {
		return false
	}
	scopes := membersOf(b)
	for {
		kind, text, ok := scopes.element(d)
		if !ok {
			return any
		}
		if kind != detector.KindObject {
			continue
		}
		var records, scope []byte
		m := membersOf(text)
		for {
			key, kind, text, ok := m.next(d)
			if !ok {
				break
			}
			switch {
			case (key.s == "logRecords" || key.s == "log_records" || key.s == "logs") && kind == detector.KindArray:
				records = text
			case key.s == "scope" && kind == detector.KindObject:
				s := membersOf(text)
				for {
					key, kind, text, ok := s.next(d)
					if !ok {
						break
					}
					if key.s == "name" && kind == detector.KindString {
						scope = append([]byte(nil), text...)
					}
				}
			}
		}
		if records == nil {
			continue
		}
		list := membersOf(records)
		for {
			kind, text, ok := list.element(d)
			if !ok {
				break
			}
			if kind == detector.KindObject {
				d.recordJSON(text, scope)
				any = true
			}
		}
	}
}

func (d *Decoder) recordJSON(b, scope []byte) {
	d.begin(b)
	rec := otlpRecord{scope: scope}
	m := membersOf(b)
	for {
		key, kind, text, ok := m.next(d)
		if !ok {
			break
		}
		switch canonicalOTLP(key.s) {
		case "time":
			rec.time = unixNano(text)
		case "observed":
			rec.observed = unixNano(text)
		case "number":
			rec.severity = severityNumber(text)
		case "text":
			rec.severityText = text
		case "body":
			if kind == detector.KindObject {
				rec.body, rec.hasBody = d.anyJSON(text), true
			}
		case "attributes":
			if kind != detector.KindArray {
				continue
			}
			list := membersOf(text)
			for {
				_, text, ok := list.element(d)
				if !ok {
					break
				}
				if key, v, ok := d.keyValueJSON(text); ok {
					d.attribute(key, v)
				}
			}
		case "trace":
			rec.trace = d.idJSON(text, 16)
		case "span":
			rec.span = d.idJSON(text, 8)
		case "event":
			rec.event = text
		}
	}
	d.otlpEvent(&rec)
}

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
