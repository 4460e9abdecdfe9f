package decode

// timeOfDay reads 15:04[:05[.999]] with an AM or PM and a zone after it. A comma may stand before the fraction, and
// the parts may be divided by dots where dots is true (ClickHouse, Unreal).
func (s *stamp) timeOfDay(b []byte, i int, dots bool) int {
	h, ok := digits(b, i, 2)
	j := i + 2
	if !ok {
		if h, ok = digits(b, i, 1); !ok {
			return 0
		}
		j = i + 1
	}
	if j >= len(b) || !(b[j] == ':' || (dots && b[j] == '.')) {
		return 0
	}
	m, ok := digits(b, j+1, 2)
	if !ok || m > 59 || h > 24 {
		return 0
	}
	j += 3
	short := true
	if j < len(b) && (b[j] == ':' || (dots && b[j] == '.')) {
		if sec, ok := digits(b, j+1, 2); ok {
			if sec > 60 {
				return 0
			}
			if sec == 60 {
				sec = 59
			}
			s.second, short = sec, false
			j = s.fraction(b, j+3)
		}
	}
	s.hour, s.minute, s.clock = h, m, true
	return s.afterClock(b, j, short)
}

// afterClock reads what may stand after hours and minutes, or where short is false after seconds and their fraction.
func (s *stamp) afterClock(b []byte, j int, short bool) int {
	if end := s.meridiem(b, j); end > 0 {
		j = end
	} else if s.hour > 23 || (short && !s.dated) {
		return 0
	}
	if j < len(b) && (isDigit(b[j]) || (isAlpha(b[j]) && b[j] != 'Z' && b[j] != 'z')) {
		return 0
	}
	return s.zone(b, j)
}

// fraction reads .999 or ,999 of a second. Behind a colon stand milliseconds, which need not be padded.
func (s *stamp) fraction(b []byte, j int) int {
	if j+1 >= len(b) || (b[j] != '.' && b[j] != ',' && b[j] != ':') || !isDigit(b[j+1]) {
		return j
	}
	if b[j] == ':' {
		if end := s.millis(b, j+1); end > 0 {
			return end
		}
	}
	n, scale := 0, 1_000_000_000
	for j++; j < len(b) && isDigit(b[j]); j++ {
		if scale > 1 {
			n, scale = n*10+int(b[j]-'0'), scale/10
		}
	}
	s.nano = n * scale
	return j
}

// millis reads milliseconds of one or two digits; 0 where there are more.
func (s *stamp) millis(b []byte, j int) int {
	ms, end := 0, j
	for ; end < len(b) && isDigit(b[end]); end++ {
		if end-j == 2 {
			return 0
		}
		ms = ms*10 + int(b[end]-'0')
	}
	s.nano = ms * 1_000_000
	return end
}

// meridiem reads AM or PM. Newer Java puts U+202F before it.
func (s *stamp) meridiem(b []byte, j int) int {
	switch {
	case j+2 < len(b) && b[j] == 0xe2 && b[j+1] == 0x80 && b[j+2] == 0xaf:
		j += 3
	case j+1 < len(b) && b[j] == 0xc2 && b[j+1] == 0xa0:
		j += 2
	case j < len(b) && b[j] == ' ':
		j++
	}
	if s.hour <= 12 && s.hour > 0 { // German, of Java before 9
		switch {
		case hasPrefix(b[min(j, len(b)):], "VORM."):
			s.hour %= 12
			return j + len("VORM.")
		case hasPrefix(b[min(j, len(b)):], "NACHM."):
			s.hour = s.hour%12 + 12
			return j + len("NACHM.")
		}
	}
	if j+2 > len(b) || b[j+1]|0x20 != 'm' || (j+2 < len(b) && isWord(b[j+2])) || s.hour > 12 || s.hour == 0 {
		return 0
	}
	switch b[j] | 0x20 {
	case 'a':
		s.hour %= 12
	case 'p':
		s.hour = s.hour%12 + 12
	default:
		return 0
	}
	return j + 2
}

// zones are the abbreviations that logs write; ambiguous ones have their most common meaning.
var zones = map[string]int{
	"UTC": 0, "GMT": 0, "Z": 0, "UT": 0, "WET": 0, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "BST": 1,
	"WEST": 1, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9,
	"KST": 9, "HKT": 8, "SGT": 8, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}

// zone reads Z, +01:00, +0100, +01, UTC or an abbreviation, directly or after one blank.
func (s *stamp) zone(b []byte, j int) int {
	i := j
	if i < len(b) && b[i] == ' ' {
		i++
	}
	if i >= len(b) {
		return j
	}
	switch c := b[i]; {
	case (c == 'Z' || c == 'z') && (i+1 == len(b) || !isWord(b[i+1])):
		s.zoned = true
		return i + 1
	case c == '+' || c == '-':
		h, ok := digits(b, i+1, 2)
		if !ok || h > 14 {
			return j
		}
		end, m := i+3, 0
		k := end
		if k < len(b) && b[k] == ':' {
			k++
		}
		if v, ok := digits(b, k, 2); ok && v < 60 {
			m, end = v, k+2
		} else if i > j && !(k == end && hasPrefix(b[end:], " [")) { // PostgreSQL: +03 [pid]
			return j
		}
		if end < len(b) && (isWord(b[end]) || b[end] == '-') {
			return j
		}
		s.offset = h*3600 + m*60
		if c == '-' {
			s.offset = -s.offset
		}
		s.zoned = true
		return end
	case isUpper(c):
		k := i
		for k < len(b) && isUpper(b[k]) {
			k++
		}
		if k-i > 4 || (k < len(b) && isWord(b[k])) {
			return j
		}
		if hours, ok := zones[string(b[i:k])]; ok {
			s.offset, s.zoned = hours*3600, true
			return k
		}
	}
	return j
}
