package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// take puts one key of a structured record where it belongs.
func (d *Decoder) take(key *name, kind detector.ValueKind, text []byte) {
	f := &d.draft
	if key.part.tells(kind) {
		d.note(key, kind, text)
	}
	if key.role == roleNone {
		d.field(key, kind, text)
		return
	}
	scalar := kind == detector.KindString || kind == detector.KindNumber
	switch key.role {
	case roleMessage:
		if kind == detector.KindString || (key.rank <= 2 && kind == detector.KindArray) {
			f.logKey = f.logKey || key.rank == 3
			d.prefer(&f.message, key, key.rank, kind, text)
			return
		}
		if kind == detector.KindNull && key.rank <= 1 && f.message.key == nil {
			f.message = pick{key, key.rank + 10, value{detector.KindString, nil}}
			return
		}
		if kind == detector.KindObject && key.rank <= 2 && f.message.key == nil {
			d.prefer(&f.message, key, key.rank+20, kind, text)
			return
		}
	case roleTemplate:
		if kind == detector.KindString {
			f.clef = f.clef || key.s[0] == '@'
			d.prefer(&f.template, key, 0, kind, text)
			return
		}
	case roleLevel, roleLevelSyslog, roleLevelPython, roleLevelOTel:
		if level, ok := levelValue(key.role, kind, text); ok && scalar {
			d.preferLevel(key, level, kind, text)
			return
		}
	case roleStatus:
		if f.status == 0 && scalar && len(text) == 3 {
			f.status, _ = digits(text, 0, 3)
		}
		if f.levelKey == nil && kind == detector.KindString && lowerLevel(text) { // Datadog
			f.level, _ = levelOf(text)
			f.levelKey, f.levelRaw, f.levelRank = key, text, 9
		}
	case roleTime:
		var s stamp
		if s.value(kind, text) {
			f.clef = f.clef || key.s == "@t"
			d.preferTime(key, &s, kind, text)
			return
		}
	case roleType:
		f.levelOfType(key, kind, text)
	case roleService:
		if n := len(text); n > 1 && text[n-1] == ':' {
			text = untagged(text)
		}
		if kind == detector.KindString && len(text) > 0 {
			d.prefer(&f.service, key, key.rank, kind, text)
			return
		}
	case roleEnvironment:
		if kind == detector.KindString && len(text) > 0 {
			d.prefer(&f.environment, key, key.rank, kind, text)
			return
		}
	case roleHost:
		if kind == detector.KindString && len(text) > 0 {
			d.prefer(&f.host, key, key.rank, kind, text)
			return
		}
	case roleTrace, roleSpan:
		if id := traceID(text); id != nil && scalar {
			p := &f.trace
			if key.role == roleSpan {
				p = &f.span
			}
			d.prefer(p, key, key.rank, kind, id)
			return
		}
	case roleTraceparent:
		if trace, span, ok := traceparent(text); ok && f.trace.key == nil {
			f.trace = pick{key, 3, value{kind, trace}}
			f.span = pick{key, 3, value{kind, span}}
		}
	case roleOTLP:
		if kind == detector.KindArray {
			f.otlp = text
			return
		}
	case roleBatch:
		if kind == detector.KindArray && f.batch == nil {
			f.batch, f.batchKey = text, key
		}
	case rolePartial:
		d.partial(key, text)
	}
	d.field(key, kind, text)
}

func (d *Decoder) preferLevel(key *name, level detector.Level, kind detector.ValueKind, text []byte) {
	f := &d.draft
	if f.levelKey != nil && f.levelRank <= key.rank {
		d.field(key, kind, text)
		return
	}
	if f.levelKey != nil {
		was := detector.KindString
		if isNumber(f.levelRaw) {
			was = detector.KindNumber
		}
		d.field(f.levelKey, was, f.levelRaw)
	}
	f.level, f.levelKey, f.levelRank, f.levelRaw = level, key, key.rank, text
}

func (d *Decoder) preferTime(key *name, s *stamp, kind detector.ValueKind, text []byte) {
	f := &d.draft
	better := !f.hasWhen || key.rank < f.whenRank
	// Fluent Bit puts its own float before the @timestamp that the record has.
	if f.hasWhen && f.whenKey == key && f.whenValue.kind == detector.KindNumber && kind == detector.KindString {
		better = true
	}
	if !better {
		d.field(key, kind, text)
		return
	}
	if f.hasWhen && f.whenKey != key {
		d.field(f.whenKey, f.whenValue.kind, f.whenValue.text)
	}
	f.when, f.whenKey, f.whenRank, f.hasWhen = *s, key, key.rank, true
	f.whenValue.kind, f.whenValue.text = kind, text
}

// levelValue reads a level by its key's scale.
func levelValue(r role, kind detector.ValueKind, text []byte) (detector.Level, bool) {
	if len(text) == 0 || len(text) > 32 {
		return 0, false
	}
	n, number := smallInt(text)
	if !number {
		if len(text) == 2 && text[0] == 'D' && isDigit(text[1]) { // MongoDB
			return detector.LevelDebug, true
		}
		return levelOf(text)
	}
	switch r {
	case roleLevelSyslog:
		return syslogLevel(n), n >= 0 && n <= 7
	case roleLevelPython:
		return stepLevel(n, 10, 20, 30, 40), n >= 0
	case roleLevelOTel:
		level := otelLevel(n)
		return level, level != detector.LevelNone
	}
	return numberLevel(n), true
}

// value reads a time that is a value of its own; numbers must be of a plausible size.
func (s *stamp) value(kind detector.ValueKind, text []byte) bool {
	switch kind {
	case detector.KindNumber:
		return s.epoch(text)
	case detector.KindString:
		if len(text) < 8 || len(text) > 64 {
			return false
		}
		if text[0] == '[' && text[len(text)-1] == ']' {
			text = text[1 : len(text)-1]
		}
		if s.epoch(text) {
			return true
		}
		n := s.parse(text)
		if n != len(text) && n > 0 {
			rest := bytes.TrimSpace(text[n:])
			n += len(text[n:]) - len(rest)
			if len(rest) > 0 && rest[0] == '[' && rest[len(rest)-1] == ']' { // Java: +01:00[Europe/Paris]
				n = len(text)
			}
		}
		return n == len(text) && (s.dated || s.unix)
	}
	return false
}

func smallInt(b []byte) (int, bool) {
	neg := b[0] == '-'
	if neg {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 6 {
		return 0, false
	}
	n, ok := digits(b, 0, len(b))
	if neg {
		n = -n
	}
	return n, ok
}

func isNumber(b []byte) bool {
	return len(b) > 0 && (isDigit(b[0]) || b[0] == '-') && scanNumber(b, 0) == len(b)
}

// partial reads how a runtime or shipper marks the parts of a line.
func (d *Decoder) partial(key *name, text []byte) {
	f := &d.draft
	switch {
	case len(text) >= 1 && text[0] == 'P' && (len(text) == 1 || text[1] == ':'):
		f.cut = cutMore
	case len(text) >= 1 && text[0] == 'F' && (len(text) == 1 || text[1] == ':'):
		f.cut = cutLast
	case key.s == "partial_message" && string(text) == "true" && f.cut == uncut:
		f.cut = cutMore
	case key.s == "partial_last" && string(text) == "true":
		f.cut = cutLast
	}
}

// levelOfType takes a level from a key that mostly says something else.
func (f *draft) levelOfType(key *name, kind detector.ValueKind, text []byte) {
	if f.levelKey != nil || kind != detector.KindString {
		return
	}
	if level := typeLevel(text); level != detector.LevelNone {
		f.level, f.levelKey, f.levelRaw, f.levelRank = level, key, text, 9
	}
}

// untagged takes the name out of rsyslog's syslogtag: name[pid]:
func untagged(tag []byte) []byte {
	name, _, _ := bytes.Cut(tag[:len(tag)-1], []byte{'['})
	return name
}
