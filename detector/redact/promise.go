package redact

import "bytes"

// maxPromise bounds the rest of a line that promises a password.
const maxPromise = 120

// promised removes a password that stands alone on a line of its own, after a line that names it and ends in a colon:
// "Please use the following password to proceed:", a blank line, the password. The name stands from from to to.
func (s *scan) promised(from, to int) bool {
	if s.announced(from, to) {
		return true
	}
	if !is(s.b, to, charBlank) && !has(s.b, to, ":") || !s.manyLines() {
		return false
	}
	i := to
	for {
		colon := bytes.IndexByte(s.b[i:s.n(to, maxPromise)], ':')
		if colon < 0 {
			return false
		}
		if i += colon; s.newline(i+1) > i+1 {
			break
		}
		i++
	}
	if bytes.ContainsAny(s.b[to:i], "\n\"=") {
		return false
	}
	at := i + 1
	for range 3 {
		at = s.blanks(s.newline(at))
	}
	vto := at
	for vto < s.n(at, maxName) && s.b[vto] > ' ' && s.b[vto] != '"' && s.newline(vto) == vto {
		vto++
	}
	if vto < len(s.b) && s.b[vto] != '"' && s.newline(vto) == vto {
		return false
	}
	vto = max(at, s.beforeQuote(vto))
	v := s.b[at:vto]
	t := traitsOf(v)
	likely := t.random() || scrambled(v) || t.digits > 0 && t.dots+t.slashes == 0 && presents(s.b[to:i])
	if t.len < 8 || t.colons > 0 || t.digits == t.len || !likely || t.dashes > 1 && t.digits < 4 || placeholder(v) || reference(v) {
		return false
	}
	n := s.t.words.named(s.b[from:to])
	return (n.class == classPassword || n.class == classToken || n.class == classSecret) && !n.doubtful && s.add(at, vto, classKinds[n.class], from, to)
}

// announced removes a password that a sentence announces and that ends it: "use the following password to proceed: x".
func (s *scan) announced(from, to int) bool {
	if !has(s.b, to, " ") || !s.follows(from) {
		return false
	}
	i := to
	for i < s.n(to, maxPromise) && chars[s.b[i]]&(charAlpha|charBlank) != 0 {
		i++
	}
	if !has(s.b, i, ": ") {
		return false
	}
	at := i + 2
	vto := run(s.b, at, charURL|charStd)
	if t := traitsOf(s.b[at:vto]); !s.endsAt(vto) || !t.random() && !scrambled(s.b[at:vto]) || placeholder(s.b[at:vto]) {
		return false
	}
	n := s.t.words.named(s.b[from:to])
	return (n.class == classPassword || n.class == classToken || n.class == classSecret) && !n.doubtful && s.add(at, vto, classKinds[n.class], from, to)
}

// follows reports whether the word before the name at i says that its value follows or was made just now.
func (s *scan) follows(i int) bool {
	if !is(s.b, i-1, charBlank) {
		return false
	}
	from := i - 1
	for from > 0 && i-from < maxWordLen && is(s.b, from-1, charAlpha) {
		from--
	}
	return one([]string{"following", "temporary", "generated", "initial", "default"}, s.b[from:i-1])
}

// presents reports whether what stands between a name and the end of its line does no more than present the value: "is",
// "is as follows". Other words may tell of accounts, hosts or rules, which then stand on the next line.
func presents(b []byte) bool {
	for len(b) > 0 {
		from := run(b, 0, charBlank)
		to := run(b, from, charAlpha)
		if from < to && !one([]string{"is", "as", "follows", "following", "now", "below"}, b[from:to]) || from == to && from < len(b) {
			return false
		}
		b = b[to:]
	}
	return true
}

// manyLines reports whether the text has more than one line; the answer is remembered.
func (s *scan) manyLines() bool {
	if s.lines == linesUnknown {
		s.lines = oneLine
		if bytes.IndexByte(s.b, '\n') >= 0 || bytes.Contains(s.b, []byte(`\n`)) {
			s.lines = manyLines
		}
	}
	return s.lines == manyLines
}

// lines says of how many lines a text is.
type lines uint8

const (
	linesUnknown lines = iota
	oneLine
	manyLines
)
