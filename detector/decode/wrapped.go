package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// dockerPart is the length at which Docker divides a line.
const dockerPart = 16 << 10

// wrapped decodes the line inside a wrapper, once all its parts are there. The draft is the wrapper's.
func (d *Decoder) wrapped(text []byte) {
	f := &d.draft
	if f.cut == uncut && f.logKey && len(text) >= dockerPart && text[len(text)-1] != '\n' && f.stream != 0 {
		f.cut = cutMore
	}
	d.line.source = hash(d.base+f.source, []byte{f.stream})
	if f.cut == uncut && f.logKey && d.waiting.slots[d.line.source^partsOf] != nil {
		f.cut = cutLast // Docker marks no last part
	}
	d.line.exact = d.exactTime()
	d.outer = *f
	d.outer.nested = nil
	if f.bunyan.key != nil {
		d.field(f.bunyan.key, f.bunyan.kind, f.bunyan.text)
		d.outer.bunyan = pick{}
	}
	if f.cut != uncut {
		whole, ok := d.assemble(text, f.cut == cutMore)
		if !ok {
			return
		}
		text = whole
	}
	d.inside(text)
	d.finish()
}

// exactTime tells whether the wrapper's time is when the line was written, as container runtimes and journald note
// it, and not when it was read, as Filebeat's and Vector's file source do.
func (d *Decoder) exactTime() bool {
	f := &d.draft
	return f.stream != 0 || f.cut != uncut || (f.whenKey != nil && f.whenKey.s[0] == '_')
}

// inside decodes the wrapped line and puts the wrapper's facts around it.
func (d *Decoder) inside(text []byte) {
	o, f := &d.outer, &d.draft
	format, structured := d.ev.Format, d.ev.Structured
	text = bytes.TrimSuffix(text, []byte{'\n'})
	text = bytes.TrimSuffix(text, []byte{'\r'})
	f.reset()
	d.line.text, d.line.whole = text, text
	d.ev.Format = ""
	d.ev.Structured = false
	fields := len(d.ev.Fields)
	i := skipSpace(text, 0)
	if i < len(text) && text[i] == '{' && d.object(text[i:]) && d.hasCore() {
		if len(f.nested) > 0 {
			d.open()
		}
		d.complete(text)
		d.ev.Format, d.ev.Structured = "json", true
		d.line.single = true
	} else {
		d.undo(fields)
		f.reset()
		if i < len(text) && text[i] == '{' && d.salvage(text[i:]) {
			d.complete(text)
			d.ev.Format, d.ev.Structured = "json", true
			d.line.single = true
		} else {
			d.undo(fields)
			f.reset()
			d.unwrapped(text)
		}
	}
	if d.ev.Format == "" || d.ev.Format == "text" {
		if format != "" {
			d.ev.Format = format
		}
	}
	d.ev.Structured = d.ev.Structured || structured
	d.around(o)
}

// undo takes back fields that a failed attempt appended.
func (d *Decoder) undo(n int) {
	for i := n; i < len(d.ev.Fields); i++ {
		d.names.get([]byte(d.ev.Fields[i].Key)).seen = 0
	}
	d.ev.Fields = d.ev.Fields[:n]
}

// hasCore tells whether a JSON object looks like a log record.
func (d *Decoder) hasCore() bool {
	f := &d.draft
	return f.message.key != nil || f.template.key != nil || f.levelKey != nil || f.hasWhen || len(f.nested) > 0
}

// around gives the event what the wrapper states and the line does not.
func (d *Decoder) around(o *draft) {
	f := &d.draft
	if f.level == detector.LevelNone {
		f.level = o.level
	}
	if o.hasWhen && (!f.hasWhen || !f.when.whole() && (d.line.exact || !f.when.dated)) {
		if f.hasWhen && !d.line.exact {
			ref := o.when.resolve(d.reference())
			at := f.when.resolve(ref)
			f.when = stamp{unix: true, sec: at.Unix(), nano: at.Nanosecond()}
		} else {
			f.when, f.hasWhen = o.when, true
		}
	}
	if f.service.key == nil {
		f.service = o.service
	}
	if f.environment.key == nil {
		f.environment = o.environment
	}
	if o.host.key != nil {
		if f.host.key != nil {
			d.field(f.host.key, f.host.kind, f.host.text)
		}
		f.host = o.host
	}
	if f.trace.key == nil {
		f.trace, f.span = o.trace, o.span
	}
	f.stream = o.stream
}

// cri decodes a line as container runtimes write it to files: time, stream, P or F, text.
func (d *Decoder) cri(b []byte) bool {
	if len(b) < 35 || b[4] != '-' || b[10] != 'T' || !isDigit(b[0]) {
		return false
	}
	s, n := parseStamp(b)
	if n == 0 || !s.zoned || len(b) < n+10 || b[n] != ' ' || b[n+1] != 's' || b[n+7] != ' ' {
		return false
	}
	if stream := string(b[n+1 : n+7]); stream != "stdout" && stream != "stderr" {
		return false
	}
	text := b[n+8:]
	end := bytes.IndexByte(text, ' ')
	if end < 0 {
		end = len(text)
	}
	tag := text[:end]
	if len(tag) == 0 || (tag[0] != 'P' && tag[0] != 'F') || (len(tag) > 1 && tag[1] != ':') {
		return false
	}
	f := &d.draft
	f.when, f.hasWhen = s, true
	f.stream = b[n+4]
	f.cut = cutLast
	if tag[0] == 'P' {
		f.cut = cutMore
	}
	d.field(d.names.get([]byte("stream")), detector.KindString, b[n+1:n+7])
	d.ev.Format = "cri"
	d.wrapped(text[min(end+1, len(text)):])
	return true
}
