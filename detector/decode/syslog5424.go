package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// syslog5424 reads VERSION TIME HOST APP PROCID MSGID STRUCTURED-DATA MESSAGE.
func (d *Decoder) syslog5424(b []byte) bool {
	if len(b) < 10 || b[0] != '1' || b[1] != ' ' {
		return false
	}
	var s stamp
	i := 2
	if b[i] == '-' {
		i++
	} else {
		var n int
		if s, n = parseStamp(b[i:]); n == 0 || !s.dated {
			return false
		}
		i += n
	}
	if i >= len(b) || b[i] != ' ' {
		return false
	}
	var part [4][]byte // host, app, procid, msgid
	for k := range part {
		part[k], i = token(b, i+1)
		if len(part[k]) == 0 || i >= len(b) || b[i] != ' ' {
			if k < len(part)-1 || len(part[k]) == 0 {
				return false
			}
		}
		if string(part[k]) == "-" {
			part[k] = nil
		}
	}
	f := &d.draft
	if s.dated {
		f.when, f.hasWhen = s, true
	}
	if part[0] != nil {
		f.host = pick{d.kubeKey, 0, value{detector.KindString, part[0]}}
	}
	if part[1] != nil {
		f.service = pick{d.kubeKey, 3, value{detector.KindString, part[1]}}
	}
	d.addPID(part[2])
	d.add("msgid", detector.KindString, part[3])
	d.line.source = hash(hash(hash(d.base, part[0]), part[1]), part[2])
	d.ev.Format, d.ev.Structured = "syslog5424", true
	i = min(i+1, len(b))
	if i < len(b) && b[i] == '-' {
		i++
	} else {
		i = d.structuredData(b, i)
	}
	if i < len(b) && b[i] == ' ' {
		i++
	}
	format := d.ev.Format
	d.syslogBody(b[i:])
	if d.ev.Format == "syslog" {
		d.ev.Format = format
	}
	return true
}

// structuredData reads [ID KEY="VALUE" …]… as fields ID.KEY and gives the index after it.
func (d *Decoder) structuredData(b []byte, i int) int {
	for i < len(b) && b[i] == '[' {
		start := i
		id, j := i+1, i+1
		for j < len(b) && b[j] != ' ' && b[j] != ']' {
			j++
		}
		element := b[id:j]
		for j < len(b) && b[j] == ' ' {
			j++
			key := j
			for j < len(b) && b[j] != '=' && b[j] != ' ' && b[j] != ']' {
				j++
			}
			if j+1 >= len(b) || b[j] != '=' || b[j+1] != '"' {
				return start
			}
			end, escaped := stringEnd(b, j+2)
			if end < 0 {
				return start
			}
			text := b[j+2 : end]
			if escaped {
				text = d.backslashes(text)
			}
			d.structuredField(element, b[key:j], text)
			j = end + 1
		}
		if j >= len(b) || b[j] != ']' || j == id+len(element) && bytes.IndexByte(element, '@') < 1 { // [pool] drained: Heroku leaves structured data out
			return start
		}
		i = j + 1
	}
	return i
}

func (d *Decoder) structuredField(element, key, text []byte) {
	n := d.names.get(key)
	if n.role == roleTrace || n.role == roleSpan || n.role == roleTraceparent {
		d.take(n, detector.KindString, text)
		return
	}
	at := len(d.arena)
	d.arena = append(append(append(d.arena, element...), '.'), key...)
	d.field(d.names.get(d.arena[at:]), detector.KindString, text)
}

// backslashes undoes \" \\ and \], the escapes of RFC 5424.
func (d *Decoder) backslashes(b []byte) []byte {
	at := len(d.arena)
	for {
		i := bytes.IndexByte(b, '\\')
		if i < 0 || i+1 >= len(b) {
			break
		}
		d.arena = append(d.arena, b[:i]...)
		if c := b[i+1]; c != '"' && c != '\\' && c != ']' {
			d.arena = append(d.arena, '\\')
		}
		d.arena = append(d.arena, b[i+1])
		b = b[i+2:]
	}
	d.arena = append(d.arena, b...)
	return d.arena[at:len(d.arena):len(d.arena)]
}
