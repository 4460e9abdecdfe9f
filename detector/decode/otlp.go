package decode

import (
	"github.com/tocsin-io/tocsin/detector"
)

// attribute is one of a resource, kept while its log records are decoded.
type attribute struct {
	key *name
	value
}

// decodeOTLP decodes an ExportLogsServiceRequest: an event for each log record. False where it holds none.
func (d *Decoder) decodeOTLP(b []byte) bool {
	any := false
	r := protoReader{b: b}
	for {
		num, wire, data, _, ok := r.next()
		if !ok {
			return any
		}
		if num == 1 && wire == wireBytes {
			any = d.resourceLogs(data) || any
		}
	}
}

func (d *Decoder) resourceLogs(b []byte) bool {
	d.begin(nil)
	d.resource, d.resourceArena = d.resource[:0], d.resourceArena[:0]
	for r := (protoReader{b: b}); ; {
		num, wire, data, _, ok := r.next()
		if !ok {
			break
		}
		if num == 1 && wire == wireBytes {
			d.resourceAttributes(data)
		}
	}
	any := false
	for r := (protoReader{b: b}); ; {
		num, wire, data, _, ok := r.next()
		if !ok {
			return any
		}
		if num == 2 && wire == wireBytes {
			any = d.scopeLogs(data) || any
		}
	}
}

// resourceAttributes keeps the attributes; formatted values move to memory that outlives one event.
func (d *Decoder) resourceAttributes(b []byte) {
	for r := (protoReader{b: b}); ; {
		num, wire, data, _, ok := r.next()
		if !ok {
			return
		}
		if num != 1 || wire != wireBytes {
			continue
		}
		if key, v, ok := d.keyValue(data); ok {
			d.keepAttribute(key, v)
		}
	}
}

func (d *Decoder) keepAttribute(key *name, v value) {
	at := len(d.resourceArena)
	d.resourceArena = append(d.resourceArena, v.text...)
	v.text = d.resourceArena[at:len(d.resourceArena):len(d.resourceArena)]
	d.resource = append(d.resource, attribute{key, v})
}

func (d *Decoder) scopeLogs(b []byte) bool {
	var scope []byte
	for r := (protoReader{b: b}); ; {
		num, wire, data, _, ok := r.next()
		if !ok {
			break
		}
		if num == 1 && wire == wireBytes {
			for s := (protoReader{b: data}); ; {
				num, wire, text, _, ok := s.next()
				if !ok {
					break
				}
				if num == 1 && wire == wireBytes {
					scope = text
				}
			}
		}
	}
	any := false
	for r := (protoReader{b: b}); ; {
		num, wire, data, _, ok := r.next()
		if !ok {
			return any
		}
		if num == 2 && wire == wireBytes {
			d.logRecord(data, scope)
			any = true
		}
	}
}

// otlpRecord is what a log record of either encoding says beside its attributes.
type otlpRecord struct {
	time, observed uint64
	severity       int
	severityText   []byte
	body           value
	trace, span    []byte
	scope, event   []byte
}

func (d *Decoder) logRecord(b, scope []byte) {
	d.begin(b)
	rec := otlpRecord{scope: scope}
	for r := (protoReader{b: b}); ; {
		num, wire, data, v, ok := r.next()
		if !ok {
			break
		}
		switch {
		case num == 1 && wire == wireFixed64:
			rec.time = v
		case num == 2 && wire == wireVarint:
			rec.severity = int(min(v, 1000))
		case num == 3 && wire == wireBytes:
			rec.severityText = data
		case num == 5 && wire == wireBytes:
			rec.body = d.anyValue(data, 0)
		case num == 6 && wire == wireBytes:
			if key, v, ok := d.keyValue(data); ok {
				d.attribute(key, v)
			}
		case num == 9 && wire == wireBytes:
			rec.trace = d.hex(data)
		case num == 10 && wire == wireBytes:
			rec.span = d.hex(data)
		case num == 11 && wire == wireFixed64:
			rec.observed = v
		case num == 12 && wire == wireBytes:
			rec.event = data
		}
	}
	d.otlpEvent(&rec)
}

// attribute takes an attribute of a log record: a field, but for what older SDKs put there for lack of a place.
func (d *Decoder) attribute(key *name, v value) {
	if key.role == roleTrace || key.role == roleSpan {
		d.take(key, v.kind, v.text)
		return
	}
	if key.part == partFile || key.part == partID {
		d.source(v.text)
	}
	d.field(key, v.kind, v.text)
}

// otlpEvent finishes the event of a log record, whose attributes are taken.
func (d *Decoder) otlpEvent(rec *otlpRecord) {
	f := &d.draft
	d.ev.Format, d.ev.Structured = "otlp", true
	stamped := rec.time
	if stamped == 0 {
		stamped = rec.observed
	}
	if stamped != 0 && stamped < 1<<63 {
		f.hasWhen = f.when.fromUnit(int64(stamped), 0)
	}
	f.level = otelLevel(rec.severity)
	if f.level == detector.LevelNone {
		f.level, _ = levelOf(rec.severityText)
	}
	if id := traceID(rec.trace); id != nil {
		f.trace = pick{d.kubeKey, 0, value{detector.KindString, id}}
	}
	if id := traceID(rec.span); id != nil {
		f.span = pick{d.kubeKey, 0, value{detector.KindString, id}}
	}
	d.add("scope", detector.KindString, rec.scope)
	d.add("event.name", detector.KindString, rec.event)
	for _, a := range d.resource {
		d.resourceAttribute(a)
	}
	switch {
	case rec.body.kind == detector.KindObject:
		d.otlpBody(rec.body.text)
	case rec.body.kind == detector.KindString && f.level == detector.LevelNone && rec.severity == 0:
		d.line.source = hash(d.base+f.source, []byte{1})
		d.line.exact = rec.time != 0
		d.outer = *f
		d.outer.nested = nil
		d.inside(rec.body.text)
		d.finish()
		return
	default:
		d.message(rec.body.text)
	}
	d.line.single = true
	d.finish()
}

func (d *Decoder) resourceAttribute(a attribute) {
	f := &d.draft
	if a.kind == detector.KindString && len(a.text) > 0 {
		switch a.key.s {
		case "service.name", "k8s.deployment.name", "k8s.container.name", "container.name":
			rank := uint8(0)
			if a.key.s != "service.name" {
				rank = 4
			}
			if f.service.key == nil || rank < f.service.rank {
				if f.service.key != nil {
					d.field(f.service.key, f.service.kind, f.service.text)
				}
				f.service = pick{a.key, rank, a.value}
				return
			}
		case "deployment.environment", "deployment.environment.name":
			if f.environment.key == nil {
				f.environment = pick{a.key, 0, a.value}
				return
			}
		case "host.name", "k8s.node.name":
			if f.host.key == nil || a.key.s == "host.name" {
				if f.host.key != nil {
					d.field(f.host.key, f.host.kind, f.host.text)
				}
				f.host = pick{a.key, 0, a.value}
				return
			}
		case "container.id", "k8s.pod.uid", "k8s.pod.name", "service.instance.id":
			d.source(a.text)
		}
	}
	d.field(a.key, a.kind, a.text)
}

// otlpBody takes a body that is a map: its message, and fields.
func (d *Decoder) otlpBody(b []byte) {
	f := &d.draft
	m := membersOf(b)
	for {
		key, kind, text, ok := m.next(d)
		if !ok {
			break
		}
		switch {
		case key.role == roleMessage && kind == detector.KindString:
			d.prefer(&f.message, key, key.rank, kind, text)
		case key.role == roleLevel && f.level == detector.LevelNone:
			if f.level, ok = levelValue(key.role, kind, text); !ok {
				d.field(key, kind, text)
			}
		default:
			d.field(key, kind, text)
		}
	}
	if f.message.key == nil {
		d.message(b)
	}
}
