package decode

import "bytes"

// words reads words without brackets between time and level: a thread (MainThread INFO), a host and a program
// (web-7 app[12] INFO), Sidekiq's ids. They are taken only where a level follows that cannot be the message's own:
// words of a sentence look different. -1 where no level follows.
func (h *head) words(b []byte, i int) int {
	if !h.hasWhen {
		return -1
	}
	var word [3][]byte
	start := i
	for n := range word {
		var end int
		word[n], end = token(b, i)
		next := skipBlanks(b, end)
		level, after := token(b, next)
		if len(word[n]) == 0 || len(level) == 0 {
			return -1
		}
		sealed := level[len(level)-1] == ':'
		if shout(bytes.TrimSuffix(level, []byte{':'})) && after < len(b) {
			if open := bytes.IndexByte(word[n], '['); n == 1 && open > 0 && isHost(word[0]) && isNumber(bytes.TrimSuffix(word[n][open+1:], []byte{']'})) {
				h.host, h.logger, h.pid = word[0], word[n][:open], word[n][open+1:len(word[n])-1]
				return end
			}
			if !marked(word[n]) && !sealed {
				return -1
			}
			h.thread = b[start:end]
			return end
		}
		if n == 0 && !isName(word[0]) || n > 0 && !marked(word[n]) && word[n][len(word[n])-1] != ']' {
			return -1
		}
		i = next
	}
	return -1
}

// shout tells whether a word is one of the levels that loggers write in capitals.
func shout(b []byte) bool {
	switch string(b) {
	case "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "SEVERE", "FATAL", "CRITICAL":
		return true
	}
	return false
}

// marked tells whether a word is no word of a sentence: it has a digit, a dash, an underscore or a capital inside.
func marked(b []byte) bool {
	for _, c := range b[min(1, len(b)):] {
		if isDigit(c) || isUpper(c) || c == '-' || c == '_' {
			return isName(b)
		}
	}
	return false
}

// gluedLevel tells whether LEVEL: begins at i, as in TIME:LEVEL:logger:message, and notes the style.
func (h *head) gluedLevel(b []byte, i int) bool {
	j := i
	for j < len(b) && isUpper(b[j]) {
		j++
	}
	end := skipBlanks(b, j)
	h.glued = end < len(b) && b[end] == ':' && shout(b[i:j])
	return h.glued
}

// gluedTail reads logger:thread: behind a level that colons divide from its time, and gives the index of the message.
func (h *head) gluedTail(b []byte, at int) int {
	for at < len(b) && (b[at] == ' ' || b[at] == ':') {
		at++
	}
	for range 2 {
		colon := bytes.IndexByte(b[at:min(len(b), at+160)], ':')
		if colon < 1 || !isName(b[at:at+colon]) {
			return at
		}
		if h.logger == nil {
			h.logger = b[at : at+colon]
		} else if at+colon+1 < len(b) && b[at+colon+1] == ' ' {
			h.thread = b[at : at+colon]
		} else {
			return at
		}
		if at += colon + 1; at == len(b) || b[at] == ' ' {
			return at
		}
	}
	return at
}

// callerAhead takes file.go:12 and what divides it from the message, where it begins the message.
func (h *head) callerAhead(b []byte, i int) int {
	if h.caller != nil {
		return i
	}
	word, end := token(b, skipBlanks(b, i))
	if n := len(word) - 1; n > 4 && word[n] == ':' && isCaller(word[:n]) && end < len(b) {
		h.caller = word[:n]
		return end
	}
	if !isCaller(word) || end+2 > len(b) {
		return i
	}
	next := skipBlanks(b, end)
	if next+1 < len(b) && (b[next] == '-' || b[next] == '>') && b[next+1] == ' ' {
		h.caller = word
		return next + 1
	}
	return i
}

// numbered knows Name(12), as Rust prints the id of a thread.
func numbered(b []byte) bool {
	open := bytes.IndexByte(b, '(')
	if open < 1 || !isName(b[:open]) {
		return false
	}
	_, ok := digits(b, open+1, len(b)-open-2)
	return ok && len(b)-open < 12
}

// processed reads module process thread, three words without any separator, of which two are numbers (Django's verbose
// format); 0 where they do not stand at i.
func (h *head) processed(b []byte, i int) int {
	name, end := token(b, i)
	pid, end := token(b, min(end+1, len(b)))
	thread, end := token(b, min(end+1, len(b)))
	if len(name) == 0 || !isName(name) || len(thread) < 9 || !isNumber(pid) || !isNumber(thread) || pid[0] == '-' {
		return 0
	}
	h.logger, h.pid, h.thread = name, pid, thread
	return end
}
