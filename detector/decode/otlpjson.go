package decode

import "github.com/tocsin-io/tocsin/detector"

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
				rec.body = d.anyJSON(text)
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
