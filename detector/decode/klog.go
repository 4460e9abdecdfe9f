package decode

import "github.com/tocsin-io/tocsin/detector"

// klog reads I0102 15:04:05.999999   1234 file.go:12] message, as Kubernetes and glog write it, and the forms of
// newer glog (a four-digit year) and CockroachDB (a two-digit one).
func (d *Decoder) klog(b []byte) bool {
	if len(b) < 21 || !isDigit(b[1]) {
		return false
	}
	switch b[0] {
	case 'I', 'W', 'E', 'F', 'D', 'V':
	default:
		return false
	}
	i := 1
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	var s stamp
	var ok, ok2 bool
	date := b[1:i]
	switch len(date) {
	case 4:
		s.month, ok = digits(date, 0, 2)
		s.day, ok2 = digits(date, 2, 2)
	case 6:
		s.year, ok = digits(date, 0, 2)
		s.year += 2000
		s.month, _ = digits(date, 2, 2)
		s.day, ok2 = digits(date, 4, 2)
	case 8:
		s.year, ok = digits(date, 0, 4)
		s.month, _ = digits(date, 4, 2)
		s.day, ok2 = digits(date, 6, 2)
	default:
		return false
	}
	if !ok || !ok2 || !validDate(s.year, s.month, s.day) || b[i] != ' ' {
		return false
	}
	s.dated = true
	if i = s.timeOfDay(b, i+1, false); i == 0 {
		return false
	}
	start := skipSpace(b, i)
	for i = start; i < len(b) && isDigit(b[i]); i++ {
	}
	thread := b[start:i]
	place := skipSpace(b, i)
	for i = place; i < len(b) && b[i] != ']' && b[i] != ' '; i++ {
	}
	f := &d.draft
	f.when, f.hasWhen = s, true
	f.level, _ = levelLetter(b[0])
	d.add("pid", detector.KindNumber, thread)
	if i < len(b) && b[i] == ']' {
		d.add("caller", detector.KindString, b[place:i])
		i++
	} else if len(date) != 6 {
		return false
	} else {
		d.add("caller", detector.KindString, b[place:i])
	}
	d.ev.Format = "klog"
	if i < len(b) && b[i] == ' ' {
		i++
	}
	d.line.headed = true
	d.klogBody(b[i:])
	return true
}

// klogBody takes the message out of its quotes where klog wrote a structured line: "Pod started" pod="a/b".
func (d *Decoder) klogBody(b []byte) {
	d.message(b)
	if len(b) < 2 || b[0] != '"' {
		return
	}
	end, escaped := stringEnd(b, 1)
	if end < 0 || (end+1 < len(b) && b[end+1] != ' ') {
		return
	}
	if end+1 < len(b) && !d.pairs(b[end+2:]) {
		return
	}
	text := b[1:end]
	if escaped {
		text = d.unescaped(text)
	}
	d.message(text)
}
