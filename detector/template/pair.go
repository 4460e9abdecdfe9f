package template

// isPair reports whether the two letters msg[i:i+2] are a byte of a dump, as in 4f fa 03 be: pairs of hex digits stand around.
func (l *line) isPair(i int) bool {
	if classes[l.msg[i]]&classes[l.msg[i+1]]&clHex == 0 {
		return false
	}
	next, digit := l.pairAt(i + 3)
	if l.n > 0 && l.elems[l.n-1].kind == elemVar {
		last := &l.elems[l.n-1]
		if at := int(last.end) - 2; at+3 == i && at >= int(last.start) && (at == int(last.start) || l.msg[at-1] == ' ') && classes[l.msg[at]]&classes[l.msg[at+1]]&^(clHex|clDigit) == 0 {
			return next || i+2 == len(l.msg) || classes[l.msg[i+2]]&clStop != 0 && l.msg[i+2] != ' '
		}
	}
	if !next {
		return false
	}
	more, further := l.pairAt(i + 6)
	return more && (digit || further)
}

// pairAt reports whether two hex digits stand at i alone, and whether one of them is no letter.
func (l *line) pairAt(i int) (pair, digit bool) {
	if i+2 > len(l.msg) || l.msg[i-1] != ' ' || i+2 < len(l.msg) && classes[l.msg[i+2]]&clStop == 0 {
		return false, false
	}
	a, b := classes[l.msg[i]], classes[l.msg[i+1]]
	return (a|b)&^(clHex|clDigit) == 0, (a|b)&clDigit != 0
}
