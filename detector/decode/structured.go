package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// structured decodes a line that begins with a brace; false where it is no JSON object.
func (d *Decoder) structured(b []byte) bool {
	return d.object(b) && d.structure(b)
}

// structure makes an event, or several, of a record whose keys were taken.
func (d *Decoder) structure(b []byte) bool {
	f := &d.draft
	if f.otlp != nil && d.otlpJSON(f.otlp) {
		return true
	}
	if f.batch != nil && d.batch() {
		return true
	}
	if len(f.nested) > 0 {
		d.open()
		if f.message.key == nil {
			d.openParsed()
		}
	}
	d.ev.Structured = true
	d.ev.Format = "json"
	if d.wraps() {
		d.wrapped(f.message.text)
		return true
	}
	d.line.single = true
	d.complete(b)
	d.finish()
	return true
}

// wraps tells whether the message is a line that a shipper or runtime wrapped and that nobody has looked into yet.
func (d *Decoder) wraps() bool {
	f := &d.draft
	if f.message.key == nil || f.gelf || f.clef {
		return false
	}
	if f.message.kind != detector.KindString {
		return f.message.kind == detector.KindObject && f.levelKey == nil // Splunk's HTTP event collector
	}
	if f.logKey {
		return true
	}
	return f.wrapped && (f.levelKey == nil || f.levelKey.role == roleLevelSyslog)
}

// complete gives an application's own record a message where it has none.
func (d *Decoder) complete(b []byte) {
	f := &d.draft
	if f.template.key != nil {
		if f.message.key == nil {
			f.message = pick{f.template.key, 5, value{detector.KindString, d.render(f.template.text)}}
		}
		d.field(f.template.key, detector.KindString, f.template.text)
		if f.clef && f.levelKey == nil {
			f.level = detector.LevelInfo // CLEF leaves it out
		}
	} else if f.clef && f.levelKey == nil {
		f.level = detector.LevelInfo
	}
	if !f.hasWhen {
		d.dateAndTime()
	} else if f.whenKey != nil && f.whenKey.s == "timestampSeconds" { // Google's agents
		if v, ok := d.fieldNamed([]byte("timestampNanos")); ok && len(v.Text) <= 9 {
			f.when.nano, _ = digits(v.Text, 0, len(v.Text))
		}
	}
	if f.gelf && f.levelKey != nil && string(f.levelRaw) == "0" {
		f.level = detector.LevelFatal
	}
	if f.bunyan.key != nil {
		if f.pid && f.host.key != nil && f.levelKey != nil && f.service.key == nil {
			f.service = f.bunyan
		} else {
			d.field(f.bunyan.key, f.bunyan.kind, f.bunyan.text)
		}
	}
	if f.message.kind == detector.KindArray {
		f.message.text = d.byteArray(f.message.text)
	}
	if f.message.key == nil {
		if v, ok := d.fieldNamed([]byte("0")); ok && v.Kind == detector.KindString {
			f.message = pick{d.kubeKey, 9, value{v.Kind, v.Text}} // tslog numbers the arguments
		}
	}
	if f.message.key == nil && d.telling() {
		f.message = pick{d.kubeKey, 9, value{detector.KindString, bytes.TrimSpace(b)}}
	}
	if f.verbosity && f.levelKey == nil && f.hasWhen && f.message.key != nil {
		f.level = detector.LevelInfo
	}
	if f.level == detector.LevelNone && f.status != 0 && f.message.rank > 5 { // an access log
		f.level = statusLevel(f.status)
	}
}

// dateAndTime puts together what some devices (Fortinet, IIS) write under two keys.
func (d *Decoder) dateAndTime() {
	date, ok := d.fieldNamed([]byte("date"))
	clock, ok2 := d.fieldNamed([]byte("time"))
	if !ok || !ok2 || len(date.Text) != len("2006-01-02") || len(clock.Text) < len("15:04:05") || len(clock.Text) > 18 {
		return
	}
	at := len(d.arena)
	d.arena = append(append(append(d.arena, date.Text...), ' '), clock.Text...)
	if s, ok := stampOf(d.arena[at:]); ok {
		d.draft.when, d.draft.hasWhen = s, true
	}
}

// telling reports whether a record without a message has fields that say more than where it is from.
func (d *Decoder) telling() bool {
	for i := range d.ev.Fields {
		switch d.ev.Fields[i].Key {
		case "pid", "caller", "logger", "version", "v", "thread", "file", "line", "target", "sequence":
		default:
			return true
		}
	}
	return false
}

// byteArray gives the text of journald's arrays of byte values; other arrays stay as they are.
func (d *Decoder) byteArray(b []byte) []byte {
	start := len(d.arena)
	m := membersOf(b)
	for {
		kind, text, ok := m.element(d)
		if !ok {
			break
		}
		n, isByte := 0, kind == detector.KindNumber && len(text) <= 3
		if isByte {
			n, isByte = digits(text, 0, len(text))
		}
		if !isByte || n > 255 {
			d.arena = d.arena[:start]
			return b
		}
		d.arena = append(d.arena, byte(n))
	}
	return d.arena[start:len(d.arena):len(d.arena)]
}

// render puts the fields into a message template: {Name}, {@Name}, {Name:format}.
func (d *Decoder) render(template []byte) []byte {
	start := len(d.arena)
	for {
		open := bytes.IndexByte(template, '{')
		if open < 0 {
			break
		}
		length := bytes.IndexByte(template[open:], '}')
		if length < 2 || length > 100 {
			break
		}
		d.arena = append(d.arena, template[:open]...)
		hole := template[open+1 : open+length]
		if end := bytes.IndexAny(hole, ":,"); end > 0 {
			hole = hole[:end]
		}
		hole = bytes.TrimLeft(hole, "@$")
		if v, ok := d.fieldNamed(hole); ok {
			d.arena = append(d.arena, v.Text...)
		} else {
			d.arena = append(d.arena, template[open:open+length+1]...)
		}
		template = template[open+length+1:]
	}
	d.arena = append(d.arena, template...)
	return d.arena[start:len(d.arena):len(d.arena)]
}

func (d *Decoder) fieldNamed(key []byte) (detector.Value, bool) {
	for i := range d.ev.Fields {
		if d.ev.Fields[i].Key == string(key) {
			return d.ev.Fields[i].Value, true
		}
	}
	return detector.Value{}, false
}
