package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// syslog decodes what begins with a priority: RFC 5424, RFC 3164, rsyslog's ForwardFormat, and systemd's <6> before
// a message of any kind.
func (d *Decoder) syslog(b []byte) bool {
	end := bytes.IndexByte(b[:min(len(b), 5)], '>')
	if end < 2 {
		return false
	}
	pri, ok := digits(b, 1, end-1)
	if !ok || pri > 191 {
		return false
	}
	f := &d.draft
	rest := b[end+1:]
	level := syslogLevel(pri & 7)
	d.line.headed = true
	switch {
	case d.syslog5424(rest):
	case d.syslogHead(rest):
	case d.ciscoHead(rest):
	case len(rest) > 0 && pri < 8:
		f.level = level // <6>message of sd-daemon
		if !d.recognise(rest) {
			d.message(rest)
		}
		if f.level == detector.LevelNone {
			f.level = level
		}
		if d.ev.Format == "" {
			d.ev.Format = "syslog"
		}
		return true
	default:
		f.level = level
		d.syslogBody(rest)
	}
	if f.level == detector.LevelNone || !d.line.stated && (d.ev.Format == "syslog" || d.ev.Format == "syslog5424") {
		f.level = level
	}
	return true
}

// syslogText decodes a line of a syslog file: no priority, a time, a host, and a tag that ends with a colon.
func (d *Decoder) syslogText(b []byte) bool {
	if isAlpha(b[0]) && monthOf(b) == 0 && !weekday(b) {
		return false
	}
	if !d.syslogHead(b) {
		return false
	}
	d.line.headed = true
	return true
}

// syslogHead reads TIME HOST TAG[PID]: MESSAGE where TIME is of RFC 3164 or RFC 3339.
func (d *Decoder) syslogHead(b []byte) bool {
	s, n := parseStamp(b)
	if n == 0 || !s.dated || n >= len(b) || b[n] != ' ' {
		return false
	}
	blank := false // a blank inside the time: only with NAME[PID]: behind the host
	if isDigit(b[0]) && !s.unix {
		if blank = b[4] == '-' && b[10] == ' '; b[4] != '-' || b[10] != 'T' && !blank {
			return false
		}
	}
	if isAlpha(b[0]) && s.year != 0 && !(weekday(b) && isDigit(b[4])) {
		return false
	}
	i := n + 1
	if blank {
		i = skipBlanks(b, i)
	}
	host, i := token(b, i)
	if len(host) == 0 || i >= len(b) || blank && host[len(host)-1] == ':' {
		return false
	}
	if open := bytes.IndexByte(host, '['); open > 0 && bytes.HasSuffix(host, []byte("]:")) { // Heroku: TIME app[web.1]:
		host, i = nil, n+1
	} else if !isHost(host) || blank && !bytes.Contains(b[i:min(len(b), i+128)], []byte("]: ")) {
		return false
	} else if host[len(host)-1] == ':' { // no host: the tag itself
		host, i = nil, n+1
	}
	if _, ok := levelOf(host); ok {
		return false
	}
	start := skipSpace(b, i)
	f := &d.draft
	if hasPrefix(b[start:], "CEF:") && d.cef(b[start:]) || hasPrefix(b[start:], "LEEF:") && d.leef(b[start:]) {
		f.when, f.hasWhen = s, true
		f.host = pick{d.kubeKey, 0, value{detector.KindString, host}}
		return true
	}
	tag, pid, end := syslogTag(b, start)
	if end > 0 && len(host) > 0 && pid == nil && (tag[0] == '%' || isNumber(tag)) {
		d.device(&s, host, b[start:])
		return true
	}
	if end < 0 || ((s.unix || blank) && pid == nil) || (isDigit(b[0]) && !d.likelyHost(b[:n], host, pid)) {
		return false
	}
	if _, ok := levelOf(tag); ok && host == nil {
		return false
	}
	f.when, f.hasWhen = s, true
	if len(host) > 0 {
		f.host = pick{d.kubeKey, 0, value{detector.KindString, host}}
	}
	f.service = pick{d.kubeKey, 3, value{detector.KindString, tag}}
	d.addPID(pid)
	d.ev.Format = "syslog"
	d.line.source = hash(hash(hash(d.base, host), tag), pid)
	d.line.indent = end
	if end < len(b) && b[end] == ' ' {
		d.line.indent = end + 1
	}
	d.syslogBody(b[end:])
	return true
}

// likelyHost keeps apart TIME HOST TAG: and a message of an application that happens to have a colon behind its second
// word: a pid, a host's name that is no plain word, or rsyslog's microseconds and offset speak for syslog.
func (d *Decoder) likelyHost(when, host, pid []byte) bool {
	if len(pid) > 0 || bytes.ContainsAny(host, "0123456789.-") {
		return true
	}
	dot := bytes.IndexByte(when, '.')
	return len(host) > 0 && dot > 0 && len(when) == dot+len(".345901-03:00")
}

// token reads up to a blank.
func token(b []byte, i int) ([]byte, int) {
	start := i
	for i < len(b) && b[i] > ' ' {
		i++
	}
	return b[start:i], i
}

func isHost(b []byte) bool {
	for _, c := range b {
		if !isWord(c) && c != '.' && c != '-' && c != ':' && c != '/' && c != '%' && c != '@' {
			return false
		}
	}
	return len(b) <= 255
}

// syslogTag reads name[pid]: and gives the index after the colon; -1 where there is no tag.
func syslogTag(b []byte, i int) (tag, pid []byte, end int) {
	start := i
	for i < len(b) && i-start < 128 && b[i] != ':' && b[i] != '[' && b[i] != ' ' && b[i] != '"' && b[i] != '=' {
		i++
	}
	if i == start || i >= len(b) {
		return nil, nil, -1
	}
	tag = b[start:i]
	if b[i] == '[' {
		close := bytes.IndexByte(b[i:min(len(b), i+64)], ']')
		if close < 0 {
			return nil, nil, -1
		}
		pid = b[i+1 : i+close]
		i += close + 1
	}
	if i >= len(b) || b[i] != ':' || (i+1 < len(b) && b[i+1] == ':') {
		return nil, nil, -1
	}
	return tag, pid, i + 1
}

func (d *Decoder) addPID(pid []byte) {
	if len(pid) == 0 || string(pid) == "-" {
		return
	}
	kind := detector.KindString
	if isNumber(pid) {
		kind = detector.KindNumber
	}
	d.add("pid", kind, pid)
}

// syslogBody decodes the message: JSON and klog inside are looked into, rsyslog's #012 is undone.
func (d *Decoder) syslogBody(b []byte) {
	b = bytes.TrimPrefix(b, []byte{' '})
	b = bytes.TrimPrefix(b, []byte(" ")) // Protocol23Format has two
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if d.ev.Format == "" {
		d.ev.Format = "syslog"
	}
	if hasPrefix(b, "@cee:") && d.innerJSON(b[5:]) {
		return
	}
	if len(b) > 0 && b[0] == '{' && d.innerJSON(b) {
		return
	}
	if len(b) > 21 && isDigit(b[1]) {
		format, when := d.ev.Format, d.draft.when
		if d.klog(b) {
			if !d.draft.when.whole() {
				d.draft.when = when
			}
			return
		}
		d.ev.Format = format
	}
	if len(b) > 0 && isAlpha(b[0]) && bytes.Contains(b, []byte("level=")) && bytes.Contains(b, []byte("msg=")) {
		format, when := d.ev.Format, d.draft.when
		if keep := d.draft; d.logfmt(b) {
			d.underHead(keep, when)
			return
		}
		d.ev.Format = format
	}
	if bytes.Contains(b, []byte("#0")) {
		b = d.octal(b)
	}
	if d.innerHeader(b) {
		d.line.own, d.line.text = true, b
		return
	}
	if d.accessBody(b) {
		return
	}
	d.message(b)
	if d.draft.level == detector.LevelNone {
		d.draft.level = daemonLevel(b)
	}
	d.line.own, d.line.text = true, b
}

// octal undoes rsyslog's escapes of control characters: #012 is a newline.
func (d *Decoder) octal(b []byte) []byte {
	at := len(d.arena)
	for {
		i := bytes.Index(b, []byte("#0"))
		if i < 0 || i+4 > len(b) {
			break
		}
		hi, lo := b[i+2]-'0', b[i+3]-'0'
		if hi > 3 || lo > 7 {
			d.arena = append(d.arena, b[:i+2]...)
			b = b[i+2:]
			continue
		}
		d.arena = append(append(d.arena, b[:i]...), hi<<3|lo)
		b = b[i+4:]
	}
	d.arena = append(d.arena, b...)
	return d.arena[at:len(d.arena):len(d.arena)]
}
