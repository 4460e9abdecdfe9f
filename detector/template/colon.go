package template

import "bytes"

// coloned adds a token with colons inside: times, addresses, host:port, and words that a colon joins.
func (l *line) coloned(i, j int, m uint16, space bool) int {
	b := l.msg[i:j]
	if len(b) > 2 && b[1] == ':' && b[2] == '\\' { // a drive and a path
		j = l.pathGoesOn(j)
		l.variable(i, j, space)
		return j
	}
	masked := i > 0 && l.msg[i-1] == '>' && bytes.HasPrefix(b, []byte("::")) // what a mask ends is no address that begins here
	if m&clDigit != 0 && !masked && hexGroups(b) || !bytes.Contains(b, []byte("::")) {
		l.joined(i, j, m, space)
		return j
	}
	return l.split(i, j, space, ':', 2)
}

// joined adds a token, or a part of one between double colons, that single colons join. What stands behind a double colon
// does not decide on what stands before it: a mask there would end the token.
func (l *line) joined(i, j int, m uint16, space bool) {
	if b := l.msg[i:j]; m&clDigit != 0 && (allNumbered(b) || hexGroups(b) || hostPort(b)) {
		l.variable(i, j, space)
		return
	}
	for m&clDigit != 0 && i < j && !l.full {
		from, to := numberedRun(l.msg, i, j)
		if from == to {
			break
		}
		if from > i {
			l.split(i, from, space, ':', 1)
			space = false
		}
		if !l.full {
			l.variable(from, to, space)
			space = false
		}
		i = to
	}
	l.split(i, j, space, ':', 1)
}

// numberedRun returns the first parts of msg[i:j], at least two in a row, that all have a digit: they are one variable, whatever
// stands beside them, as 10.0.0.1:80 is in 10.0.0.1:80:up. from is to where there are none.
func numberedRun(msg []byte, i, j int) (from, to int) {
	parts, digit := 0, false
	from = i
	for k := i; k <= j; k++ {
		if k < j && msg[k] != ':' {
			digit = digit || classes[msg[k]]&clDigit != 0
			continue
		}
		if digit && classes[msg[k-1]]&clPeriod == 0 {
			parts, to = parts+1, k
		} else if parts > 1 {
			break
		} else {
			from, parts = k+1, 0
		}
		digit = false
	}
	if parts > 1 {
		return from, to
	}
	return j, j
}

// pathGoesOn returns where the path of Windows ends that has a blank at j inside a name, as C:\Program Files\x has; j where it
// ends there.
func (l *line) pathGoesOn(j int) int {
	const more = " Files (x86)"
	for j < len(l.msg) && l.msg[j] == ' ' {
		to := j + 1
		if bytes.HasPrefix(l.msg[j:], []byte(more)) {
			to = j + len(more)
		}
		for to < len(l.msg) && classes[l.msg[to]]&(clStop|clColon) == 0 {
			to++
		}
		if bytes.IndexByte(l.msg[j+1:to], '\\') < 1 || to < len(l.msg) && l.msg[to] == ':' {
			break
		}
		for classes[l.msg[to-1]]&clPeriod != 0 {
			to--
		}
		j = to
	}
	return j
}

// split cuts msg[i:j] where at stands at least as often in a row as run tells, 1 or 2. The stops before a cut go with it, as
// they would at the end of a token.
func (l *line) split(i, j int, space bool, at byte, run int) int {
	for i < j && !l.full {
		k, m := i, uint16(0)
		for ; k < j; k++ {
			c := l.msg[k]
			if c == at && (run == 1 || k+1 < j && l.msg[k+1] == at) {
				break
			}
			m |= classes[c]
		}
		e := k
		if k < j {
			for k > i && classes[l.msg[k-1]]&clPeriod != 0 {
				k--
			}
			if k < e {
				m = l.classesOf(i, k)
			}
			for e < j && classes[l.msg[e]]&clPeriod != 0 {
				e++
			}
		}
		if k > i {
			if at == ':' && run > 1 {
				l.joined(i, k, m, space)
			} else {
				l.piece(i, k, m, space)
			}
			space = false
		}
		if e > k && !l.full {
			l.stops(k, e, space)
			space = false
		}
		i = e
	}
	return j
}

// piece adds a part between colons.
func (l *line) piece(i, j int, m uint16, space bool) {
	switch {
	case m&^clAlpha == 0:
		l.letters(i, j, m, space)
	case m&(clDigit|clDot|clSlash|clBackslash|clAt) == 0:
		l.plain(i, j, m, space)
	default:
		l.typed(i, j, m, space)
	}
}

// allNumbered reports whether every part between colons has a digit: 12:30:45, 10.0.0.1:80, 2015-07-29T17:41:44Z.
func allNumbered(b []byte) bool {
	digit, parts := false, 0
	for _, c := range b {
		if c == ':' {
			if !digit {
				return false
			}
			digit = false
			parts++
			continue
		}
		digit = digit || classes[c]&clDigit != 0
	}
	return digit && parts > 0
}

// hexGroups reports whether b is two or more colons between groups of up to four hex digits: a MAC or IPv6 address,
// with its port or prefix length.
func hexGroups(b []byte) bool {
	colons, group := 0, 0
	for k, c := range b {
		switch {
		case c == ':':
			colons++
			group = 0
		case classes[c]&(clHex|clDigit) != 0:
			if group++; group > 4 {
				return false
			}
		case (c == '/' || c == '%' || c == '.') && colons > 1 && k > 2:
			return true
		default:
			return false
		}
	}
	return colons > 1
}

// hostPort reports whether b is a name with a dot in it, or localhost, and a port.
func hostPort(b []byte) bool {
	k := bytes.LastIndexByte(b, ':')
	if k <= 0 || k == len(b)-1 || bytes.IndexByte(b[:k], ':') >= 0 {
		return false
	}
	for _, c := range b[k+1:] {
		if classes[c]&clDigit == 0 {
			return false
		}
	}
	dots := bytes.Count(b[1:k], []byte{'.'})
	if dots != 1 {
		return dots > 1 || string(b[:k]) == "localhost"
	}
	for _, c := range b[:k] {
		if c >= 'A' && c <= 'Z' {
			return false // thing.someValue:5
		}
	}
	return true
}
