package decode

import "bytes"

// progname reads Ruby's "-- name: ", Flask's " in name: " and Play's " from name in thread - "; 0 where none follows.
func (h *head) progname(b []byte, at int) int {
	i := skipBlanks(b, at)
	switch rest := b[i:]; {
	case hasPrefix(rest, "-- : "):
		return i + 5
	case hasPrefix(rest, "from "):
		name, end := token(rest, len("from "))
		thread, next := token(rest, min(end+len(" in "), len(rest)))
		if hasPrefix(rest[end:], " in ") && hasPrefix(rest[next:], " - ") {
			h.logger, h.thread = name, thread
			return i + next + len(" - ")
		}
	case hasPrefix(rest, "-- "), hasPrefix(rest, "in "):
		word, end := token(b, i+3)
		if n := len(word); n > 0 && word[n-1] == ':' {
			h.logger = word[:n-1]
			return end
		}
		if hasPrefix(rest, "-- ") {
			if colon := bytes.Index(rest[:min(len(rest), 64)], []byte(": ")); colon > 3 {
				h.logger = rest[3:colon]
				return i + colon + 2
			}
			return i + 3
		}
	}
	return 0
}

// skipBack gives the index of the last byte before i that is no blank, or 0.
func skipBack(b []byte, i int) int {
	for i--; i > 0 && b[i] == ' '; i-- {
	}
	return max(i, 0)
}

// groupEnd gives the index after the bracket that closes the group at i, or -1.
func groupEnd(b []byte, i int) int {
	open := b[i]
	closer := open + 2 // of [ { <
	if open == '(' {
		closer = ')'
	}
	depth := 0
	for end := min(len(b), i+160); i < end; i++ {
		switch b[i] {
		case open:
			depth++
		case closer:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// dashes tells whether --- stood between level and group.
func (h *head) dashes(b []byte, from, to int) bool { return bytes.Contains(b[from:to], []byte("---")) }

// ahead tells whether a separator follows the word after i, so that the header is not over.
func ahead(b []byte, i int) bool {
	_, end := token(b, skipBlanks(b, i))
	next := skipBlanks(b, end)
	return next+1 < len(b) && (b[next] == '-' || b[next] == ':' || b[next] == '|') && b[next+1] == ' '
}

// ahead2 tells whether a separator stands at i.
func ahead2(b []byte, i int) bool {
	next := skipBlanks(b, i)
	return next+1 < len(b) && (b[next] == '-' || b[next] == ':') && (b[next+1] == ' ' || b[next+1] == b[next])
}

// isName tells whether a word may name a logger, a thread or a function.
func isName(b []byte) bool {
	for _, c := range b {
		if !isWord(c) && c != '.' && c != ':' && c != '$' && c != '/' && c != '<' && c != '>' && c != '-' && c != '@' && c != '#' &&
			c != '[' && c != ']' && c != '~' && c != '\\' && c != '*' && c != '+' && c != '(' && c != ')' {
			return false
		}
	}
	return isAlpha(b[0]) || b[0] == '_' || b[0] == '$' || b[0] == '~' || b[0] == '<' || b[0] == '/' || b[0] == '.' || b[0] == '@' ||
		b[0] == '*'
}

// giveUp ends a header right behind the level, or behind the groups in brackets that still belong to it.
func (h *head) giveUp(b []byte, at int, saved head) int {
	*h = saved
	if h.sealed {
		return at
	}
	if !h.boxed {
		return h.threadOnly(b, at)
	}
	i := at
	for n := 0; n < 4; n++ {
		j := skipBlanks(b, i)
		if j >= len(b) || (b[j] != '[' && b[j] != '<') {
			break
		}
		end := groupEnd(b, j)
		if end < 0 || end-j < 3 || b[j] == '<' && !isDigit(b[j+1]) {
			break
		}
		inner := bytes.TrimSpace(b[j+1 : end-1])
		if bytes.IndexByte(inner, ' ') >= 0 || len(inner) == 0 || inner[0] == '"' || bytes.IndexByte(inner, '=') > 0 {
			break
		}
		if isCaller(inner) {
			h.caller = inner
		} else {
			h.group(inner)
		}
		if i = end; b[j] == '<' && i < len(b) && b[i] == '@' { // lager: <0.123.0>@module:function:12
			h.logger, i = token(b, i+1)
		}
	}
	return i
}

// tabs reads the columns that zap's console encoder, Istio and others divide with tabs.
func (h *head) tabs(b []byte, at int) int {
	i := at
	for n := 0; n < 3; n++ {
		end := bytes.IndexByte(b[i:], '\t')
		if end < 0 {
			break
		}
		column := b[i : i+end]
		if isCaller(column) {
			h.caller = column
			return i + end + 1
		}
		rest := b[i+end+1:]
		next := bytes.IndexByte(rest, '\t')
		if len(column) > 0 && isName(column) && bytes.Count(column, []byte{'.'}) > 1 && len(rest) > 0 && rest[0] != '{' { // no caller
			h.logger = column
			return i + end + 1
		}
		if next > 0 && n == 0 && h.thread == nil && len(column) > 0 && isName(column) && isName(rest[:next]) && bytes.Count(rest[:next], []byte{'.'}) > 1 { // Trino: thread, logger
			h.thread, h.logger = column, rest[:next]
			return i + end + 1 + next + 1
		}
		if next > 0 && len(column) > 0 && isName(column) && hasPrefix(rest[next:], "\t{") { // Caddy: logger, message, fields
			h.logger = column
			return i + end + 1
		}
		if next < 0 || len(column) == 0 || !isName(column) || !isCaller(rest[:next]) {
			break
		}
		h.logger = column
		i += end + 1
	}
	return i
}
