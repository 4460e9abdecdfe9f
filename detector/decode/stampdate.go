package decode

// iso reads 2006-01-02T15:04:05.999Z and its kin: - / . or nothing between the parts of the date, T, a blank, an
// underscore, a comma or a tab before the time, a two-digit year where slashes divide. A date alone is no stamp.
func (s *stamp) iso(b []byte) int {
	if s.civil(b) {
		return s.afterClock(b, s.fraction(b, civilLen), false)
	}
	y, ok := digits(b, 0, 4)
	i := 4
	if !ok {
		if y, ok = digits(b, 0, 2); !ok || len(b) < 3 || b[2] != '/' {
			return s.logcat(b)
		}
		y, i = y+2000, 2
	}
	if i >= len(b) {
		return 0
	}
	sep := b[i]
	if sep == ' ' && i == 4 && len(b) > 10 && monthOf(b[5:]) > 0 { // 2006 Jan _2 15:04:05
		n := s.monthFirst(b[5:])
		if n == 0 || s.year != 0 || y < 1970 || y > 2261 {
			return 0
		}
		s.year = y
		return n + 5
	}
	if isDigit(sep) {
		if n := s.compact(b); n > 0 {
			return n
		}
		*s = stamp{}
		return s.packed(b)
	}
	if sep != '-' && sep != '/' && sep != '.' {
		return 0
	}
	m, ok := digits(b, i+1, 2)
	d, ok2 := digits(b, i+4, 2)
	if !ok || !ok2 || b[i+3] != sep || !validDate(y, m, d) {
		return 0
	}
	i += 6
	if i >= len(b) {
		return 0
	}
	switch {
	case b[i] == 'T' || b[i] == 't' || b[i] == '_' || b[i] == '-' || b[i] == ':' || b[i] == '\t':
		i++
	case b[i] == ',' || b[i] == ' ':
		for i < len(b) && (b[i] == ',' || b[i] == ' ') {
			i++
		}
		if i+1 < len(b) && b[i] == '-' && b[i+1] == ' ' { // gin
			i += 2
		}
	case b[i] == ']' && i+1 < len(b) && b[i+1] == '[': // fern: [2006-01-02][15:04:05]
		i += 2
	default:
		return 0
	}
	s.year, s.month, s.day, s.dated = y, m, d, true
	return s.timeOfDay(b, i, sep == '.')
}

const civilLen = len("2006-01-02T15:04:05")

// civil reads 2006-01-02T15:04:05 with dashes or slashes and T or a blank, what most loggers write, in one look at each
// byte. Where the text is another it leaves s as it is.
func (s *stamp) civil(b []byte) bool {
	if len(b) < civilLen {
		return false
	}
	t := (*[civilLen]byte)(b)
	if t[4] != t[7] || (t[4] != '-' && t[4] != '/') || (t[10] != 'T' && t[10] != ' ') || t[13] != ':' || t[16] != ':' {
		return false
	}
	century, year := pair(t[0], t[1]), pair(t[2], t[3])
	month, day := pair(t[5], t[6]), pair(t[8], t[9])
	hour, minute, second := pair(t[11], t[12]), pair(t[14], t[15]), pair(t[17], t[18])
	if hour > 23 || minute > 59 || second > 59 || century > 99 || year > 99 || !validDate(century*100+year, month, day) {
		return false
	}
	s.year, s.month, s.day, s.dated = century*100+year, month, day, true
	s.hour, s.minute, s.second, s.clock = hour, minute, second, true
	return true
}

// pair is the number of two digits, or more than 99 where they are none.
func pair(tens, units byte) int {
	tens, units = tens-'0', units-'0'
	if tens > 9 || units > 9 {
		return 100
	}
	return int(tens)*10 + int(units)
}

// compact reads 20060102T150405Z, 20060102 15:04:05 and 20060102150405.
func (s *stamp) compact(b []byte) int {
	y, _ := digits(b, 0, 4)
	m, ok := digits(b, 4, 2)
	d, ok2 := digits(b, 6, 2)
	if !ok || !ok2 || y < 1971 || y > 2261 || !validDate(y, m, d) || len(b) < 9 {
		return 0
	}
	s.year, s.month, s.day, s.dated = y, m, d, true
	i := 8
	if b[i] == '-' {
		return s.loose(b, 9)
	}
	if b[i] == 'T' || b[i] == ' ' {
		i++
	}
	h, ok := digits(b, i, 2)
	if ok && i+2 < len(b) && b[i+2] == ':' && i > 8 {
		return s.timeOfDay(b, i, false)
	}
	mi, ok2 := digits(b, i+2, 2)
	sec, ok3 := digits(b, i+4, 2)
	if !ok || !ok2 || !ok3 || h > 23 || mi > 59 || sec > 59 {
		return 0
	}
	s.hour, s.minute, s.second, s.clock = h, mi, sec, true
	j := i + 6
	if i > 8 {
		j = s.fraction(b, j)
	}
	if j < len(b) && isDigit(b[j]) {
		return 0
	}
	return s.zone(b, j)
}

// dayFirst reads 02 Jan 2006 15:04:05, 02/Jan/2006:15:04:05 -0700, 02-Jan-2006 15:04:05 and the like.
func (s *stamp) dayFirst(b []byte) int {
	d, ok := digits(b, 0, 2)
	i := 2
	if !ok {
		if d, ok = digits(b, 0, 1); !ok {
			return 0
		}
		i = 1
	}
	if i >= len(b) || (b[i] != '/' && b[i] != '-' && b[i] != ' ') {
		return 0
	}
	m := monthOf(b[i+1:])
	if m == 0 || i+5 >= len(b) {
		return 0
	}
	y, ok := digits(b, i+5, 4)
	if !ok && b[i] == ' ' && b[i+4] == ' ' && validDate(0, m, d) { // 02 Jan 15:04:05, of older Redis
		s.month, s.day, s.dated = m, d, true
		return s.timeOfDay(b, i+5, false)
	}
	if !ok || b[i+4] != b[i] || !validDate(y, m, d) {
		return 0
	}
	i += 9
	for i < len(b) && (b[i] == ' ' || b[i] == ':' || b[i] == ',' || b[i] == 'T') {
		i++
	}
	s.year, s.month, s.day, s.dated = y, m, d, true
	return s.timeOfDay(b, i, false)
}

// american reads 01/02/2006, 3:04:05 PM, and 02/01/2006 where the first number cannot be a month. Where dashes or dots
// divide, the day comes first, unless it cannot.
func (s *stamp) american(b []byte) int {
	i, parts, divider := 0, [2]int{}, byte(0)
	for k := range parts {
		v, ok := digits(b, i, 2)
		n := 2
		if !ok {
			if v, ok = digits(b, i, 1); !ok {
				return 0
			}
			n = 1
		}
		if i += n; i >= len(b) || b[i] != '/' && b[i] != '-' && b[i] != '.' || k > 0 && b[i] != divider {
			return 0
		}
		divider = b[i]
		parts[k], i = v, i+1
	}
	y, ok := digits(b, i, 4)
	if !ok && divider == '/' { // 1/2/06 15:04:05, of WebSphere
		if y, ok = digits(b, i, 2); ok && i+2 < len(b) && b[i+2] == ' ' {
			y += 2000
			i -= 2
		} else {
			return 0
		}
	}
	if !ok {
		return 0
	}
	m, d := parts[0], parts[1]
	if m > 12 || divider != '/' && d <= 12 {
		m, d = d, m
	}
	i += 4
	if !validDate(y, m, d) || i >= len(b) {
		return 0
	}
	for i < len(b) && (b[i] == ' ' || b[i] == ',' || b[i] == '-') {
		i++
	}
	s.year, s.month, s.day, s.dated = y, m, d, true
	return s.timeOfDay(b, i, false)
}

// monthFirst reads Jan _2 15:04:05, Jan 2, 2006 3:04:05 PM, Mon Jan _2 15:04:05 2006 and Mon, 02 Jan 2006 15:04:05.
func (s *stamp) monthFirst(b []byte) int {
	i := 0
	if weekday(b) {
		if i = 3; i < len(b) && b[i] == ',' {
			i++
		}
		if i >= len(b) || b[i] != ' ' {
			return 0
		}
		if i++; i < len(b) && isDigit(b[i]) {
			n := s.iso(b[i:]) // journalctl's short-full
			if n == 0 {
				*s = stamp{}
				n = s.dayFirst(b[i:])
			}
			if n == 0 {
				return 0
			}
			return i + n
		}
	}
	m, n := monthName(b[i:])
	if m == 0 {
		return s.slashedMonth(b[i:])
	}
	i += n + 1
	if b[i] == ' ' {
		i++
	}
	d, ok := digits(b, i, 2)
	if ok {
		i += 2
	} else if d, ok = digits(b, i, 1); ok {
		i++
	}
	if !ok || i >= len(b) || !validDate(0, m, d) {
		return 0
	}
	s.month, s.day, s.dated = m, d, true
	if b[i] == ',' {
		i++
	}
	if i >= len(b) || b[i] != ' ' {
		return 0
	}
	i++
	if y, ok := digits(b, i, 4); ok && i+4 < len(b) && (b[i+4] == ' ' || b[i+4] == ',') && y >= 1970 && y <= 2261 {
		s.year = y
		for i += 4; i < len(b) && (b[i] == ' ' || b[i] == ','); i++ {
		}
	}
	n = s.timeOfDay(b, i, false)
	if n > 0 && s.year == 0 && n < len(b) && b[n] == ' ' {
		if y, ok := digits(b, n+1, 4); ok && y >= 1970 && y < 2262 && (n+5 == len(b) || !isWord(b[n+5])) {
			s.year = y
			return n + 5
		}
	}
	return n
}

func weekday(b []byte) bool {
	if len(b) < 5 || (b[3] != ' ' && b[3] != ',') {
		return false
	}
	switch string(b[:3]) {
	case "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun":
		return true
	}
	return false
}
