package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// rds reads the prefix that Amazon RDS sets for PostgreSQL, TIME:CLIENT(PORT):USER@DATABASE:[PID]:LEVEL:
// and two blanks before the message.
func (d *Decoder) rds(b []byte) bool {
	s, n := parseStamp(b)
	if n == 0 || !s.dated || n >= len(b) || b[n] != ':' {
		return false
	}
	rest := b[n+1 : min(len(b), n+256)]
	open := bytes.Index(rest, []byte(":["))
	if open < 0 {
		return false
	}
	closing := bytes.Index(rest[open:], []byte("]:"))
	if closing < 0 || !isNumber(rest[open+2:open+closing]) || bytes.IndexByte(rest[:open], ' ') >= 0 {
		return false
	}
	at := n + 1 + open + closing + len("]:")
	colon := bytes.IndexByte(b[at:min(len(b), at+16)], ':')
	if colon < 0 {
		return false
	}
	level, ok := levelOf(b[at : at+colon])
	if !ok {
		return false
	}
	f := &d.draft
	f.when, f.hasWhen, f.level = s, true, level
	client, who, found := bytes.Cut(rest[:open], []byte{':'})
	if found {
		user, database, _ := bytes.Cut(who, []byte{'@'})
		d.add("client", detector.KindString, client)
		d.add("user", detector.KindString, user)
		d.add("database", detector.KindString, database)
	}
	d.addPID(rest[open+2 : open+closing])
	d.message(trimBlank(b[at+colon+1:]))
	d.ev.Format = "text"
	d.line.headed = true
	return true
}

// websphere reads [TIME] THREAD COMPONENT LETTER MESSAGE: the thread has eight hexadecimal digits, the component is
// padded to thirteen bytes, and the letter is the level.
func (d *Decoder) websphere(b []byte) bool {
	if len(b) < 40 || b[0] != '[' {
		return false
	}
	s, n := parseStamp(b[1:])
	if n == 0 || !s.dated || n+12 > len(b) || b[n+1] != ']' || b[n+2] != ' ' {
		return false
	}
	thread, i := token(b, n+3)
	name, j := token(b, skipBlanks(b, i))
	at := skipBlanks(b, j)
	if len(thread) != 8 || !allHex(thread) || len(name) == 0 || at+2 > len(b) || b[at+1] != ' ' || at-i < len("X ") {
		return false
	}
	level, ok := levelLetter(b[at])
	switch b[at] {
	case 'A', 'R', 'O', '<', '>', 'Z', '1', '2', '3':
		level, ok = detector.LevelInfo, true
	}
	if !ok {
		return false
	}
	f := &d.draft
	f.when, f.hasWhen, f.level = s, true, level
	d.add("thread", detector.KindString, thread)
	d.add("logger", detector.KindString, name)
	d.message(trimBlank(b[at+2:]))
	d.ev.Format = "text"
	d.line.headed = true
	return true
}

func allHex(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return len(b) > 0
}

// auditText reads the time of a record of Linux's audit daemon that has words among its pairs: type=AVC
// msg=audit(1700000000.123:45): avc: denied …
func (d *Decoder) auditText(b []byte) bool {
	const mark = " msg=audit("
	if node, rest, ok := bytes.Cut(b, []byte{' '}); ok && hasPrefix(node, "node=") && hasPrefix(rest, "type=") {
		if !d.auditText(rest) {
			return false
		}
		d.draft.host = pick{d.kubeKey, 0, value{detector.KindString, node[len("node="):]}}
		return true
	}
	if !hasPrefix(b, "type=") {
		return false
	}
	i := bytes.Index(b[:min(len(b), 64)], []byte(mark))
	if i < 0 {
		return false
	}
	colon := bytes.IndexByte(b[i:min(len(b), i+48)], ':')
	if colon < 0 {
		return false
	}
	s, ok := stampOf(b[i+len(mark) : i+colon])
	if !ok {
		return false
	}
	d.draft.when, d.draft.hasWhen = s, true
	d.add("type", detector.KindString, b[len("type="):i])
	d.message(b)
	if end := bytes.Index(b, []byte("): ")); end > 0 {
		d.pairTail(nil, b[end+3:])
	}
	d.ev.Format = "text"
	d.line.headed = true
	return true
}

// w3c takes request and status out of a line of IIS, whose time was read: HOST METHOD PATH QUERY PORT USER CLIENT … and
// at the end STATUS SUBSTATUS WIN32-STATUS MILLISECONDS.
func (d *Decoder) w3c(b []byte) {
	host, i := token(b, 0)
	method, i := token(b, min(i+1, len(b)))
	path, i := token(b, min(i+1, len(b)))
	if len(path) == 0 || path[0] != '/' || !isMethod(method) || bytes.IndexByte(host, '.') < 0 && bytes.IndexByte(host, ':') < 0 {
		return
	}
	var last [4][]byte
	end := len(b)
	for n := len(last) - 1; n >= 0; n-- {
		blank := bytes.LastIndexByte(b[:end], ' ')
		if blank < i {
			return
		}
		last[n], end = b[blank+1:end], blank
		if !isNumber(last[n]) {
			return
		}
	}
	status, ok := digits(last[0], 0, 3)
	if !ok || len(last[0]) != 3 || statusLevel(status) == detector.LevelNone {
		return
	}
	d.draft.level = statusLevel(status)
	d.add("method", detector.KindString, method)
	d.add("path", detector.KindString, path)
	d.add("status", detector.KindNumber, last[0])
}
