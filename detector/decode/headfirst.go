package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// nameFirst reads NAME - LEVEL, of Python's logging; 0 where the line begins otherwise.
func (h *head) nameFirst(b []byte) int {
	if !isAlpha(b[0]) && b[0] != '_' {
		return 0
	}
	word, end := token(b, 0)
	if !hasPrefix(b[end:], " - ") || !isName(word) || end+3 >= len(b) || !isUpper(b[end+3]) {
		return 0
	}
	h.logger = word
	if at := h.levelWord(b, end+3, false, true); at > 0 && (b[at-1] == ':' || hasPrefix(b[at:], " - ")) {
		return at
	}
	*h = head{}
	return 0
}

// symbols are the signs that loggers for terminals (signale, consola, ora) put before a line, with the level that they
// show: none where a word says it.
var symbols = []struct {
	s     string
	level detector.Level
}{
	{"ℹ", detector.LevelInfo},
	{"✔", detector.LevelInfo},
	{"✓", detector.LevelInfo},
	{"✅", detector.LevelInfo},
	{"⚠", detector.LevelWarn},
	{"✖", detector.LevelError},
	{"✘", detector.LevelError},
	{"✗", detector.LevelError},
	{"❌", detector.LevelError},
	{"⨯", detector.LevelError},
	{"⬤", detector.LevelNone},
	{"●", detector.LevelNone},
	{"▶", detector.LevelNone},
	{"…", detector.LevelNone},
	{"›", detector.LevelNone},
	{"★", detector.LevelNone},
	{"☐", detector.LevelNone},
	{"☒", detector.LevelNone},
}

// symbol reads a sign at i, and the word in lower case, padded to a column, that may name the level behind it; 0 where
// no level is shown.
func (h *head) symbol(b []byte, i int) int {
	for _, s := range symbols {
		if !hasPrefix(b[i:], s.s) {
			continue
		}
		i += len(s.s)
		if hasPrefix(b[i:], "\ufe0f") { // shown as a picture
			i += len("\ufe0f")
		}
		if i >= len(b) || b[i] != ' ' {
			return 0
		}
		at := skipBlanks(b, i)
		if at < len(b) && b[at] >= 0x80 {
			return h.symbol(b, at)
		}
		word, end := token(b, at)
		if level, ok := levelOf(word); ok && lowerLevel(word) && (end == len(b) || hasPrefix(b[end:], "  ")) {
			h.level, h.hasLevel, h.sealed = level, true, true
			return end
		}
		h.level, h.hasLevel, h.sealed = s.level, s.level != detector.LevelNone, true
		if !h.hasLevel {
			return 0
		}
		return at
	}
	return 0
}

// place reads file.go:12: behind a time without level, as Go's log writes it with Lshortfile.
func (h *head) place(b []byte, i int) int {
	j := skipBlanks(b, i)
	if j < len(b) && b[j] == '-' && j+1 < len(b) && b[j+1] == ' ' {
		return j + 1
	}
	word, end := token(b, j)
	if n := len(word); n > 4 && word[n-1] == ':' && isCaller(word[:n-1]) {
		h.caller = word[:n-1]
		return end
	}
	return i
}

// isCaller knows file.ext:12, with a path before or a column behind.
func isCaller(b []byte) bool {
	i := len(b)
	for i > 0 && isDigit(b[i-1]) {
		i--
	}
	if i == len(b) || i < 4 || b[i-1] != ':' {
		return false
	}
	dot := bytes.LastIndexByte(b[:i-1], '.')
	return dot > 0 && len(b[:i-1])-dot <= 6 && len(b[:i-1])-dot > 1 && bytes.IndexByte(b, '"') < 0 && !isDigit(b[dot+1])
}

// java knows the first of the two lines of java.util.logging: Nov 22, 2026 11:44:39 PM app.Checkout main
func (h *head) java(b []byte, start int) bool {
	if h.hasLevel || !h.hasWhen || h.when.year == 0 || weekday(b) {
		return false
	}
	rest := trimBlank(b[start:])
	if !isAlpha(b[0]) { // tinylog: 2026-01-02 15:04:05 [main] app.Checkout.main()
		_, end := bracket(rest, 0)
		method := trimBlank(rest[end:])
		return end > 0 && bytes.HasSuffix(method, []byte("()")) && bytes.IndexByte(method, '.') > 0 && bytes.IndexByte(method, ' ') < 0
	}
	class, i := token(rest, 0)
	method, end := token(rest, min(i+1, len(rest)))
	return len(class) > 0 && end >= len(rest) && (len(method) > 0 || bytes.IndexByte(class, '.') > 0) && class[len(class)-1] != '.' && isKey(bytes.ReplaceAll(class, []byte("$"), nil))
}

// erlang knows =INFO REPORT==== 22-Nov-2026::23:44:43.123456 ===
func (h *head) erlang(b []byte) bool {
	return b[0] == '=' && bytes.HasSuffix(b, []byte("==="))
}

// phpLevel reads what PHP puts before a message: Warning:, Fatal error: and so on.
func phpLevel(b []byte) detector.Level {
	colon := bytes.IndexByte(b[:min(len(b), 32)], ':')
	if colon < 0 {
		return detector.LevelNone
	}
	switch word := b[:colon]; {
	case bytes.HasSuffix(word, []byte("error")):
		return detector.LevelError
	case bytes.HasSuffix(word, []byte("arning")), string(word) == "Deprecated":
		return detector.LevelWarn
	case string(word) == "Notice", hasPrefix(word, "Strict"):
		return detector.LevelInfo
	}
	return detector.LevelNone
}
