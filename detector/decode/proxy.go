package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// elb reads the access logs of Amazon's load balancers: type, time, names, addresses, times, status, request.
func (d *Decoder) elb(b []byte) bool {
	kind, i := token(b, 0)
	switch string(kind) {
	case "http", "https", "h2", "grpcs", "ws", "wss":
	default:
		return false
	}
	s, n := parseStamp(b[min(i+1, len(b)):])
	if n == 0 || !s.whole() {
		return false
	}
	i += 1 + n
	var status []byte
	for range 7 { // names, addresses and times, then the status
		status, i = token(b, min(i+1, len(b)))
	}
	code, ok := 0, false
	if len(status) == 3 {
		code, ok = digits(status, 0, 3)
	}
	open := bytes.Index(b[i:], []byte(" \""))
	if !ok || open < 0 {
		return false
	}
	start := i + open + 2
	end := bytes.IndexByte(b[start:], '"')
	if end < 0 {
		return false
	}
	f := &d.draft
	f.when, f.hasWhen, f.level = s, true, statusLevel(code)
	d.request(b[start : start+end])
	d.add("status", detector.KindNumber, status)
	d.message(b)
	d.ev.Format, d.ev.Structured = "access", true
	d.line.single = true
	return true
}

// nginx takes process, thread and connection from an entry of nginx's error log: 12#34: *5 text.
func (d *Decoder) nginx(b []byte) []byte {
	i := 0
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	if i == 0 || i+2 >= len(b) || b[i] != '#' || !isDigit(b[i+1]) {
		return b
	}
	j := i + 1
	for j < len(b) && isDigit(b[j]) {
		j++
	}
	if j+1 >= len(b) || b[j] != ':' || b[j+1] != ' ' {
		return b
	}
	d.add("pid", detector.KindNumber, b[:i])
	d.ev.Format, d.line.single = "nginx", true
	b = b[j+2:]
	if len(b) > 2 && b[0] == '*' && isDigit(b[1]) {
		if blank := bytes.IndexByte(b, ' '); blank > 0 && isNumber(b[1:blank]) {
			d.add("connection", detector.KindNumber, b[1:blank])
			return b[blank+1:]
		}
	}
	return b
}

// gin reads [GIN] 2006/01/02 - 15:04:05 | 200 | 1.2ms | 127.0.0.1 | GET "/path", the access log of Go's gin.
func (d *Decoder) gin(b []byte) bool {
	if !hasPrefix(b, "[GIN] ") {
		return false
	}
	s, n := parseStamp(b[6:])
	columns := bytes.Split(b[6+n:], []byte{'|'})
	if n == 0 || len(columns) < 5 {
		return false
	}
	status := bytes.TrimSpace(columns[1])
	code, ok := 0, false
	if len(status) == 3 {
		code, ok = digits(status, 0, 3)
	}
	method, i := token(columns[4], skipSpace(columns[4], 0))
	if !ok || !isMethod(method) {
		return false
	}
	f := &d.draft
	f.when, f.hasWhen, f.level = s, true, statusLevel(code)
	d.add("status", detector.KindNumber, status)
	d.add("client", detector.KindString, bytes.TrimSpace(columns[3]))
	d.add("method", detector.KindString, method)
	d.add("path", detector.KindString, bytes.Trim(columns[4][i:], " \""))
	d.message(b)
	d.ev.Format, d.ev.Structured = "access", true
	d.line.single = true
	return true
}
