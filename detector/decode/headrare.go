package decode

import "bytes"

// rare reads what a few writers put between a time and the message, at i: a level with its place, or what has no use for
// anyone. It gives the index after it, and 0 where there is none of that.
func (h *head) rare(b []byte, i int) int {
	word, end := token(b, i)
	if len(word) == 0 || end >= len(b) {
		return 0
	}
	switch c := word[0]; {
	case c == ':' && len(word) == 1: // FreeRADIUS: TIME : Error: message
		return h.spaced(b, skipBlanks(b, end))
	case len(word) == 1 && isUpper(c): // TensorFlow: TIME: E path/file.cc:12] message
		place, at := token(b, end+1)
		level, ok := levelLetter(c)
		if n := len(place) - 1; ok && n > 4 && place[n] == ']' && isCaller(place[:n]) {
			h.level, h.hasLevel, h.sealed, h.caller = level, true, true, place[:n]
			return at
		}
	case isDigit(c): // FreeSWITCH: how idle it is
		if word[len(word)-1] == '%' && isNumber(bytes.Replace(word[:len(word)-1], []byte{'.'}, nil, 1)) {
			return end
		}
	case hasPrefix(word, "...") && bytes.HasSuffix(word, []byte("()")): // Gitea: the end of a path, line and function
		if next := skipBlanks(b, end); next < len(b) && b[next] == '[' {
			h.caller = word
			return end
		}
	case c >= 'a' && c <= 'z' && bytes.IndexByte(word, ',') > 0:
		return h.topicsAt(word, end)
	case isAlpha(c) && word[len(word)-1] == ':':
		return h.slashed(word[:len(word)-1], end)
	}
	return 0
}

// spaced reads the level and the colon at i.
func (h *head) spaced(b []byte, i int) int {
	word, end := token(b, i)
	n := len(word) - 1
	if n < 2 || word[n] != ':' {
		return 0
	}
	level, ok := levelOf(word[:n])
	if !ok {
		return 0
	}
	h.level, h.hasLevel, h.sealed = level, true, true
	return end
}

// slashed reads Icinga's level/component and Locust's host/LEVEL/logger, which end at end with a colon.
func (h *head) slashed(word []byte, end int) int {
	slash := bytes.IndexByte(word, '/')
	if slash < 1 {
		return 0
	}
	first, rest := word[:slash], word[slash+1:]
	if second := bytes.IndexByte(rest, '/'); second > 0 && shout(rest[:second]) && len(rest) > second+1 {
		level, ok := levelOf(rest[:second])
		if !ok {
			return 0
		}
		h.level, h.hasLevel, h.sealed, h.host, h.logger = level, true, true, first, rest[second+1:]
		return end
	}
	level, ok := levelOf(first)
	if !ok || isUpper(first[0]) || len(rest) == 0 || !isUpper(rest[0]) || bytes.IndexByte(rest, '/') >= 0 {
		return 0
	}
	h.level, h.hasLevel, h.sealed, h.logger = level, true, true, rest
	return end
}
