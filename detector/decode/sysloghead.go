package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// ciscoHead reads a header without a tag: TIME HOST MESSAGE, or only a time, behind a priority. Cisco puts a sequence
// number, a mark of its clock, and colons around the time.
func (d *Decoder) ciscoHead(b []byte) bool {
	i := 0
	for i < len(b) && isDigit(b[i]) && i < 10 {
		i++
	}
	if hasPrefix(b[i:], ": ") {
		b = b[i+2:]
	}
	var name []byte
	if i > 0 {
		name, b = deviceName(b)
	}
	b = bytes.TrimLeft(b, "*.")
	s, n := parseStamp(b)
	if n == 0 || !s.dated || n >= len(b) || (b[n] != ' ' && b[n] != ':') {
		return false
	}
	f := &d.draft
	f.when, f.hasWhen = s, true
	d.ev.Format = "syslog"
	if name != nil {
		f.host = pick{d.kubeKey, 0, value{detector.KindString, name}}
	}
	host, i := token(b, n+1)
	if b[n] == ' ' && isHost(host) && i < len(b) && (bytes.ContainsAny(host, ".-") || hasPrefix(b[i:], " : %") || topicsFollow(b, i)) { // Cisco's ASA, whatever its name
		f.host = pick{d.kubeKey, 0, value{detector.KindString, host}}
		if tag, pid, end := syslogTag(b, skipBlanks(b, i)); end > 0 && tag[0] != '%' { // a year stands in its time
			if _, ok := levelOf(tag); !ok {
				f.service = pick{d.kubeKey, 3, value{detector.KindString, tag}}
				d.addPID(pid)
				i = end
			}
		}
		d.syslogBody(bytes.TrimPrefix(b[i:], []byte(" :")))
		return true
	}
	d.syslogBody(b[n+1:])
	return true
}

// deviceName reads the name of a device with a colon behind it, and returns what follows.
func deviceName(b []byte) (name, rest []byte) {
	word, end := token(b[:min(len(b), 64)], 0)
	if n := len(word) - 1; n > 0 && word[n] == ':' && isAlpha(word[0]) && isHost(word) && end < len(b) && b[end] == ' ' {
		return word[:n], b[end+1:]
	}
	return nil, b
}

// octetCounted decodes LENGTH <PRI>…, the framing of RFC 6587 that Heroku's drains use.
func (d *Decoder) octetCounted(b []byte) bool {
	i := 0
	for i < len(b) && isDigit(b[i]) && i < 7 {
		i++
	}
	return hasPrefix(b[i:], " <") && d.syslog(b[i+1:])
}

// underHead puts a header's facts around those of a record that stood in its message: what the record states wins.
func (d *Decoder) underHead(o draft, when stamp) {
	f := &d.draft
	if f.level == detector.LevelNone {
		f.level = o.level
	}
	if o.hasWhen && (!f.hasWhen || !f.when.whole()) {
		f.when, f.hasWhen = when, true
	}
	if f.service.key == nil {
		f.service = o.service
	}
	if o.host.key != nil {
		f.host = o.host
	}
}

// device takes a line of a network device that a syslog server wrote down: the device's own sequence number and time
// may stand before the message, which begins with %FACILITY-SEVERITY-NAME.
func (d *Decoder) device(s *stamp, host, b []byte) {
	f := &d.draft
	f.when, f.hasWhen = *s, true
	f.host = pick{d.kubeKey, 0, value{detector.KindString, host}}
	d.ev.Format = "syslog"
	if i := bytes.Index(b[:min(len(b), 12)], []byte(": ")); i > 0 && isNumber(b[:i]) {
		b = b[i+2:]
	}
	clock := bytes.TrimLeft(b, "*.")
	if _, n := parseStamp(clock); n > 0 && hasPrefix(clock[n:], ": ") {
		b = clock[n+2:]
	}
	d.syslogBody(b)
}
