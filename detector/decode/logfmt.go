package decode

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/tocsin-io/tocsin/detector"
)

// logfmt decodes a line of key=value pairs, of which one must be a message, level or time, or three must be.
func (d *Decoder) logfmt(b []byte) bool {
	eq := bytes.IndexByte(b[:min(len(b), 64)], '=')
	if eq <= 0 || !isKey(b[:eq]) {
		return false
	}
	fields, keep := len(d.ev.Fields), d.draft
	f := &d.draft
	f.reset()
	count, ok := d.pairsInto(b)
	core := f.message.key != nil || f.levelKey != nil || f.hasWhen
	if !ok || count < 2 && !core || f.message.key == nil && !core && count < 3 {
		d.undo(fields)
		nested := d.draft.nested
		d.draft = keep
		d.draft.nested = nested[:0]
		return false
	}
	if f.message.key != nil && d.audit(f.message.text) {
		f.message.rank = 9
	}
	if f.message.key == nil || !core || f.message.rank > 2 {
		if !core || d.telling() {
			if f.message.key != nil {
				d.field(f.message.key, f.message.kind, f.message.text)
			}
			d.message(b)
		}
	}
	if !f.hasWhen {
		d.dateAndTime()
	}
	if f.level == detector.LevelNone && f.status != 0 {
		f.level = statusLevel(f.status)
	}
	if f.bunyan.key != nil {
		d.field(f.bunyan.key, f.bunyan.kind, f.bunyan.text)
	}
	d.ev.Format, d.ev.Structured = "logfmt", true
	d.line.single = true
	return true
}

// audit takes the time out of Linux's audit(1795391083.123:456):
func (d *Decoder) audit(b []byte) bool {
	if !hasPrefix(b, "audit(") {
		return false
	}
	colon := bytes.IndexByte(b, ':')
	if colon < 0 || !d.draft.when.epoch(b[6:colon]) {
		return false
	}
	d.draft.hasWhen = true
	return true
}

// pairsInto reads key=value pairs to the end of b and puts each where it belongs; false where anything else stands
// between them.
func (d *Decoder) pairsInto(b []byte) (count int, ok bool) {
	for i := 0; i < len(b); count++ {
		key, v, end := nextPair(b, i)
		if end < 0 {
			return count, false
		}
		d.takePair(key, v, b, false)
		i = end
		for i < len(b) && b[i] == ' ' {
			i++
		}
	}
	return count, true
}

// span is a part of a line; quoted values are given with their quotes.
type span struct{ from, to int }

// nextPair reads key=value at i. end is -1 where there is none.
func nextPair(b []byte, i int) (key, v span, end int) {
	start := i
	for i < len(b) && keyBytes[b[i]] {
		i++
	}
	if i == start || i >= len(b) || b[i] != '=' || i-start > maxKey || !startsKey(b[start]) {
		return key, v, -1
	}
	key = span{start, i}
	i++
	start = i
	if i < len(b) && (b[i] == '"' || b[i] == '\'') {
		q := b[i]
		if i = quoteEnd(b, i+1, q); i < 0 {
			return key, v, -1
		}
		i++
		if i < len(b) && b[i] != ' ' && b[i] != ',' {
			return key, v, -1
		}
		return key, span{start, i}, i
	}
	if i < len(b) && (b[i] == '{' || b[i] == '[') {
		if end := balanced(b, i); end > 0 && (end == len(b) || b[end] == ' ') {
			return key, span{start, end}, end
		}
	}
	i = blankAt(b, i)
	return key, span{start, i}, i
}

// blankAt gives the index of the first blank or control from i on, or len(b); eight bytes at a time.
func blankAt(b []byte, i int) int {
	const each = 0x0101010101010101
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		if low := (w - ('!' * each)) &^ w & (0x80 * each); low != 0 { // the lowest bit is right: only those above it may be borrowed from
			return i + bits.TrailingZeros64(low)/8
		}
	}
	for i < len(b) && b[i] > ' ' {
		i++
	}
	return i
}

// quoteEnd gives the index of the quote that closes what begins at i, or -1. A backslash escapes, but where nothing
// closes single quotes then, it is a plain character.
func quoteEnd(b []byte, i int, q byte) int {
	start := i
	for ; i < len(b); i++ {
		if b[i] == q {
			return i
		}
		if b[i] == '\\' {
			i++
		}
	}
	if q == '\'' {
		if n := bytes.IndexByte(b[start:], q); n >= 0 {
			return start + n
		}
	}
	return -1
}

// maxBracket bounds how far a bracketed value of a pair may reach, and so the work that unclosed ones cost.
const maxBracket = 512

// balanced returns the index after the bracket that closes the one at i, or -1; strings in quotes are skipped.
func balanced(b []byte, i int) int {
	b = b[:min(len(b), i+maxBracket)]
	if bytes.IndexByte(b[i:], b[i]+2) < 0 { // } for {, ] for [
		return -1
	}
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '\'':
			q := b[i]
			for i++; i < len(b) && b[i] != q; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		}
	}
	return -1
}

// takePair puts a pair where it belongs. In the tail of a message (tail) it is a field, but for ids.
func (d *Decoder) takePair(key, v span, b []byte, tail bool) {
	text := b[v.from:v.to]
	if n := len(text); tail && n > 1 && (text[n-1] == ',' || text[n-1] == ';') {
		text = text[:n-1]
	}
	kind := detector.KindString
	switch {
	case len(text) >= 2 && (text[0] == '"' || text[0] == '\''):
		if text = text[1 : len(text)-1]; bytes.IndexByte(text, '\\') >= 0 {
			text = d.unquoted(text)
		}
	case isNumber(text):
		kind = detector.KindNumber
	case len(text) > 1 && (text[0] == '{' || text[0] == '['):
		if end, k := scanValue(text, 0, 0); end == len(text) {
			kind = k
		}
	case string(text) == "true" || string(text) == "false":
		kind = detector.KindBool
	}
	n := d.names.get(b[key.from:key.to])
	if tail && n.role != roleTrace && n.role != roleSpan {
		d.field(n, kind, text)
		return
	}
	d.take(n, kind, text)
}

// isKey tells whether b can be the key of a pair.
func isKey(b []byte) bool {
	if len(b) == 0 || len(b) > maxKey || !startsKey(b[0]) {
		return false
	}
	for _, c := range b[1:] {
		if !keyBytes[c] {
			return false
		}
	}
	return true
}

// maxKey bounds the key of a pair.
const maxKey = 64

func startsKey(c byte) bool { return isAlpha(c) || c == '_' || c == '@' }

// keyBytes are what the key of a pair is made of.
var keyBytes = func() (t [256]bool) {
	for c := range t {
		t[c] = isWord(byte(c)) || c == '.' || c == '-' || c == '/' || c == '@'
	}
	return t
}()

// pairs adds the fields of a tail that is nothing but pairs; where it is more nothing is added.
func (d *Decoder) pairs(b []byte) bool {
	for i := 0; i < len(b); {
		if b[i] == ' ' {
			i++
			continue
		}
		_, _, end := nextPair(b, i)
		if end < 0 {
			return false
		}
		i = end
	}
	for i := 0; i < len(b); {
		if b[i] == ' ' {
			i++
			continue
		}
		key, v, end := nextPair(b, i)
		d.takePair(key, v, b, true)
		i = end
	}
	return true
}
