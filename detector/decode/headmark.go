package decode

import (
	"bytes"
)

// marked reads *LEVEL*, as Sling writes it behind a time, and the ??? that zerolog's console puts where an event has no
// level.
func (h *head) marked(b []byte, i int) (end int, hit bool) {
	switch {
	case !h.hasWhen || h.hasLevel:
	case hasPrefix(b[i:], "??? "):
		h.hasLevel = true
		return i + len("???"), true
	case b[i] == '*':
		n := bytes.IndexByte(b[i+1:min(len(b), i+12)], '*')
		if n < 0 || !shout(b[i+1:i+1+n]) {
			break
		}
		h.level, h.hasLevel = levelNames[string(bytes.ToLower(b[i+1:i+1+n]))], true
		return i + n + 2, true
	}
	return 0, false
}

// uptime knows seconds since the start, set to the right in parentheses: (  12.345s) of loguru for C++.
func uptime(b []byte) bool {
	text := trimBlank(b)
	n := len(text) - 1
	return n > 0 && text[n] == 's' && isNumber(text[:n])
}

// brief reads LETTER/TAG(PID):, which Android's logcat writes in its brief and time formats; 0 where it does not stand
// at i.
func (h *head) brief(b []byte, i int) int {
	level, ok := levelLetter(b[i])
	open := bytes.IndexByte(b[i:min(len(b), i+64)], '(')
	if !ok || !isUpper(b[i]) || open < 3 {
		return 0
	}
	closing := bytes.Index(b[i+open:min(len(b), i+open+16)], []byte("): "))
	if closing < 0 {
		return 0
	}
	pid := trimBlank(b[i+open+1 : i+open+closing])
	tag := bytes.TrimRight(b[i+2:i+open], " ")
	if !isNumber(pid) || len(tag) == 0 || bytes.IndexByte(tag, ' ') >= 0 {
		return 0
	}
	h.level, h.hasLevel, h.sealed = level, true, true
	h.logger, h.pid = tag, pid
	return i + open + closing + len("):")
}

// long reads what Android's logcat in its long format puts into brackets behind the time: PID: TID LETTER/TAG. The
// message stands on the next line.
func (h *head) long(b []byte) bool {
	colon := bytes.IndexByte(b[:min(len(b), 8)], ':')
	slash := bytes.IndexByte(b[:min(len(b), 24)], '/')
	if colon < 1 || slash < colon+3 || !isNumber(b[:colon]) || b[slash-2] != ' ' {
		return false
	}
	thread := bytes.TrimSpace(b[colon+1 : slash-2])
	level, ok := levelLetter(b[slash-1])
	if !ok || !isNumber(thread) {
		return false
	}
	h.level, h.hasLevel, h.ahead = level, true, true
	h.pid, h.thread, h.logger = b[:colon], thread, bytes.TrimSpace(b[slash+1:])
	return true
}
