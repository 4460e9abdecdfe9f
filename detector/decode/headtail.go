package decode

import "bytes"

// tail reads what may stand between level and message (thread, logger, place, separators) and gives the index at
// which the message begins. What it does not fully understand is left to the message.
func (h *head) tail(b []byte, at int) int {
	if h.logger != nil && at < len(b) && at > 0 && b[at-1] == ':' && b[at] != ' ' && bytes.HasPrefix(b[at:], h.logger) {
		return at + len(h.logger) + 1 // basicConfig: LEVEL:name:message
	}
	if h.tabbed {
		return h.tabs(b, at)
	}
	if h.ruby || hasPrefix(b[at:], " in ") || hasPrefix(b[at:], " from ") {
		if end := h.progname(b, at); end > 0 {
			return end
		}
	}
	if end := h.spans(b, at); end > 0 {
		at = end
	}
	saved := *h
	j, parens, parts := at, 0, 0
	for n := 0; n < 9; n++ {
		j = skipBlanks(b, j)
		if j >= len(b) {
			break
		}
		switch c := b[j]; {
		case c == '[' || c == '(' || c == '<' || (c == '{' && j+1 < len(b) && b[j+1] == '}'):
			end := groupEnd(b, j)
			if end < 0 {
				return h.giveUp(b, at, saved)
			}
			if place := b[j+1 : end-1]; len(place) > 4 && isCaller(place) && c != '(' && end < len(b) && b[end] == ' ' && !ahead2(b, end) {
				h.caller = place
				return end
			}
			if c == '<' && !isDigit(b[j+1]) {
				return h.giveUp(b, at, saved)
			}
			if c == '(' && h.groups == 0 && !(end < len(b) && b[end] == ':') && !isNumber(b[j+1:end-1]) {
				return h.giveUp(b, at, saved)
			}
			if c == '(' {
				parens++
			}
			if c == '[' && h.app == nil && h.dashes(b, at, j) {
				if next := skipBlanks(b, end); next < len(b) && b[next] == '[' { // Spring: --- [app] [thread] logger :
					h.app = bytes.TrimSpace(b[j+1 : end-1])
					j = end
					parts++
					continue
				}
			}
			if parts == 1 && h.logger != nil && hasPrefix(b[j:], "[req-") { // oslo.log: logger [request user project] message
				h.request = b[j+1 : end-1]
				return end
			}
			h.group(b[j+1 : end-1])
			parts++
			if j = end; j < len(b) && b[j] == ':' && (j+1 == len(b) || b[j+1] == ' ') {
				return j + 1
			}
			if parens > 0 && parts >= 2 && c == '(' && j < len(b) && b[j] == ' ' && !ahead(b, j) && !ahead2(b, j) {
				h.thread, h.logger = h.logger, h.thread
				return j // JBoss: [logger] (thread) message
			}
		case c == '-' || c == ':' || c == '|' || c == '>':
			end := j
			for end < len(b) && b[end] == c {
				end++
			}
			if end < len(b) && b[end] != ' ' && c != '|' {
				return h.giveUp(b, at, saved)
			}
			if end-j >= 3 { // Spring's ---
				j = end
				continue
			}
			if c == '|' && parts == 0 && h.piped && b[at-1] != '|' {
				j = end
				continue
			}
			return end
		case isDigit(c):
			_, end := token(b, j)
			if !isNumber(b[j:end]) || h.pid != nil && !(end+1 < len(b) && b[end+1] == '-') {
				return h.giveUp(b, at, saved)
			}
			h.pid = b[j:end]
			j = end
			parts++
		default:
			end, done := h.nameAt(b, j)
			if end < 0 && parts == 0 {
				if end := h.processed(b, j); end > 0 {
					return end
				}
			}
			if end < 0 && parts > 0 && b[skipBack(b, j)] == ']' { // Tomcat: [thread] class.method message
				if name, after := token(b, j); bytes.Count(name, []byte{'.'}) >= 2 && isName(name) && after < len(b) {
					h.logger = name
					return after
				}
			}
			if end < 0 {
				return h.giveUp(b, at, saved)
			}
			if done {
				return end
			}
			j = end
			parts++
		}
	}
	return h.giveUp(b, at, saved)
}

// nameAt reads a logger's name at i with what closes it; done tells that the message follows.
func (h *head) nameAt(b []byte, i int) (end int, done bool) {
	for end = i; end < len(b) && b[end] > ' ' && b[end] != '|' && b[end] != '"' && b[end] != '=' && b[end] != ','; end++ {
	}
	if h.piped && end < len(b) && b[end] == '|' {
		h.logger = b[i:end]
		return end + 1, true
	}
	name := b[i:end]
	if len(name) == 0 || len(name) > 160 {
		return -1, false
	}
	if name[len(name)-1] == ':' && len(name) > 1 && (end == len(b) || b[end] == ' ' || b[end] == '\t') {
		name = name[:len(name)-1]
		if isCaller(name) {
			h.caller = name
			return end, true
		}
		if next, after := token(b, skipBlanks(b, end)); len(next) > 4 && bytes.Contains(next, []byte("::")) && next[len(next)-1] == ':' && after < len(b) && isName(name) {
			return end, false // a span of Rust's tracing, compact
		}
		if !h.colonName(b, i, name) {
			return -1, false
		}
		h.logger = name
		return end, true
	}
	next := skipBlanks(b, end)
	if next >= len(b) {
		return -1, false
	}
	c, after := b[next], byte(' ')
	if next+1 < len(b) {
		after = b[next+1]
	}
	switch {
	case (c == '-' || c == ':') && (after == ' ' || after == c), c == '|', c == '>' && after == ' ':
		if !isName(name) {
			return -1, false
		}
	case (c == '(' || c == '[') && isName(name) && bytes.IndexByte(name, '.') > 0:
		close := groupEnd(b, next)
		if close < 0 || !ahead2(b, close) && !(c == '[' && (isCaller(b[next+1:close-1]) || hasPrefix(b[next:], "[req-"))) {
			return -1, false
		}
	case name[len(name)-1] == ')' && h.thread == nil && h.hasWhen && numbered(name):
		h.thread = name
		return end, false
	case isCaller(name) && next > end && (h.hasWhen || h.boxed) && !isDigit(c):
		h.caller = name
		if c == '>' && after == ' ' { // zerolog
			return next + 1, true
		}
		return end, !ahead(b, end) // Log4perl: file:line method - message
	default:
		return -1, false
	}
	if isCaller(name) {
		h.caller = name
	} else {
		h.logger = name
	}
	return end, false
}

// colonName tells whether NAME: is a logger's name and not the first word of the message.
func (h *head) colonName(b []byte, i int, name []byte) bool {
	if !isName(name) || bytes.ContainsAny(name, "()[]+") {
		return false
	}
	if h.named {
		return true
	}
	if bytes.HasSuffix(name, []byte("Exception")) || bytes.HasSuffix(name, []byte("Error")) || bytes.Contains(name, []byte("//")) {
		return false
	}
	if bytes.ContainsAny(name, ".:$/_") {
		return h.hasWhen || bytes.Contains(name, []byte("::"))
	}
	if !h.hasWhen {
		return false
	}
	if h.boxed { // hclog: [INFO]  name: in columns
		return i >= 8 && b[i-1] == ' ' && (b[i-2] == ' ' || !h.when.dated || b[i-2] == ']' && b[i-8] == '[' && isUpper(b[i-7]))
	}
	inner := false
	for _, c := range name[1:] {
		inner = inner || isUpper(c)
	}
	if isUpper(name[0]) {
		return inner // SparkContext
	}
	switch string(name) {
	case "error", "err", "failed", "failure", "warning", "note", "info", "usage", "reason", "caused", "exception", "got",
		"http", "https", "message", "timeout", "fatal", "panic", "status", "result", "todo", "debug", "user", "request",
		"response", "retry", "connect", "query", "event":
		return false
	}
	return len(name) > 1 && !inner
}
