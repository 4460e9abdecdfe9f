package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// body takes from a headed message what loggers put behind or around the text.
func (d *Decoder) body(h *head, b []byte) {
	switch {
	case len(b) == 0:
		d.message(b)
		return
	case d.quotedBody(h, b):
		return
	case b[0] == '{' && len(b) > 2 && d.innerJSON(b):
		return
	}
	if !h.hasLevel && b[len(b)-1] == '}' && d.namedJSON(b) {
		return
	}
	end := len(b)
	for end > 1 && b[end-1] == ' ' { // Laravel ends a line with one
		end--
	}
	if b[end-1] == ']' || b[end-1] == '}' {
		if text, ok := d.jsonTail(h, b[:end]); ok {
			d.message(text)
			return
		}
	}
	if h.padded {
		if text, ok := d.paddedTail(b); ok {
			d.message(text)
			return
		}
	}
	if h.hasWhen && !h.boxed && b[len(b)-1] == ')' {
		b = d.loggerTail(b)
	}
	d.message(b)
	d.pairTail(h, b)
	d.http(b)
}

// loggerTail removes " (dotted.logger.Name)", with which Kafka and others end a line.
func (d *Decoder) loggerTail(b []byte) []byte {
	i := bytes.LastIndex(b, []byte(" ("))
	if i < 0 && b[0] != '(' {
		return b
	}
	name := b[i+2 : len(b)-1]
	if i < 0 {
		i, name = 0, b[1:len(b)-1]
	}
	if bytes.Count(name, []byte{'.'}) < 2 || bytes.ContainsAny(name, " :/()") || !isName(name) || isDigit(name[len(name)-1]) {
		return b
	}
	d.add("logger", detector.KindString, name)
	return bytes.TrimRight(b[:i], " ")
}

// quotedBody reads ["message"] [key=value] of TiDB.
func (d *Decoder) quotedBody(h *head, b []byte) bool {
	if b[0] != '[' || len(b) < 4 || !h.boxed {
		return false
	}
	i := 1
	var text []byte
	if b[1] == '"' {
		end, escaped := stringEnd(b, 2)
		if end < 0 || end+1 >= len(b) || b[end+1] != ']' {
			return false
		}
		if text = b[2:end]; escaped {
			text = d.unescaped(text)
		}
		i = end + 2
	} else {
		end := bytes.IndexByte(b, ']')
		if end < 0 || end+2 >= len(b) || b[end+1] != ' ' || b[end+2] != '[' || bytes.IndexByte(b[end:], '=') < 0 {
			return false
		}
		text, i = b[1:end], end+1
	}
	for i+2 < len(b) && b[i] == ' ' && b[i+1] == '[' {
		key, v, end := nextBoxed(b, i+2)
		if end < 0 {
			break
		}
		d.takePair(key, v, b, true)
		i = end + 1
	}
	d.message(text)
	return true
}

// nextBoxed reads key=value] at i; end is the index of the bracket.
func nextBoxed(b []byte, i int) (key, v span, end int) {
	eq := bytes.IndexByte(b[i:min(len(b), i+64)], '=')
	if eq < 1 || !isKey(b[i:i+eq]) {
		return key, v, -1
	}
	start := i + eq + 1
	if start < len(b) && b[start] == '"' {
		q, _ := stringEnd(b, start+1)
		if q < 0 || q+1 >= len(b) || b[q+1] != ']' {
			return key, v, -1
		}
		return span{i, i + eq}, span{start, q + 1}, q + 1
	}
	n := bytes.IndexByte(b[start:], ']')
	if n < 0 {
		return key, v, -1
	}
	return span{i, i + eq}, span{start, start + n}, start + n
}

// jsonTail takes the context that monolog ({…} []), winston, zap's console and others write as JSON behind a message.
func (d *Decoder) jsonTail(h *head, b []byte) ([]byte, bool) {
	text, context := b, []byte(nil)
	if h.sealed && bytes.HasSuffix(text, []byte(" []")) {
		text = text[:len(text)-3] // monolog's extra
		if bytes.HasSuffix(text, []byte(" []")) || string(text) == "[]" {
			return bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("[]")), []byte{' '}), true
		}
	}
	for tries, from := 0, 0; tries < 4; tries++ {
		i := bytes.Index(text[from:], []byte("{\""))
		if i < 0 {
			if h.sealed && bytes.HasSuffix(text, []byte(" {}")) {
				return text[:len(text)-3], true
			}
			break
		}
		if i += from; i == 0 || text[i-1] == ' ' || text[i-1] == '\t' {
			end, _ := scanValue(text, i, 0)
			if end == len(text) {
				context, text = text[i:], bytes.TrimRight(text[:i], " \t")
				break
			}
			if h.sealed && end > 0 && end < len(text) && text[end] == ' ' { // monolog: context extra
				if last, _ := scanValue(text, end+1, 0); last == len(text) {
					d.contextFields(text[end+1:])
					context, text = text[i:end], bytes.TrimRight(text[:i], " ")
					break
				}
			}
		}
		from = i + 2
	}
	if context == nil {
		if len(text) != len(b) {
			return text, true
		}
		return nil, false
	}
	d.contextFields(context)
	if len(text) == 0 && !h.sealed || !(h.sealed || h.tabbed || h.hasLevel && !h.hasWhen) {
		return b, true
	}
	return text, true
}

// contextFields adds the members of an object as fields; ids count.
func (d *Decoder) contextFields(b []byte) {
	if len(b) == 0 || b[0] != '{' {
		return
	}
	m := membersOf(b)
	for {
		key, kind, text, ok := m.next(d)
		if !ok {
			return
		}
		if key.role == roleTrace || key.role == roleSpan {
			d.take(key, kind, text)
		} else {
			d.field(key, kind, text)
		}
	}
}

// paddedTail takes key=value pairs that padding divides from the message, as structlog's console does, with a logger
// in brackets between.
func (d *Decoder) paddedTail(b []byte) ([]byte, bool) {
	i := bytes.Index(b, []byte("  "))
	if i < 0 {
		i = pairsStart(b)
		if i < 30 || b[i-2] == ',' {
			return nil, false
		}
	}
	rest := trimBlank(b[i:])
	if len(rest) > 0 && rest[0] == '[' {
		if end := groupEnd(rest, 0); end > 0 && (end == len(rest) || rest[end] == ' ') {
			d.add("logger", detector.KindString, bytes.TrimSpace(rest[1:end-1]))
			rest = trimBlank(rest[end:])
		}
	}
	if len(rest) > 0 && !d.pairs(rest) {
		return nil, false
	}
	return bytes.TrimRight(b[:i], " "), true
}

// pairTail adds the key=value pairs that end a message as fields. The message keeps them.
func (d *Decoder) pairTail(h *head, b []byte) {
	i := pairsStart(b)
	if i < 0 {
		return
	}
	d.pairs(b[i:])
	if h != nil && h.boxed && h.hasWhen && i > 2 && b[i-1] == ' ' && b[i-2] == ':' { // hclog: message: key=value
		d.message(b[:i-2])
	}
}

// pairsStart finds where the pairs begin that reach to the end of b, or -1. A pair that is followed by something else
// rules out all starts before it, so the work is linear.
func pairsStart(b []byte) int {
	eq := bytes.IndexByte(b, '=')
	if eq < 0 {
		return -1
	}
	i := bytes.LastIndexByte(b[:eq], ' ') + 1
	for i < len(b) {
		start := i
		for {
			_, _, end := nextPair(b, i)
			if end < 0 {
				break
			}
			for end < len(b) && b[end] == ' ' {
				end++
			}
			if end == len(b) {
				return start
			}
			i = end
		}
		next := bytes.IndexByte(b[i:], ' ')
		if next < 0 {
			return -1
		}
		i += next + 1
	}
	return -1
}

// http takes method, path and status out of messages such as 1.2.3.4:5 - "GET / HTTP/1.1" 200 OK and GET / 200 3 ms.
func (d *Decoder) http(b []byte) {
	if i := bytes.Index(b, []byte(" HTTP/")); i > 0 {
		open := bytes.IndexByte(b[:i], '"')
		if open < 0 {
			return
		}
		method, _ := token(b, open+1)
		end, status := requestEnd(b, i)
		if end < 0 || !isMethod(method) {
			return
		}
		d.request(b[open+1 : end])
		d.add("status", detector.KindNumber, b[end+2:end+5])
		if d.draft.level == detector.LevelNone {
			d.draft.level = statusLevel(status)
		}
	}
}
