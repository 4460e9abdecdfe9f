package decode

import "bytes"

const splunkdLen = len("01-02-2006 15:04:05.000 -0700 ")

// splunkd reads 01-02-2006 15:04:05.000 -0700 LEVEL  Component [pid thread] - message, as Splunk's daemon writes it. It
// puts the month first where others put the day; the component, a word without points, tells them apart.
func (d *Decoder) splunkd(b []byte) bool {
	if len(b) < splunkdLen+len("INFO X - ") || b[2] != '-' || b[5] != '-' || b[10] != ' ' || b[19] != '.' || b[23] != ' ' || b[24] != '+' && b[24] != '-' {
		return false
	}
	var h head
	m, ok := digits(b, 0, 2)
	day, ok2 := digits(b, 3, 2)
	y, ok3 := digits(b, 6, 4)
	if !ok || !ok2 || !ok3 || !validDate(y, m, day) {
		return false
	}
	h.when.year, h.when.month, h.when.day, h.when.dated, h.hasWhen = y, m, day, true, true
	if h.when.timeOfDay(b, 11, false) != splunkdLen-1 {
		return false
	}
	word, i := token(b, splunkdLen)
	if h.level, h.hasLevel = levelOf(word); !h.hasLevel || !shout(word) {
		return false
	}
	component, i := token(b, skipBlanks(b, i))
	if len(component) == 0 || !isUpper(component[0]) || bytes.IndexByte(component, '.') >= 0 || !isName(component) {
		return false
	}
	h.logger = component
	if hasPrefix(b[i:], " [") {
		group, end := bracket(b, i)
		pid, at := token(group, 0)
		if !isNumber(pid) || at >= len(group) {
			return false
		}
		h.pid, h.thread, i = pid, group[at:], end
	}
	if !hasPrefix(b[i:], " - ") {
		return false
	}
	d.underHeader(&h, b, b[i+len(" - "):])
	return true
}

// underHeader takes what a header of a form of its own states, and the message behind it.
func (d *Decoder) underHeader(h *head, b, body []byte) {
	d.line.headed, d.line.text = true, b
	d.apply(h)
	d.body(h, trimBlank(body))
}
