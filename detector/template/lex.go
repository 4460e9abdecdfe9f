package template

import "bytes"

// lex cuts msg into elements in one pass.
func (l *line) lex(msg []byte) {
	l.reset(msg)
	space := false
	for i := 0; i < len(msg) && !l.full; {
		c := classes[msg[i]]
		if c&clSpace != 0 {
			space = true
			i++
			continue
		}
		space = space && l.n > 0
		if c&clStop != 0 {
			i = l.stop(i, space)
		} else if to := l.plainRun(i, space); to > i {
			i, space = to, true
			continue
		} else {
			i = l.text(i, space)
		}
		space = false
	}
}

// stop adds the mark at i, or the variable that is masked there already.
func (l *line) stop(i int, space bool) int {
	if l.msg[i] == '<' && i+2 < len(l.msg) && l.msg[i+1] == '*' && l.msg[i+2] == '>' {
		l.variable(i, i+3, space)
		return i + 3
	}
	l.mark(i, space)
	return i + 1
}

// text adds the elements of what begins at i and goes on to a stop, and returns where to go on.
func (l *line) text(i int, space bool) int {
	start, m := i, classes[l.msg[i]]
	for i++; i < len(l.msg); i++ {
		c := classes[l.msg[i]]
		if c&clStop != 0 {
			if c&clQuote != 0 && l.inner(start, i) {
				continue
			}
			break
		}
		m |= c
	}
	switch {
	case m&clHigh != 0:
		return l.foreign(start, i, space)
	case m&^clAlpha == 0:
		l.letters(start, i, m, space)
		return i
	}
	return l.token(start, i, m, space)
}

// inner reports whether the apostrophe at i stands between the letters of the word that begins at start, as in can't. One
// after a lone u or b begins a string, as Python writes them.
func (l *line) inner(start, i int) bool {
	if i == start+1 && (l.msg[start] == 'u' || l.msg[start] == 'b') {
		return false
	}
	return i+1 < len(l.msg) && classes[l.msg[i-1]]&clAlpha != 0 && classes[l.msg[i+1]]&clAlpha != 0
}

// token adds the elements of msg[i:j], which holds no stop, and returns where to go on: after j where a query belongs
// to it.
func (l *line) token(i, j int, m uint16, space bool) int {
	e := j
	if j < len(l.msg) && l.msg[j] == '>' && l.msg[j-1] == '-' { // 24M->8M
		if e--; e > i {
			l.token(i, e, l.classesOf(i, e), space)
			space = false
		}
		if !l.full {
			l.stops(e, j+1, space)
		}
		return j + 1
	}
	if m&clPeriod != 0 {
		for e > i && classes[l.msg[e-1]]&clPeriod != 0 {
			e--
		}
		if e == i {
			l.stops(i, j, space)
			return j
		}
		if e < j {
			m = l.classesOf(i, e)
		}
	}
	if m&^clAlpha == 0 {
		l.letters(i, e, m, space)
	} else if m&(clDigit|clDot|clSlash|clBackslash|clColon|clAt) == 0 {
		l.plain(i, e, m, space)
	} else if to := l.typed(i, e, m, space); to > e {
		return to
	}
	if e < j && !l.full {
		l.stops(e, j, false)
	}
	return j
}

func (l *line) classesOf(i, j int) (m uint16) {
	for _, b := range l.msg[i:j] {
		m |= classes[b]
	}
	return m
}

// letters adds a token of letters alone.
func (l *line) letters(i, j int, m uint16, space bool) {
	if l.msg[i] <= 'Z' && l.dateWord(i, j) {
		l.datePart(i, j, space)
		return
	}
	l.plain(i, j, m, space)
}

// plain adds a token that has neither digits nor any of . / \ : @ in it and is no part of a date.
func (l *line) plain(i, j int, m uint16, space bool) {
	if j-i > maxWord || m&^clHex == 0 && (j-i >= 8 || j-i == 2 && l.isPair(i)) {
		l.variable(i, j, space)
		return
	}
	l.word(i, j, space)
}

// typed adds a token that may be a number, an address, a path… and returns where it ended.
func (l *line) typed(i, j int, m uint16, space bool) int {
	b := l.msg[i:j]
	if m&clColon != 0 {
		if m&clSlash != 0 && bytes.Index(b, []byte("://")) > 0 {
			end := l.query(j)
			l.variable(i, end, space)
			return end
		}
		return l.coloned(i, j, m, space)
	}
	if m&clDot != 0 {
		if bytes.Contains(b, []byte("..")) {
			return l.dotted(i, j, space)
		}
	}
	if !l.isVariable(b, m, j) {
		l.word(i, j, space)
		return j
	}
	if m&^(clAlpha|clDigit) == 0 && isNumbered(b) {
		l.word(i, j, space).numbered = true
		return j
	}
	end := j
	if m&clSlash != 0 && bytes.IndexByte(b, '?') > 0 {
		end = l.query(j)
	}
	l.variable(i, end, space)
	return end
}

// isVariable tells it of a token without a colon, which ends at j.
func (l *line) isVariable(b []byte, m uint16, j int) bool {
	switch {
	case len(b) > maxWord:
		return true
	case m&clDigit != 0:
		return !l.isKey(b, j)
	case m&clBackslash != 0:
		return b[0] == '\\' || bytes.Count(b, []byte{'\\'}) > 1
	case m&clSlash != 0:
		return isPath(b, m)
	case m&clAt != 0:
		k := bytes.IndexByte(b, '@')
		return k > 0 && k < len(b)-1
	}
	return false
}

// isNumbered reports whether b is a name with one digit at its end, as ssh2, SOCKS5 or eth0.
func isNumbered(b []byte) bool {
	n := len(b) - 1
	if n < 3 || n > 12 || classes[b[n]]&clDigit == 0 {
		return false
	}
	hex := true
	for _, c := range b[:n] {
		if classes[c]&clAlpha == 0 || c == '_' {
			return false
		}
		hex = hex && classes[c]&clHex != 0
	}
	return !hex
}

// isKey reports whether a token with digits is the name before an equals sign, as r24=0 or x1=5.
func (l *line) isKey(b []byte, j int) bool {
	if j >= len(l.msg) || l.msg[j] != '=' || classes[b[0]]&clAlpha == 0 || len(b) > 24 {
		return false
	}
	digits := 0
	for _, c := range b {
		if classes[c]&clDigit != 0 {
			digits++
		}
	}
	return digits <= 2
}

// isPath tells a path from words with a slash between, such as read/write.
func isPath(b []byte, m uint16) bool {
	if m&(clAlpha|clDigit) == 0 {
		return len(b) == 1
	}
	if b[0] == '/' || b[0] == '~' || b[0] == '.' {
		return true
	}
	return m&clDot != 0 || bytes.Count(b, []byte{'/'}) > 1
}

// query returns the end of a URL's or path's query that goes on after j.
func (l *line) query(j int) int {
	for ; j < len(l.msg); j++ {
		c := l.msg[j]
		switch {
		case classes[c]&clStop == 0 || c == '=':
		case c != ',' && c != ';':
			return j
		case j+1 == len(l.msg) || classes[l.msg[j+1]]&clSpace != 0:
			return j
		}
	}
	return j
}

// dotted splits at runs of dots, as in enable......0.
func (l *line) dotted(i, j int, space bool) int {
	return l.split(i, j, space, '.', 2)
}
