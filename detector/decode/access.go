package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// access decodes the common and combined formats of Apache and nginx, also with a virtual host before, and what else
// has [time] "request" status in this order (Envoy, Django, HAProxy's HTTP log and many proxies).
func (d *Decoder) access(b []byte) bool {
	open := bytes.IndexByte(b[:min(len(b), 512)], '[')
	if open < 0 || open+20 > len(b) {
		return false
	}
	s, n := parseStamp(b[open+1:])
	if n == 0 || !s.dated {
		return false
	}
	i := open + 1 + n
	if i >= len(b) || b[i] != ']' {
		return false
	}
	head := bytes.TrimSpace(b[:open])
	if len(head) > 0 && (!bytes.Contains(head, []byte(" ")) || bytes.IndexByte(head, '"') >= 0) {
		return false
	}
	quote := bytes.Index(b[i:min(len(b), i+200)], []byte(" \""))
	if quote < 0 || (quote != 1 && bytes.ContainsAny(b[i+1:i+quote], "[]")) {
		return false
	}
	start := i + quote + 2
	end, status := requestEnd(b, start)
	if end < 0 {
		return false
	}
	f := &d.draft
	f.when, f.hasWhen = s, true
	d.accessHead(head)
	d.request(b[start:end])
	d.accessTail(b[end+1:], status)
	d.message(b)
	d.ev.Format, d.ev.Structured = "access", true
	d.line.single = true
	return true
}

// requestEnd finds the quote that closes a request and the status behind it. Quotes inside may be escaped or not, so
// the quote that counts is the first with a status after it.
func requestEnd(b []byte, i int) (end, status int) {
	for limit := min(len(b), i+64<<10); i < limit; i++ {
		j := bytes.IndexByte(b[i:limit], '"')
		if j < 0 {
			return -1, 0
		}
		i += j
		if i+4 < len(b) && b[i+1] == ' ' {
			if v, ok := digits(b, i+2, 3); ok && (i+5 == len(b) || b[i+5] == ' ') {
				return i, v
			}
		}
	}
	return -1, 0
}

// accessHead takes client and user out of HOST IDENT USER, or VHOST HOST IDENT USER.
func (d *Decoder) accessHead(head []byte) {
	user := head
	if i := bytes.LastIndexByte(head, ' '); i >= 0 {
		user = head[i+1:]
		client, _ := token(head, 0)
		d.add("client", detector.KindString, client)
	}
	if len(user) > 0 && string(user) != "-" {
		d.add("user", detector.KindString, user)
	}
}

// request takes method, path and protocol out of a request line.
func (d *Decoder) request(b []byte) {
	method, i := token(b, 0)
	if !isMethod(method) || i >= len(b) {
		d.add("request", detector.KindString, b)
		return
	}
	d.add("method", detector.KindString, method)
	rest := b[i+1:]
	if j := bytes.LastIndex(rest, []byte(" HTTP/")); j >= 0 {
		d.add("protocol", detector.KindString, rest[j+1:])
		rest = rest[:j]
	}
	d.add("path", detector.KindString, rest)
}

func isMethod(b []byte) bool {
	if len(b) < 3 || len(b) > 17 {
		return false
	}
	for _, c := range b {
		if !isUpper(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// accessTail takes status, bytes, referrer and agent.
func (d *Decoder) accessTail(b []byte, status int) {
	d.draft.level = statusLevel(status)
	d.add("status", detector.KindNumber, b[1:4])
	b = bytes.TrimPrefix(b[4:], []byte{' '})
	size, i := token(b, 0)
	if isNumber(size) {
		d.add("bytes", detector.KindNumber, size)
	}
	rest := b[i:]
	for _, key := range [...]string{"referrer", "user_agent"} {
		if !hasPrefix(rest, " \"") {
			return
		}
		end, _ := stringEnd(rest, 2)
		if end < 0 {
			return
		}
		if text := rest[2:end]; string(text) != "-" {
			d.add(key, detector.KindString, text)
		}
		rest = rest[end+1:]
	}
}
