package decode

// packed reads 060102 150405 before a blank, as older Hadoop writes it, and 060102 15:04:05 (Tornado, older MySQL).
func (s *stamp) packed(b []byte) int {
	if len(b) < 14 || b[6] != ' ' {
		return 0
	}
	date, ok := digits(b, 0, 6)
	y, m, d := 2000+date/10000, date/100%100, date%100
	if !ok || !validDate(y, m, d) {
		return 0
	}
	s.year, s.month, s.day, s.dated = y, m, d, true
	clock, ok := digits(b, 7, 6)
	if !ok {
		return s.timeOfDay(b, skipBlanks(b, 7), false)
	}
	if b[13] != ' ' || clock/10000 > 23 || clock/100%100 > 59 || clock%100 > 59 {
		return 0
	}
	s.hour, s.minute, s.second, s.clock = clock/10000, clock/100%100, clock%100, true
	return 13
}

// loose reads hours, minutes, seconds and milliseconds that have no leading zeros: 22:5:3:17.
func (s *stamp) loose(b []byte, i int) int {
	var part [4]int
	n := 0
	for ; n < len(part); n++ {
		start := i
		for i < len(b) && isDigit(b[i]) && i-start < 3 {
			part[n] = part[n]*10 + int(b[i]-'0')
			i++
		}
		if i == start {
			return 0
		}
		if i >= len(b) || (b[i] != ':' && b[i] != '.' && b[i] != ',') {
			n++
			break
		}
		if n < len(part)-1 {
			i++
		}
	}
	if n < 3 || part[0] > 23 || part[1] > 59 || part[2] > 59 || (i < len(b) && isWord(b[i])) {
		return 0
	}
	s.hour, s.minute, s.second, s.nano, s.clock = part[0], part[1], part[2], part[3]*1_000_000, true
	return s.zone(b, i)
}

// logcat reads 01-02 15:04:05.999, as Android writes it, and 01-02|15:04:05 of log15 and geth.
func (s *stamp) logcat(b []byte) int {
	m, ok := digits(b, 0, 2)
	d, ok2 := digits(b, 3, 2)
	if !ok || !ok2 || len(b) < 14 || (b[2] != '-' && b[2] != '.') || (b[5] != ' ' && b[5] != '|') || !validDate(0, m, d) {
		return 0
	}
	s.month, s.day, s.dated = m, d, true
	return s.timeOfDay(b, 6, false)
}
