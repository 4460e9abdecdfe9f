package decode

import "github.com/tocsin-io/tocsin/detector"

// batch decodes a record that is nothing but an envelope of several: CloudWatch's logEvents, Loki's streams, and the
// records of Azure and CloudTrail. What stands beside them belongs to each. False where they are no records.
func (d *Decoder) batch() bool {
	f := &d.draft
	key, list := f.batchKey, f.batch
	if f.message.key != nil || f.levelKey != nil || f.template.key != nil {
		return false
	}
	first := membersOf(list)
	if kind, _, ok := first.element(d); !ok || kind != detector.KindObject {
		return false
	}
	d.resource, d.resourceArena = d.resource[:0], d.resourceArena[:0]
	for i := range d.ev.Fields {
		field := &d.ev.Fields[i]
		if field.Key == key.s {
			continue
		}
		d.keepAttribute(d.names.get([]byte(field.Key)), value{field.Value.Kind, field.Value.Text})
	}
	if f.service.key != nil {
		d.keepAttribute(f.service.key, f.service.value)
	}
	if f.host.key != nil {
		d.keepAttribute(f.host.key, f.host.value)
	}
	any := false
	for m := membersOf(list); ; {
		kind, text, ok := m.element(d)
		if !ok {
			return any
		}
		any = true
		switch {
		case kind == detector.KindObject && key.s == "streams" && d.lokiStream(text):
			continue
		case kind == detector.KindObject && key.s != "streams":
			d.begin(text)
			d.shared()
			if d.object(text) {
				d.record(text)
				continue
			}
		}
		d.member(text)
	}
}

// member hands on a part of a batch that is not understood, as text.
func (d *Decoder) member(text []byte) {
	d.begin(text)
	d.message(text)
	d.line.single = true
	d.finish()
}

// shared takes what the envelope says about each of its records.
func (d *Decoder) shared() {
	for _, a := range d.resource {
		d.take(a.key, a.kind, a.text)
	}
}

// record finishes a structured record whose members were taken.
func (d *Decoder) record(b []byte) {
	if len(d.draft.nested) > 0 {
		d.open()
	}
	d.ev.Structured, d.ev.Format = true, "json"
	if d.wraps() {
		d.wrapped(d.draft.message.text)
		return
	}
	d.line.single = true
	d.complete(b)
	d.finish()
}

// lokiStream decodes {"stream":{labels},"values":[["nanoseconds","line"],…]}, as Loki's push API takes it.
func (d *Decoder) lokiStream(b []byte) bool {
	var labels, values []byte
	for m := membersOf(b); ; {
		key, kind, text, ok := m.next(d)
		if !ok {
			break
		}
		switch {
		case key.s == "stream" && kind == detector.KindObject:
			labels = text
		case key.s == "values" && kind == detector.KindArray:
			values = text
		}
	}
	if labels == nil || values == nil {
		return false
	}
	any := false
	for list := membersOf(values); ; {
		kind, text, ok := list.element(d)
		if !ok {
			return any
		}
		any = true
		if kind != detector.KindArray {
			d.member(text)
			continue
		}
		d.begin(text)
		d.shared()
		for m := membersOf(labels); ; {
			key, kind, text, ok := m.next(d)
			if !ok {
				break
			}
			d.take(key, kind, text)
		}
		pair := membersOf(text)
		_, at, ok := pair.element(d)
		kind, line, ok2 := pair.element(d)
		if !ok || !ok2 || kind != detector.KindString {
			d.member(text)
			continue
		}
		f := &d.draft
		if f.when.epoch(at) {
			f.hasWhen, f.whenKey = true, d.constant("time")
		}
		d.ev.Structured, d.ev.Format = true, "json"
		d.wrapped(line)
	}
}
