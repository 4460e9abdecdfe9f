package decode

import "bytes"

// rareLevels are words that are levels only where nothing else can be meant: in brackets, or in capitals before a
// colon or bar.
var rareLevels = map[string]bool{
	"OK": true, "ALL": true, "HTTP": true, "DEFAULT": true, "SYSTEM": true, "SUCCESS": true, "FAILED": true,
	"FAILURE": true, "EXCEPTION": true, "STATEMENT": true, "DISPLAY": true, "CONFIG": true, "FINE": true, "LOG": true,
	"NOTE": true, "FAIL": true, "ALERT": true, "PANIC": true, "VERB": true, "SUCC": true, "DEPRECATED": true,
	"DEPRECATION": true, "FINER": true, "FINEST": true, "SYSTE": true, "ERR": true, "INF": true, "CRT": true, "TRA": true,
	"DEB": true, "MARK": true, "FAT": true, "SILLY": true, "VERBOSE": true, "FATAL": false,
}

// levelWord reads a level that stands free at i and gives the index after it and what closes it; 0 where there is
// none.
func (h *head) levelWord(b []byte, i int, timed, direct bool) int {
	j := i
	for j < len(b) && j-i < 14 && (isAlpha(b[j]) || (j > i && isDigit(b[j]))) {
		j++
	}
	word := b[i:j]
	if len(word) < 2 {
		return h.levelLetter(b, i, j, timed)
	}
	level, ok := levelOf(word)
	next := byte(0)
	if j < len(b) {
		next = b[j]
	}
	if h.ruby && string(word) == "ANY" { // Ruby's unknown
		h.hasLevel = true
		return j
	}
	if !ok {
		return h.channel(b, i, j)
	}
	upper := true
	for _, c := range word {
		upper = upper && !(c >= 'a' && c <= 'z')
	}
	end := j
	switch {
	case next == ':' || next == '|':
		if next == ':' && j+1 < len(b) && b[j+1] != ' ' && !upper {
			return 0
		}
		if !upper && !timed && isUpper(word[0]) {
			return 0 // "Error: …" is a sentence
		}
		if !upper && (!lowerLevel(word) || timed && string(word) == "http") { // net/http writes http: TLS handshake error
			return 0
		}
		end = j + 1
		h.piped = h.piped || next == '|'
		if next == ':' {
			h.colon(b, end, upper, timed)
		}
	case (next == '+' || next == '-') && upper && j+1 < len(b) && isDigit(b[j+1]):
		for end = j + 1; end < len(b) && isDigit(b[end]); end++ {
		}
		if level, ok = slogLevel(level, b[j:end]); !ok {
			return 0
		}
	case next == '[' && upper && j+1 < len(b) && isDigit(b[j+1]): // logrus: INFO[0000]
		if close := bytes.IndexByte(b[j:min(len(b), j+12)], ']'); close > 0 {
			end = j + close + 1
			if hasPrefix(b[end:], "[C-") { // Asterisk's call: WARNING[12][C-0000001a]:
				if call := bytes.IndexByte(b[end:min(len(b), end+16)], ']'); call > 0 {
					h.request = b[end+1 : end+call]
					end += call + 1
				}
			}
			if end < len(b) && b[end] == ':' {
				end++
			}
			h.sealed, h.padded = true, true
		}
	case next == ' ' || next == '\t' || next == 0:
		bar := skipBlanks(b, j)
		if bar < len(b) && (b[bar] == '|' || b[bar] == ':' && bar+1 < len(b) && b[bar+1] == ' ') && (upper || timed) {
			end = bar + 1
			h.piped = h.piped || b[bar] == '|'
			break
		}
		if upper && rareLevels[string(word)] && !timed {
			return 0
		}
		if upper && rareLevels[string(word)] && len(word) != 3 && !direct {
			return 0
		}
		if !upper && !(timed && direct && (next == '\t' || h.softLevel(b, word, j))) && !(!timed && i == 0 && short(word)) {
			return 0
		}
		if next == '\t' {
			h.tabbed = timed
			end = j + 1
		}
	case (next == ',' || next == '/' || next == ']' || next == ')') && upper && timed:
	case next == '(' && !timed && i == 0 && lowerLevel(word): // Zig: error(scope): message
		scope := bytes.Index(b[j:min(len(b), j+48)], []byte("): "))
		if scope < 2 || !isName(b[j+1:j+scope]) {
			return 0
		}
		h.logger, h.sealed = b[j+1:j+scope], true
		end = j + scope + 2
	case next == '>' && upper && timed: // Log4perl
		end = j + 1
	case next == '!' && string(word) == "ERR": // npm
		end, h.sealed = j+1, true
	default:
		return 0
	}
	h.level, h.hasLevel = level, true
	return end
}

// colon decides what LEVEL: is followed by: the message, or, in Python's LEVEL:name:message, a logger's name.
func (h *head) colon(b []byte, i int, upper, timed bool) {
	if i < len(b) && b[i] != ' ' && upper && !timed {
		if colon := bytes.IndexByte(b[i:min(len(b), i+128)], ':'); colon > 0 && bytes.IndexByte(b[i:i+colon], ' ') < 0 {
			h.logger = b[i : i+colon]
			return
		}
	}
	h.sealed = true
}

// lowerLevel are the levels that loggers write in lower case before a colon.
func lowerLevel(word []byte) bool {
	switch string(word) {
	case "info", "warn", "warning", "error", "debug", "trace", "verbose", "silly", "http", "fatal", "critical", "crit",
		"notice", "alert", "emerg", "emergency", "fail", "dbug", "trce", "err",
		"Information", "Warning", "Error", "Debug", "Info", "Warn", "Fatal", "Critical", "Notice", "Trace", "Verbose", "Alert":
		return true
	}
	return false
}

// short are the levels of npm that no sentence begins with.
func short(word []byte) bool {
	switch string(word) {
	case "info", "sill", "verb":
		return true
	}
	return false
}

// softLevel decides on a word in lower case right behind a time: info and debug are levels, while a message may well
// begin with error.
func (h *head) softLevel(b, word []byte, end int) bool {
	switch string(word) {
	case "info", "debug", "trace", "warn", "Information", "Info", "Debug", "INFO", "Warn", "Trace":
		return true
	}
	return bytes.Contains(b[end:min(len(b), end+80)], []byte(" : "))
}

// levelLetter reads the single letters of semantic_logger (I [1:main]), Android's logcat (1 2 I Tag:), and serilog-like
// shorthands before a bar.
func (h *head) levelLetter(b []byte, i, j int, timed bool) int {
	if j == i+1 && j < len(b) && b[j] == '/' && (timed || i == 0) {
		return h.brief(b, i)
	}
	if timed && j == i+1 && hasPrefix(b[j:], "! ") && isUpper(b[i]) { // Telegraf: E! [outputs.file] message
		if level, ok := levelLetter(b[i]); ok {
			h.level, h.hasLevel, h.sealed = level, true, true
			return j + 1
		}
	}
	if !timed || j != i+1 || j+1 >= len(b) || !isUpper(b[i]) {
		return 0
	}
	level, ok := levelLetter(b[i])
	if !ok || (b[j] != ' ' && b[j] != '|' && b[j] != '\t') {
		return 0
	}
	at := skipBlanks(b, j)
	rest := b[at:]
	word, end := token(rest, 0)
	if group := skipBlanks(rest, end); group < len(rest) && rest[group] == '[' && component(word) { // MongoDB before 4.4
		if close := groupEnd(rest, group); close > 0 {
			h.level, h.hasLevel, h.sealed = level, true, true
			h.logger, h.thread = word, rest[group+1:close-1]
			return at + close
		}
	}
	tag := len(h.pid) > 0 && len(word) > 0 && (bytes.IndexByte(rest[:min(len(rest), 64)], ':') > 0)
	if !(tag || b[j] == '|' || len(rest) > 0 && rest[0] == '[') {
		return 0
	}
	h.level, h.hasLevel, h.named = level, true, tag
	return j
}

// component tells whether a word is the name of a component in capitals, or the dash that stands for none.
func component(b []byte) bool {
	for _, c := range b {
		if !isUpper(c) && c != '_' && c != '-' {
			return false
		}
	}
	return len(b) > 2 || string(b) == "-"
}

// channel reads monolog's channel.LEVEL: and gives the index after the colon.
func (h *head) channel(b []byte, i, j int) int {
	for k := j; k < len(b) && k-i < 96; k++ {
		switch c := b[k]; {
		case isWord(c) || c == '-' || c == '\\':
		case c == '.':
			end := k + 1
			for end < len(b) && isUpper(b[end]) {
				end++
			}
			if end == k+1 || end >= len(b) || b[end] != ':' {
				continue
			}
			level, ok := levelOf(b[k+1 : end])
			if !ok || !h.hasWhen {
				return 0
			}
			h.level, h.hasLevel, h.sealed = level, true, true
			h.logger = b[i:k]
			return end + 1
		default:
			return 0
		}
	}
	return 0
}
