package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// uuid tells whether b begins with a UUID that ends at a blank.
func uuid(b []byte) bool {
	return len(b) > 36 && (b[36] == '\t' || b[36] == ' ') && uuidText(b[:36])
}

func uuidText(b []byte) bool {
	if b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' {
		return false
	}
	for i, c := range b[:36] {
		if !isWord(c) && i != 8 && i != 13 && i != 18 && i != 23 {
			return false
		}
	}
	return true
}

// spans reads the spans that Rust's tracing puts before the target: outer{k=v}:inner: The index after them is given, 0
// where there are none.
func (h *head) spans(b []byte, at int) int {
	i := skipBlanks(b, at)
	start, end := i, 0
	for n := 0; n < 16; n++ {
		for i < len(b) && (isWord(b[i]) || b[i] == '-' || b[i] == '.') {
			i++
		}
		if i >= len(b) {
			break
		}
		if b[i] == '{' && i > start {
			if i = balanced(b, i); i < 0 || i >= len(b) || b[i] != ':' {
				break
			}
			h.context = span{start, i}
		} else if end == 0 || b[i] != ':' {
			break
		}
		if i++; i < len(b) && b[i] == ' ' {
			return i
		}
		end = i
	}
	if end > 0 {
		h.context = span{}
	}
	return 0
}

// spanPairs adds the pairs of spans, or of a context before the level, as fields; ids count.
func (d *Decoder) spanPairs(b []byte) {
	for len(b) > 0 {
		open := bytes.IndexByte(b, '{')
		if open < 0 {
			if bytes.IndexByte(b, ',') > 0 {
				d.prefixPairs(b)
			} else {
				d.pairs(b)
			}
			return
		}
		end := balanced(b, open)
		if end < 0 {
			return
		}
		d.pairs(b[open+1 : end-1])
		b = b[end:]
	}
}

// afterHeader takes what a few writers put between header and message: a tab, Lambda's request, Logstash's host.
func (d *Decoder) afterHeader(h *head, b []byte) []byte {
	if !h.tabbed && len(b) > 0 && b[0] == '\t' {
		b = b[1:]
	}
	if uuid(b) {
		d.add("request_id", detector.KindString, b[:36])
		b = b[37:]
	}
	if len(b) > 38 && b[0] == '[' && b[37] == ']' && uuidText(b[1:37]) { // Rails' tag of a request
		d.add("request_id", detector.KindString, b[1:37])
		b = trimBlank(b[38:])
	}
	if !h.hasLevel && hasPrefix(b, "{name=") {
		if end := bytes.IndexByte(b[:min(len(b), 128)], '}'); end > 0 {
			d.draft.host = pick{d.kubeKey, 0, value{detector.KindString, b[6:end]}}
			b = trimBlank(b[end+1:])
		}
	}
	return b
}

// traced reads what Spring puts into brackets for tracing: app,trace,span and trace-span.
func (h *head) traced(b []byte) bool {
	if comma := bytes.IndexByte(b, ','); comma >= 0 {
		rest := b[comma+1:]
		next := bytes.IndexByte(rest, ',')
		if next < 0 || len(rest) > 80 {
			return false
		}
		trace, span := rest[:next], rest[next+1:]
		if end := bytes.IndexByte(span, ','); end >= 0 {
			span = span[:end]
		}
		if len(trace) != 0 && (len(trace) < 16 || traceID(trace) == nil) || comma > 0 && !isName(b[:comma]) {
			return false
		}
		h.app, h.trace, h.span = b[:comma], traceID(trace), traceID(span)
		return true
	}
	if n := len(b); (n == 49 || n == 33) && b[n-17] == '-' && traceID(b[:n-17]) != nil && traceID(b[n-16:]) != nil {
		h.trace, h.span = b[:n-17], b[n-16:]
		return true
	}
	return false
}

// threadOnly takes a thread's or logger's name in brackets that is all that stands between a level and the message, or a
// thread's in parentheses before brackets. Only names that can be nothing else are taken; [pool] may well belong to the
// message.
func (h *head) threadOnly(b []byte, at int) int {
	for n := range 2 {
		i := skipBlanks(b, at)
		if i >= len(b) || b[i] != '[' && (b[i] != '(' || n > 0) || !h.hasWhen {
			return at
		}
		end := groupEnd(b, i)
		if end < 0 || end >= len(b) || b[end] != ' ' || b[i] == '(' && !hasPrefix(b[end:], " [") {
			return at
		}
		name := bytes.TrimSpace(b[i+1 : end-1])
		if string(h.thread) == "Nest" && h.logger == nil && len(name) > 0 {
			h.logger = name
			return end
		}
		if len(name) == 0 || bytes.IndexByte(name, ' ') >= 0 || !isName(name) {
			return at
		}
		dash := bytes.IndexByte(name, '-')
		if string(name) != "main" && bytes.IndexByte(name, '.') < 1 && !bytes.Contains(name, []byte("Thread")) &&
			!(dash > 0 && bytes.ContainsAny(name[dash:], "0123456789")) {
			return at
		}
		h.group(name)
		at = end
	}
	return at
}

// namedBefore tells whether a line that is nothing but a word names the logger of the event before it: hclog prints
// just its name where the message is empty.
func (d *Decoder) namedBefore(h *head, b []byte) bool {
	if !h.boxed || h.logger != nil || len(b) == 0 || bytes.IndexByte(b, ' ') >= 0 {
		return false
	}
	s := d.waiting.last(d.base)
	if s == nil {
		return false
	}
	v, ok := s.ev.Fields.Get("logger")
	return ok && bytes.Equal(v.Text, b)
}
