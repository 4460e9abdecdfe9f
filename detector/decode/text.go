package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// unwrapped decodes a line of text, and JSON behind a text header.
func (d *Decoder) unwrapped(b []byte) {
	coloured := bytes.IndexByte(b[:min(len(b), 64)], 0x1b)
	fields := len(d.ev.Fields)
	switch {
	case coloured == 0 && d.coloured(b):
		return
	case d.recognise(b):
		if coloured > 0 && d.draft.level == detector.LevelNone && !d.line.single {
			d.colouredLevel(b, fields)
		}
		return
	case coloured > 0 && d.coloured(b):
		return
	}
	d.message(b)
	d.pairTail(nil, b)
	d.line.plain = true
	if d.ev.Format == "" {
		d.ev.Format = "text"
	}
}

// recognise tries the formats that the first byte allows; false for plain text.
func (d *Decoder) recognise(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	if d.pin != "" {
		return d.pinned(b)
	}
	switch c := b[0]; {
	case c == '{':
		return d.innerJSON(b)
	case c == '<':
		return d.syslog(b) || b[len(b)-1] == '>' && d.xmlLine(b)
	case isDigit(c) && d.octetCounted(b):
		return true
	case (c == '*' || c == '(') && d.glib(b), (c == '[' || c == 0xe2) && d.julia(b):
		return true
	case c == '[' || c == '=' || isDigit(c):
		return d.splunkd(b) || d.csvlog(b) || d.haproxyLine(b) || d.apache(b) || d.gin(b) || d.access(b) || d.syslogText(b) || d.redis(b) || d.rds(b) || d.websphere(b) ||
			d.unified(b) || d.kernelRecord(b) || d.kernel(b) || d.uwsgi(b) || d.zabbix(b) || d.header(b)
	case c == 'C' && hasPrefix(b, "CEF:"):
		return d.cef(b)
	case c == 'L' && hasPrefix(b, "LEEF:"):
		return d.leef(b)
	case c == '#':
		return d.slowQuery(b)
	case c == '@' && hasPrefix(b, "@cee:"):
		return d.innerJSON(b[5:])
	case isAlpha(c):
		return d.klog(b) || d.methodLine(b) || d.logfmt(b) || d.auditText(b) || d.lambda(b) || d.kernelFacility(b) ||
			d.syslogText(b) || d.access(b) || d.elb(b) || d.cluster(b) || d.topicsFirst(b) || d.header(b)
	case (c == '*' || c == '.') && bytes.IndexByte(b[:min(len(b), 48)], '%') > 0 && d.ciscoHead(b):
		d.line.headed = true
		return true
	case c == ' ' && (d.indentedHeader(b) || d.zabbix(b)):
		return true
	case c == ' ' || c == '\t':
		return false // part of what stands above
	case c == ':' || c == '-':
		return d.access(b) || d.cluster(b)
	}
	return d.header(b)
}

// message sets what was logged.
func (d *Decoder) message(b []byte) {
	d.draft.message = pick{d.kubeKey, 0, value{detector.KindString, b}}
}

// add appends a field of text under a constant key.
func (d *Decoder) add(key string, kind detector.ValueKind, text []byte) {
	if len(text) > 0 {
		d.field(d.constant(key), kind, text)
	}
}

func (d *Decoder) constant(key string) *name {
	if n := d.constants[key]; n != nil {
		return n
	}
	n := d.names.get([]byte(key))
	d.constants[key] = n
	return n
}

// innerJSON decodes a message that is a JSON log record; false leaves the draft as it was but for fields that are
// taken back.
func (d *Decoder) innerJSON(b []byte) bool {
	i := skipSpace(b, 0)
	if i >= len(b) || b[i] != '{' {
		return false
	}
	keep, fields := d.draft, len(d.ev.Fields)
	d.draft.nested = nil
	f := &d.draft
	f.reset()
	ok := d.object(b[i:])
	if !ok {
		d.undo(fields)
		f.reset()
		ok = d.salvage(b[i:])
	}
	if !ok || !(f.message.key != nil || f.template.key != nil || f.levelKey != nil) {
		d.undo(fields)
		d.draft = keep
		return false
	}
	if len(f.nested) > 0 {
		d.open()
	}
	d.complete(b[i:])
	if f.level == detector.LevelNone {
		f.level = keep.level
	}
	if keep.hasWhen && (!f.hasWhen || !f.when.whole()) {
		f.when, f.hasWhen = keep.when, true
	}
	if f.service.key == nil {
		f.service = keep.service
	}
	if keep.host.key != nil {
		f.host = keep.host
	}
	d.ev.Structured, d.ev.Format = true, "json"
	d.line.single = true
	return true
}
