package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// postgres finds the level behind what log_line_prefix put between it and the time: PostgreSQL ends it with a colon and
// two blanks. It gives the index of the message, or 0 where there is no such level.
func (h *head) postgres(b []byte, at int) int {
	colon := bytes.Index(b[at:min(len(b), at+256)], []byte(":  "))
	if colon < 0 {
		return 0
	}
	end := at + colon
	start := end
	for start > at && (isUpper(b[start-1]) || isDigit(b[start-1])) {
		start--
	}
	if start == at || b[start-1] != ' ' && b[start-1] != ':' && b[start-1] != ']' {
		return 0
	}
	switch word := b[start:end]; string(word) {
	case "DEBUG", "DEBUG1", "DEBUG2", "DEBUG3", "DEBUG4", "DEBUG5", "INFO", "NOTICE", "WARNING", "ERROR", "LOG", "FATAL", "PANIC",
		"STATEMENT", "FEHLER", "WARNUNG", "HINWEIS", "ERREUR", "AVERTISSEMENT":
		h.level, h.hasLevel, h.sealed = levelNames[string(bytes.ToLower(word))], true, true
	default:
		return 0
	}
	h.prefix(b[at:start])
	return end + len(":  ")
}

// prefix keeps what stands before the level: [pid], user@database and key=value pairs with commas or blanks between.
func (h *head) prefix(b []byte) {
	if open := bytes.IndexByte(b, '['); open >= 0 {
		if n := bytes.IndexByte(b[open:], ']'); n > 1 && isNumber(b[open+1:open+n]) {
			h.pid = b[open+1 : open+n]
		}
	}
	h.pairs = b
}

// prefixPairs adds key=value pairs that commas or blanks divide as fields.
func (d *Decoder) prefixPairs(b []byte) {
	for len(b) > 0 {
		pair := b
		if end := bytes.IndexAny(b, ", "); end >= 0 {
			pair, b = b[:end], b[end+1:]
		} else {
			b = nil
		}
		key, v, ok := bytes.Cut(pair, []byte{'='})
		if ok && len(key) > 0 && len(v) > 0 && isKey(key) {
			d.field(d.names.get(key), detector.KindString, v)
		}
	}
}
