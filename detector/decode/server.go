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
	if i == 0 || i+4 >= len(b) || b[i] != ':' || !isUpper(b[i+1]) || b[i+2] != ' ' {
		return false
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

// cef reads CEF:0|vendor|product|version|class|name|severity|extension, and LEEF likewise.
func (d *Decoder) cef(b []byte) bool {
	keys := [...]string{"vendor", "product", "device_version", "class", "name", "severity"}
	i := bytes.IndexByte(b, '|')
	if i < 0 {
		return false
	}
	var parts [len(keys)][]byte
	for k := range keys {
		start := i + 1
		for i++; i < len(b) && b[i] != '|'; i++ {
			if b[i] == '\\' {
				i++
			}
		}
		if i >= len(b) {
			return false
		}
		parts[k] = b[start:i]
	}
	for k, key := range keys {
		if key != "name" {
			d.add(key, detector.KindString, parts[k])
		}
	}
	f := &d.draft
	d.message(parts[4])
	f.level = cefLevel(parts[5])
	f.service = pick{d.kubeKey, 3, value{detector.KindString, parts[1]}}
	d.cefExtension(b[i+1:])
	d.ev.Format, d.ev.Structured = "cef", true
	d.line.single = true
	return true
}

// cefLevel maps CEF's severities 0 to 10 and its words.
func cefLevel(b []byte) detector.Level {
	n, ok := 0, false
	if len(b) > 0 && len(b) <= 2 {
		n, ok = digits(b, 0, len(b))
	}
	switch {
	case ok && n <= 3, string(b) == "Low", string(b) == "Unknown":
		return detector.LevelInfo
	case ok && n <= 6, string(b) == "Medium":
		return detector.LevelWarn
	case ok && n <= 8, string(b) == "High":
		return detector.LevelError
	case ok, string(b) == "Very-High":
		return detector.LevelFatal
	}
	return detector.LevelNone
}

// cefExtension reads key=value pairs whose values may hold blanks: a value ends before the last word that ends with =.
func (d *Decoder) cefExtension(b []byte) {
	for len(b) > 0 {
		eq := bytes.IndexByte(b, '=')
		if eq <= 0 {
			return
		}
		key := bytes.TrimSpace(b[:eq])
		rest := b[eq+1:]
		end, next := len(rest), len(rest)
		for i, word := 0, 0; i < len(rest); i++ {
			if rest[i] == '\\' {
				i++
			} else if rest[i] == ' ' {
				word = i + 1
			} else if rest[i] == '=' && word > 0 && isKey(rest[word:i]) {
				end, next = word-1, word
				break
			}
		}
		v := rest[:end]
		switch string(key) {
		case "rt", "end", "start":
			if s, ok := timeValue(nil, detector.KindString, v); ok && (!d.draft.hasWhen || string(key) == "rt") {
				d.draft.when, d.draft.hasWhen = s, true
			}
		case "dvchost", "devhost":
			d.draft.host = pick{d.kubeKey, 0, value{detector.KindString, v}}
		}
		if isKey(key) {
			d.field(d.names.get(key), detector.KindString, v)
		}
		b = rest[next:]
	}
}
