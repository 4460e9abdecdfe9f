package template

func isDay(w []byte) bool {
	switch string(w) {
	case "mon", "tue", "wed", "thu", "fri", "sat", "sun",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday":
		return true
	}
	return false
}

func isMonth(w []byte) bool {
	switch string(w) {
	case "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
		"january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december":
		return true
	}
	return false
}

// dateStart reports whether the first three letters are those of a month or weekday, in any case: most words are done
// with then.
func dateStart(w []byte) bool {
	switch uint32(w[0]|0x20)<<16 | uint32(w[1]|0x20)<<8 | uint32(w[2]|0x20) {
	case 'j'<<16 | 'a'<<8 | 'n', 'f'<<16 | 'e'<<8 | 'b', 'm'<<16 | 'a'<<8 | 'r', 'a'<<16 | 'p'<<8 | 'r', 'm'<<16 | 'a'<<8 | 'y',
		'j'<<16 | 'u'<<8 | 'n', 'j'<<16 | 'u'<<8 | 'l', 'a'<<16 | 'u'<<8 | 'g', 's'<<16 | 'e'<<8 | 'p', 'o'<<16 | 'c'<<8 | 't',
		'n'<<16 | 'o'<<8 | 'v', 'd'<<16 | 'e'<<8 | 'c', 'm'<<16 | 'o'<<8 | 'n', 't'<<16 | 'u'<<8 | 'e', 'w'<<16 | 'e'<<8 | 'd',
		't'<<16 | 'h'<<8 | 'u', 'f'<<16 | 'r'<<8 | 'i', 's'<<16 | 'a'<<8 | 't', 's'<<16 | 'u'<<8 | 'n':
		return true
	}
	return false
}

func isZone(w []byte) bool {
	switch string(w) {
	case "utc", "gmt", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "cet", "cest", "eet", "eest", "wet", "west",
		"bst", "ist", "jst", "kst", "msk", "aest", "aedt", "hkt", "sgt", "am", "pm":
		return true
	}
	return false
}

// dateWord reports whether the word is part of a date: a weekday or month beside a number, a zone after one.
func (l *line) dateWord(i, j int) bool {
	n := j - i
	if n < 2 || n > 9 || l.msg[i] < 'A' || l.msg[i] > 'Z' {
		return false
	}
	after := l.n > 0 && l.elems[l.n-1].kind == elemVar
	if !after && (n < 3 || !dateStart(l.msg[i:])) {
		return false
	}
	var buf [9]byte
	for k := range n {
		buf[k] = l.msg[i+k] | 0x20
	}
	w := buf[:n]
	switch {
	case after && isZone(w):
		return l.msg[i+1] < 'a' // upper case: west and ist are words
	case isMonth(w):
		return after || l.digitFollows(j)
	case isDay(w):
		return l.digitFollows(j) || l.monthFollows(j)
	}
	return false
}

func (l *line) skipGap(j int) int {
	for j < len(l.msg) && (classes[l.msg[j]]&clSpace != 0 || l.msg[j] == ',' || l.msg[j] == '.') {
		j++
	}
	return j
}

func (l *line) digitFollows(j int) bool {
	j = l.skipGap(j)
	return j < len(l.msg) && classes[l.msg[j]]&clDigit != 0
}

func (l *line) monthFollows(j int) bool {
	j = l.skipGap(j)
	if j+3 > len(l.msg) {
		return false
	}
	w := [3]byte{l.msg[j] | 0x20, l.msg[j+1] | 0x20, l.msg[j+2] | 0x20}
	for k := j; k < len(l.msg) && k < j+10; k++ {
		if classes[l.msg[k]]&clAlpha == 0 {
			return isMonth(w[:]) && l.digitFollows(k)
		}
	}
	return false
}

// datePart adds a word of a date: to the date before it, if it stands there.
func (l *line) datePart(i, j int, space bool) {
	if l.n > 0 && l.elems[l.n-1].kind == elemVar {
		l.elems[l.n-1].end = int32(j)
	} else {
		l.variable(i, j, space)
		l.timed = false
	}
	l.date = true
}

// isDate reports whether b is a date in digits: 2015-07-29, 2015/07/29, 29.07.2015.
func isDate(b []byte) bool {
	if len(b) != 10 {
		return false
	}
	c := b[4]
	if c == '-' || c == '/' || c == '.' {
		return b[7] == c
	}
	c = b[2]
	return (c == '-' || c == '/' || c == '.') && b[5] == c
}

// dateGoesOn reports whether msg[i:j], which stands after a date, is more of it: a day, a time of day, a year, a zone.
func (l *line) dateGoesOn(i, j int) bool {
	b := l.msg[i:j]
	colons, digits := 0, 0
	for _, c := range b {
		if c == ':' {
			colons++
		} else if classes[c]&clDigit != 0 {
			digits++
		}
	}
	switch {
	case colons > 0:
		l.timed = digits >= 3 && classes[b[0]]&clDigit != 0
		return l.timed
	case digits == len(b):
		return digits <= 2 && !l.timed || digits == 4 && (b[0] == '1' || b[0] == '2')
	case b[0] == '+' || b[0] == '-':
		return digits == 4 && len(b) == 5
	}
	return false
}
