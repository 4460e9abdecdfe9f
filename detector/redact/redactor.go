package redact

import (
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// Redactor redacts the events of one partition; Compiled makes it. Not safe for concurrent use.
type Redactor struct {
	tables  *tables
	own     []pattern
	keys    keyState
	columns columns
	clean   cleanValues
	scan    scan
	prints  fingerprints
	names   map[string]string // names of keys, interned
	known   map[string]label  // names that were looked into
	out     []byte            // of what was redacted in this event
}

// Event redacts the message and the fields of an event, in place, and names what it found in Secrets. What it writes is
// valid until the next call, as the rest of the event is.
func (r *Redactor) Event(ev *detector.Event) {
	r.out = r.out[:0]
	if r.keys.open() && r.keys.body(ev) {
		ev.Secrets = append(ev.Secrets, detector.Secret{Kind: "private-key", Fingerprint: r.prints.of(ev.Message)})
		r.out = appendMark(r.out, "private-key")
		ev.Message = r.out[:len(r.out):len(r.out)]
	}
	ev.Message = r.text(ev, "", ev.Message)
	if r.scan.keyOpen {
		r.keys.begin(ev)
	}
	for i := range ev.Fields {
		r.field(ev, i)
	}
	if len(ev.TraceID) > 0 {
		ev.TraceID = r.id(ev, "trace_id", ev.TraceID)
	}
	if len(ev.SpanID) > 0 {
		ev.SpanID = r.id(ev, "span_id", ev.SpanID)
	}
	r.labels(ev)
}

// id redacts the id of a trace or a span. What has the form of one is no secret; only the patterns of the configuration
// look at it.
func (r *Redactor) id(ev *detector.Event, key string, id []byte) []byte {
	if len(r.own) == 0 && (hexID(id) || uuid(id)) {
		return id
	}
	return r.text(ev, key, id)
}

// hexID reports whether b is the id of a trace or a span as W3C writes it: 32 or 16 hexadecimal digits.
func hexID(b []byte) bool {
	return (len(b) == 32 || len(b) == 16) && detector.Hex(b)
}

// maxRounds bounds how often a text is looked at again: what was removed may bring to light what stood beside it.
const maxRounds = 4

// text removes what is secret in a text; the text itself where there is nothing.
func (r *Redactor) text(ev *detector.Event, key string, text []byte) []byte {
	for range maxRounds {
		spans := r.scan.text(key, text)
		if len(r.own) > 0 {
			spans = r.patterns(text, spans)
		}
		if len(spans) == 0 {
			return text
		}
		text = r.replace(ev, key, text, spans)
	}
	return text
}

// replace names what was found and writes the text without it.
func (r *Redactor) replace(ev *detector.Event, key string, text []byte, spans []span) []byte {
	for _, s := range spans {
		under := key
		if s.keyTo > s.keyFrom {
			under = r.intern(text[s.keyFrom:s.keyTo])
		}
		ev.Secrets = append(ev.Secrets, detector.Secret{Kind: s.kind, Key: under, Fingerprint: r.prints.of(text[s.from:s.to])})
	}
	from := len(r.out)
	r.out = replaced(r.out, text, spans)
	return r.out[from:len(r.out):len(r.out)]
}

// intern returns the string of a key's name without an allocation, where it was seen before.
func (r *Redactor) intern(b []byte) string {
	for len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	if s, ok := r.names[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(r.names) < maxNames {
		r.names[s] = s
	}
	return s
}

// patterns adds what the patterns of the configuration find.
func (r *Redactor) patterns(text []byte, spans []span) []span {
	for _, p := range r.own {
		for _, at := range p.match.FindAllSubmatchIndex(text, -1) {
			from, to := at[0], at[1]
			if len(at) > 3 && at[2] >= 0 {
				from, to = at[2], at[3]
			}
			if from < to && !touchesMark(text, from, to) {
				spans = append(spans, span{from: from, to: to, kind: p.kind})
			}
		}
	}
	if len(spans) < 2 {
		return spans
	}
	return ordered(slices.Clip(spans))
}
