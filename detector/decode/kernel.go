package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// kernel reads what dmesg prints: [   12.345678] MESSAGE, in seconds since the start.
func (d *Decoder) kernel(b []byte) bool {
	if len(b) < 16 || b[0] != '[' {
		return false
	}
	end := bytes.IndexByte(b[:min(len(b), 24)], ']')
	if end < 9 || !hasPrefix(b[end:], "] ") || b[end-7] != '.' {
		return false
	}
	up := trimBlank(b[1:end])
	if !isNumber(up) || len(up) < 8 {
		return false
	}
	d.add("uptime", detector.KindNumber, up)
	d.message(b[end+2:])
	d.ev.Format = "kernel"
	d.line.headed = true
	return true
}

// kernelFacility reads FACILITY:LEVEL: before a line of dmesg --decode: kern  :warn  : [   12.345678] MESSAGE.
func (d *Decoder) kernelFacility(b []byte) bool {
	if len(b) < 20 || b[6] != ':' || !hasPrefix(b[13:], ": [") {
		return false
	}
	level, ok := levelOf(b[7:13])
	if !ok || !d.kernel(b[15:]) {
		return false
	}
	d.draft.level = level
	d.add("facility", detector.KindString, bytes.TrimRight(b[:6], " "))
	return true
}

// kernelRecord reads a record of /dev/kmsg: PRIORITY,SEQUENCE,MICROSECONDS,FLAGS;MESSAGE.
func (d *Decoder) kernelRecord(b []byte) bool {
	semicolon := bytes.IndexByte(b[:min(len(b), 64)], ';')
	if semicolon < 7 {
		return false
	}
	var part [4][]byte
	rest := b[:semicolon]
	for k := range part {
		var ok bool
		if part[k], rest, ok = bytes.Cut(rest, []byte{','}); !ok && k < len(part)-1 {
			return false
		}
	}
	priority, ok := digits(part[0], 0, len(part[0]))
	if !ok || len(part[0]) > 3 || !isNumber(part[1]) || !isNumber(part[2]) || len(part[3]) != 1 || isWord(part[3][0]) && part[3][0] != 'c' {
		return false
	}
	d.draft.level = syslogLevel(priority & 7)
	d.add("sequence", detector.KindNumber, part[1])
	d.message(b[semicolon+1:])
	d.ev.Format = "kernel"
	d.line.headed = true
	return true
}
