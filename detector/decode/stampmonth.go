package decode

// monthOf reads the three letters of a month.
func monthOf(b []byte) int {
	if len(b) < 3 {
		return 0
	}
	const months = "janfebmaraprmayjunjulaugsepoctnovdec"
	x, y, z := b[0]|0x20, b[1]|0x20, b[2]|0x20
	for i := 0; i < len(months); i += 3 {
		if months[i] == x && months[i+1] == y && months[i+2] == z {
			if len(b) > 3 && isWord(b[3]) {
				return 0
			}
			return i/3 + 1
		}
	}
	return 0
}

// slashedMonth reads jan/02/2006 15:04:05 and jan/02 15:04:05, of RouterOS before version 7.
func (s *stamp) slashedMonth(b []byte) int {
	if len(b) < 15 || b[3] != '/' {
		return 0
	}
	m := monthOf(b)
	day, ok := digits(b, 4, 2)
	if m == 0 || !ok || !validDate(0, m, day) {
		return 0
	}
	i := 6
	if b[i] == '/' {
		if s.year, ok = digits(b, 7, 4); !ok || s.year < 1970 || s.year > 2261 || !validDate(s.year, m, day) {
			return 0
		}
		i = 11
	}
	if b[i] != ' ' {
		return 0
	}
	s.month, s.day, s.dated = m, day, true
	return s.timeOfDay(b, i+1, false)
}

// monthName reads the name of a month before a blank and gives its length: three letters, or the whole name or its
// abbreviation, with a point or without, in English and in the languages whose names java.util.logging puts before the
// day. 0 where there is none.
func monthName(b []byte) (month, n int) {
	const firstLetters = 1 | // a
		1<<('d'-'a') | 1<<('e'-'a') | 1<<('f'-'a') | 1<<('g'-'a') | 1<<('j'-'a') |
		1<<('l'-'a') | 1<<('m'-'a') | 1<<('n'-'a') | 1<<('o'-'a') | 1<<('s'-'a')
	if len(b) < 5 || firstLetters>>((b[0]|0x20)-'a')&1 == 0 {
		return 0, 0
	}
	if month = monthOf(b); month > 0 && b[3] == ' ' {
		return month, 3
	}
	for n < len(b) && n < 12 && (isAlpha(b[n]) || b[n] >= 0x80) {
		n++
	}
	end := n
	if end < len(b) && b[end] == '.' {
		end++
	}
	if n < 3 || end+2 >= len(b) || b[end] != ' ' || !isDigit(b[end+1]) && b[end+1] != ' ' {
		return 0, 0
	}
	if month > 0 && n == 3 {
		return month, end
	}
	var buf [12]byte
	for i := range n {
		if buf[i] = b[i]; b[i] < 0x80 {
			buf[i] |= 0x20
		}
	}
	return monthNames[string(buf[:n])], end
}

// monthNames are the names of months beyond their first three letters in English.
var monthNames = map[string]int{}

func init() {
	for m, names := range [...][]string{
		{"january", "januar", "janvier", "janv", "enero", "ene", "gennaio", "gen", "jän", "jänner"},
		{"february", "februar", "février", "févr", "febrero", "febbraio"},
		{"march", "märz", "mär", "mrz", "mars", "marzo"},
		{"april", "avril", "avr", "abril", "abr", "aprile"},
		{"may", "mai", "mayo", "maggio", "mag"},
		{"june", "juni", "juin", "junio", "giugno", "giu"},
		{"july", "juli", "juil", "juillet", "julio", "luglio", "lug"},
		{"august", "août", "agosto", "ago"},
		{"september", "sept", "septembre", "septiembre", "settembre", "set"},
		{"october", "oktober", "okt", "octobre", "octubre", "ottobre", "ott"},
		{"november", "novembre", "noviembre"},
		{"december", "dezember", "dez", "décembre", "déc", "diciembre", "dic", "dicembre"},
	} {
		for _, name := range names {
			monthNames[name] = m + 1
		}
	}
}
