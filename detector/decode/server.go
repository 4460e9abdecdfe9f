package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// redis reads PID:ROLE 02 Jan 2006 15:04:05.999 MARK MESSAGE.
func (d *Decoder) redis(b []byte) bool {
	i := 0
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	if i == 0 || i+4 >= len(b) || b[i] != ':' {
		return false
	}
	if !isUpper(b[i+1]) || b[i+2] != ' ' {
		return d.redisSignal(b, i)
	}
	s, n := parseStamp(b[i+3:])
	j := i + 3 + n
	if n == 0 || !s.dated || j+2 > len(b) || b[j] != ' ' {
		return false
	}
	level := detector.LevelNone
	switch b[j+1] {
	case '.', '-':
		level = detector.LevelDebug
	case '*':
		level = detector.LevelInfo
	case '#':
		level = detector.LevelWarn
	default:
		return false
	}
	f := &d.draft
	f.when, f.hasWhen, f.level = s, true, level
	d.add("pid", detector.KindNumber, b[:i])
	d.add("role", detector.KindString, b[i+1:i+2])
	d.message(bytes.TrimPrefix(b[j+2:], []byte{' '}))
	d.ev.Format = "redis"
	d.line.single = true
	return true
}

// redisSignal reads PID:signal-handler (EPOCH) MESSAGE, which Redis writes before it stops.
func (d *Decoder) redisSignal(b []byte, colon int) bool {
	rest, ok := bytes.CutPrefix(b[colon+1:], []byte("signal-handler ("))
	closing := bytes.Index(rest[:min(len(rest), 20)], []byte(") "))
	if !ok || closing < 0 {
		return false
	}
	var s stamp
	if !s.epoch(rest[:closing]) {
		return false
	}
	d.draft.when, d.draft.hasWhen = s, true
	d.add("pid", detector.KindNumber, b[:colon])
	d.message(rest[closing+2:])
	d.ev.Format = "redis"
	d.line.single = true
	return true
}

// apache reads the error log of Apache 2.4 and the form of 2.2: [time] [module:level] [pid N:tid N] [client A] text.
func (d *Decoder) apache(b []byte) bool {
	if len(b) < 30 || b[0] != '[' || !weekday(b[1:]) {
		return false
	}
	s, n := parseStamp(b[1:])
	if n == 0 || n+1 >= len(b) || b[n+1] != ']' {
		return false
	}
	i := n + 2
	f := &d.draft
	group, i := bracket(b, i)
	if group == nil {
		return false
	}
	word := group
	if colon := bytes.LastIndexByte(group, ':'); colon >= 0 {
		word = group[colon+1:]
		d.add("module", detector.KindString, group[:colon])
	}
	level, ok := levelOf(word)
	if !ok {
		return false
	}
	f.when, f.hasWhen, f.level = s, true, level
	for {
		group, end := bracket(b, i)
		switch {
		case hasPrefix(group, "pid "):
			pid, _ := token(group, 4)
			if colon := bytes.IndexByte(pid, ':'); colon > 0 {
				pid = pid[:colon]
			}
			d.addPID(pid)
		case hasPrefix(group, "client "), hasPrefix(group, "remote "):
			d.add("client", detector.KindString, group[7:])
		default:
			d.message(bytes.TrimPrefix(b[i:], []byte{' '}))
			d.ev.Format = "apache"
			d.line.headed = true
			return true
		}
		i = end
	}
}

// bracket reads blanks and [group] at i; nil where there is none.
func bracket(b []byte, i int) (group []byte, end int) {
	i = skipSpace(b, i)
	if i >= len(b) || b[i] != '[' {
		return nil, i
	}
	close := bytes.IndexByte(b[i:min(len(b), i+256)], ']')
	if close < 0 {
		return nil, i
	}
	return b[i+1 : i+close], i + close + 1
}

// slowQuery begins an entry of MySQL's slow query log: # Time: TIME, and lines without headers.
func (d *Decoder) slowQuery(b []byte) bool {
	rest, ok := bytes.CutPrefix(b, []byte("# Time: "))
	if !ok {
		return false
	}
	s, n := parseStamp(rest)
	if n == 0 || n != len(bytes.TrimRight(rest, " ")) || !s.dated {
		return false
	}
	d.draft.when, d.draft.hasWhen = s, true
	d.message(b)
	d.ev.Format = "mysql-slow"
	d.line.headed = true
	return true
}
