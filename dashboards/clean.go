package dashboards

import (
	"fmt"
	"unicode/utf8"
)

// clean replaces in a finished page what a log line could do to a reader's screen: control characters, terminal escapes
// and marks that turn the direction of text become visible names. It works on the page and not on single values, so no
// value can be forgotten; the templates themselves contain none of these characters.
func clean(page []byte) []byte {
	at := firstUnsafe(page)
	if at < 0 {
		return page
	}
	out := make([]byte, 0, len(page)+256)
	out = append(out, page[:at]...)
	for i := at; i < len(page); {
		c := page[i]
		if c < utf8.RuneSelf {
			if unsafeByte(c) {
				out = fmt.Appendf(out, "[U+%04X]", c)
			} else {
				out = append(out, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(page[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			out = append(out, "\uFFFD"...)
		case unsafeRune(r):
			out = fmt.Appendf(out, "[U+%04X]", r)
		default:
			out = append(out, page[i:i+n]...)
		}
		i += n
	}
	return out
}

func firstUnsafe(page []byte) int {
	for i := 0; i < len(page); {
		c := page[i]
		if c < utf8.RuneSelf {
			if unsafeByte(c) {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(page[i:])
		if r == utf8.RuneError && n == 1 || unsafeRune(r) {
			return i
		}
		i += n
	}
	return -1
}

func unsafeByte(c byte) bool { return c < 0x20 && c != '\n' && c != '\t' && c != '\r' || c == 0x7f }

// unsafeRune: C1 controls, and the marks, embeddings, overrides and isolates of bidirectional text, line and paragraph
// separators, zero width space, byte order mark and tags.
func unsafeRune(r rune) bool {
	switch {
	case r >= 0x80 && r <= 0x9f, r == 0x061c, r == 0x200b, r == 0x200e, r == 0x200f, r >= 0x2028 && r <= 0x202e,
		r >= 0x2066 && r <= 0x2069, r == 0xfeff, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}
