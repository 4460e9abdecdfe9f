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
	case c == '<':
		return d.syslog(b) || b[len(b)-1] == '>' && d.xmlLine(b)
	case isDigit(c) && d.octetCounted(b):
		return true
	case c == '[' || c == '=' || isDigit(c):
		return d.csvlog(b) || d.haproxyLine(b) || d.apache(b) || d.gin(b) || d.access(b) || d.syslogText(b) || d.redis(b) || d.header(b)
	case c == 'C' && hasPrefix(b, "CEF:"):
		return d.cef(b)
	case c == 'L' && hasPrefix(b, "LEEF:"):
		return d.leef(b)
	case c == '#':
		return d.slowQuery(b)
	case c == '@' && hasPrefix(b, "@cee:"):
		return d.innerJSON(b[5:])
	case c == '{':
		return d.innerJSON(b)
	case isAlpha(c):
		return d.klog(b) || d.methodLine(b) || d.logfmt(b) || d.syslogText(b) || d.access(b) || d.elb(b) || d.cluster(b) || d.header(b)
	case c == ' ' && d.indentedHeader(b):
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
	if !d.object(b[i:]) || !(f.message.key != nil || f.template.key != nil || f.levelKey != nil) {
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

// coloured decodes a line whose header has colours.
func (d *Decoder) coloured(b []byte) bool {
	d.clean = stripANSI(d.clean[:0], b)
	text := d.clean
	if b[0] == 0x1b { // what is set to the right by blanks inside the colours begins a line all the same
		text = trimBlank(text)
	}
	if skipSpace(text, 0) == len(text) || !d.recognise(text) {
		return false
	}
	if !d.line.single {
		d.line.text = text
	}
	d.ownColours(b)
	return true
}

// colouredLevel decodes a line again without its colours where only they kept its level from being seen.
func (d *Decoder) colouredLevel(b []byte, fields int) {
	line := d.line
	d.undo(fields)
	d.draft.reset()
	if d.coloured(b) && d.draft.level != detector.LevelNone {
		return
	}
	d.undo(fields)
	d.draft.reset()
	d.line = line
	d.recognise(b)
}

// ownColours gives the message back the colours that were logged, and not those of the logger: it is found in the
// coloured line by the visible characters before it.
func (d *Decoder) ownColours(b []byte) {
	text := d.draft.message.text
	if len(text) == 0 || len(d.clean) <= len(text) || &d.clean[len(d.clean)-1] != &text[len(text)-1] {
		return
	}
	i := 0
	for before := len(d.clean) - len(text); i < len(b); {
		if n := escape(b[i:]); n > 0 {
			i += n
			continue
		}
		if before == 0 {
			break
		}
		before--
		i++
	}
	for i > 0 && b[i-1] == 'm' { // colours right before the text, but no resets, are the text's own
		open := bytes.LastIndexByte(b[:i], 0x1b)
		if open < 0 || escape(b[open:]) != i-open || reset(b[open:i]) {
			break
		}
		i = open
	}
	own, closed := b[i:], 0
	for bytes.HasSuffix(own, []byte("m")) {
		open := bytes.LastIndexByte(own, 0x1b)
		if open < 0 || !reset(own[open:]) {
			break
		}
		own = own[:open]
		closed++
	}
	for inner := own; len(inner) > 0 && inner[0] == 0x1b; { // the logger's own, if they reach to the end of the line
		n := escape(inner)
		if n == 0 {
			break
		}
		inner = inner[n:]
		if bytes.IndexByte(inner, 0x1b) < 0 {
			return
		}
		if closed > 0 {
			own = inner
			closed--
		}
	}
	if bytes.Count(own, []byte{0x1b}) >= 2 && !bytes.Contains(own, []byte("=")) {
		d.draft.message.text = own
	}
}

// escape gives the length of the escape sequence that begins b; 0 where none does.
func escape(b []byte) int {
	if len(b) < 2 || b[0] != 0x1b || b[1] != '[' {
		return 0
	}
	for i := 2; i < len(b); i++ {
		if b[i] < 0x20 || b[i] > 0x3f {
			return i + 1
		}
	}
	return len(b)
}

// reset tells whether a sequence only ends colours.
func reset(b []byte) bool {
	switch string(b) {
	case "\x1b[0m", "\x1b[m", "\x1b[39m", "\x1b[49m", "\x1b[22m", "\x1b[23m", "\x1b[0;39m":
		return true
	}
	return false
}

// stripANSI appends b to dst without its escape sequences.
func stripANSI(dst, b []byte) []byte {
	for {
		i := bytes.IndexByte(b, 0x1b)
		if i < 0 {
			return append(dst, b...)
		}
		dst = append(dst, b[:i]...)
		n := i + 1
		if n < len(b) && b[n] == '[' {
			for n++; n < len(b) && b[n] >= 0x20 && b[n] <= 0x3f; n++ {
			}
			n++
		}
		if n >= len(b) {
			return dst
		}
		b = b[n:]
	}
}
