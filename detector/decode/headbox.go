package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// box reads a group in brackets at i. hit tells that it held the time or the level.
func (h *head) box(b []byte, i int) (end int, hit bool) {
	switch b[i] {
	case '[', '<', '(', '{':
	case '*', '?':
		return h.marked(b, i)
	case '=':
		if i == 0 && len(b) > 8 && isUpper(b[1]) {
			return h.report(b)
		}
		return 0, false
	default:
		return 0, false
	}
	end = groupEnd(b, i)
	if end == i+2 && b[i] == '[' && h.hasWhen { // a context that is empty
		return end, false
	}
	if end < i+3 && !(end == i+2 && b[i] == '{') {
		return 0, false
	}
	inner := b[i+1 : end-1]
	if b[i] == '(' && h.hasWhen && uptime(inner) {
		return end, false
	}
	if !h.hasWhen && b[i] == '[' && h.lettered(inner) {
		return end, true
	}
	if !h.hasWhen && b[i] == '[' {
		if len(inner) == len("2006-01-02") && end < len(b) && b[end] == '[' { // fern: [2006-01-02][15:04:05]
			if s, k := parseStamp(b[i+1:]); k > len(inner) && i+1+k < len(b) && b[i+1+k] == ']' {
				h.when, h.hasWhen = s, true
				return i + k + 2, true
			}
		}
		if s, k := parseStamp(trimBlank(inner)); k > 0 {
			return h.timedBox(b, i, end, s, inner, k+len(inner)-len(trimBlank(inner)))
		}
	}
	if !h.hasLevel && b[i] != '{' && b[i] != '(' {
		if level, ok := boxedLevel(inner); ok && (h.hasWhen || b[i] == '[') {
			h.level, h.hasLevel, h.boxed = level, true, b[i] == '['
			h.padded = inner[len(inner)-1] == ' '
			h.named = b[i] == '<'
			if slash := bytes.LastIndexByte(inner, '/'); slash > 0 {
				h.thread = inner[:slash]
			} else if hash := bytes.LastIndexByte(inner, '#'); hash > 0 {
				h.logger = inner[:hash]
			} else if blank := bytes.IndexByte(bytes.TrimRight(inner, " "), ' '); blank > 0 {
				h.logger = bytes.TrimSpace(inner[blank:])
			}
			return end, true
		}
	}
	if !h.hasWhen && !h.hasLevel && i > 0 && b[i] != '[' || b[i] == '(' {
		return 0, false
	}
	h.group(inner)
	return end, false
}

// boxedLevel reads a level that stands alone in brackets, or behind a slash: [Server thread/INFO], or, of Twisted, a
// hash: [app.payments#info].
func boxedLevel(inner []byte) (detector.Level, bool) {
	if hash := bytes.LastIndexByte(inner, '#'); hash > 0 && isName(inner[:hash]) {
		return levelOf(inner[hash+1:])
	}
	if slash := bytes.LastIndexByte(inner, '/'); slash > 0 {
		inner = inner[slash+1:]
		if level, ok := levelOf(inner); ok && len(inner) > 2 && isUpper(inner[0]) {
			return level, true
		}
		return 0, false
	}
	trimmed := bytes.TrimSpace(inner)
	if word, end := token(trimmed, 0); end < len(trimmed) && shout(word) && bytes.Contains(trimmed, []byte("::")) {
		trimmed = word // env_logger: [INFO  checkout::payments]
	}
	if len(trimmed) == 0 || len(trimmed) == 1 && !isUpper(trimmed[0]) {
		return 0, false
	}
	return levelOf(trimmed)
}

// lettered reads what Tornado and Jupyter put into one pair of brackets: the level's letter, the time, the place.
func (h *head) lettered(inner []byte) bool {
	if len(inner) < 17 || inner[1] != ' ' {
		return false
	}
	level, ok := levelLetter(inner[0])
	s, n := parseStamp(inner[2:])
	if !ok || !isUpper(inner[0]) || n == 0 || !s.dated || !edge(inner, 2+n) {
		return false
	}
	h.level, h.hasLevel, h.when, h.hasWhen, h.sealed = level, true, s, true, true
	if place := bytes.TrimSpace(inner[2+n:]); isCaller(place) || bytes.IndexByte(place, ':') > 0 {
		h.caller = place
	} else {
		h.logger = place
	}
	return true
}

// timedBox reads [time], and what some loggers put into the same brackets: pid, level, target.
func (h *head) timedBox(b []byte, open, end int, s stamp, inner []byte, k int) (int, bool) {
	if !edge(inner, k) {
		return 0, false
	}
	if end < len(b) && b[end] == '[' && !s.clock {
		return 0, false
	}
	h.when, h.hasWhen = s, true
	rest := bytes.TrimLeft(inner[k:], " :,")
	if len(rest) == 0 || h.long(rest) {
		return end, true
	}
	word := rest
	if i := bytes.IndexAny(rest, " /]|"); i > 0 {
		word = rest[:i]
	}
	if level, ok := levelOf(word); ok && len(word) > 1 {
		h.level, h.hasLevel = level, true
		h.sealed = true
		h.logger = bytes.Trim(rest[len(word):], " /|")
		return end, true
	}
	if rest[0] == '#' { // Ruby
		h.pid = rest[1:]
		return end, true
	}
	h.group(rest)
	return end, true
}

// report reads Erlang's =INFO REPORT==== TIME ===
func (h *head) report(b []byte) (int, bool) {
	i := bytes.Index(b[:min(len(b), 40)], []byte(" REPORT==== "))
	if i < 0 {
		return 0, false
	}
	level, ok := levelOf(b[1:i])
	s, n := parseStamp(b[i+12:])
	if !ok || n == 0 {
		return 0, false
	}
	h.level, h.hasLevel, h.when, h.hasWhen, h.sealed = level, true, s, true, true
	return len(b), true
}

// group keeps what a bracketed element says.
func (h *head) group(inner []byte) {
	h.groups++
	text := bytes.TrimSpace(inner)
	switch {
	case len(text) == 0:
	case h.traced(text):
	case isNumber(text) && h.pid == nil:
		h.pid = text
	case h.thread == nil:
		h.thread = text
	case h.logger == nil:
		h.logger = text
	}
}
