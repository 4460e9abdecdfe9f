package redact

import (
	"bytes"
	"slices"
)

// span is what is removed of a text, and what it is.
type span struct {
	from, to       int
	kind           string
	keyFrom, keyTo int // the key it stands under; empty where there is none
}

// marked is how a mark begins. A mark stands where a secret was removed.
const marked = "<redacted:"

var markedBytes = []byte(marked)

func appendMark(dst []byte, kind string) []byte {
	return append(append(append(dst, marked...), kind...), '>')
}

// ordered sorts spans and leaves out what overlaps an earlier one.
func ordered(spans []span) []span {
	slices.SortStableFunc(spans, func(a, b span) int { return a.from - b.from })
	end, out := 0, spans[:0]
	for _, s := range spans {
		if s.from >= end {
			out = append(out, s)
			end = s.to
		}
	}
	return out
}

// replaced appends text to dst with a mark for each span.
func replaced(dst, text []byte, spans []span) []byte {
	done := 0
	for _, s := range spans {
		dst = appendMark(append(dst, text[done:s.from]...), s.kind)
		done = s.to
	}
	return append(dst, text[done:]...)
}

// touchesMark reports whether a range overlaps a mark. It looks at a mark's length before the range, not at the text.
func touchesMark(b []byte, from, to int) bool {
	if bytes.Contains(b[from:to], markedBytes) {
		return true
	}
	before := b[max(0, from-maxMark):from]
	at := bytes.LastIndex(before, markedBytes)
	return at >= 0 && bytes.IndexByte(before[at:], '>') < 0 && !bytes.ContainsAny(before[at:], " \t\n")
}

// maxMark is longer than any mark that is written by default.
const maxMark = 64
