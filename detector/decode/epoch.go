package decode

// The range of epoch seconds that are taken for times when a key or place suggests one: 1990 to 2100.
const (
	minEpoch = 631152000
	maxEpoch = 4102444800
)

// epoch reads a number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size, with an
// exact fraction. Nothing passes through a float.
func (s *stamp) epoch(b []byte) bool {
	neg := len(b) > 0 && b[0] == '-'
	i, whole := 0, int64(0)
	for ; i < len(b) && isDigit(b[i]); i++ {
		if i == 19 {
			return false
		}
		whole = whole*10 + int64(b[i]-'0')
	}
	if i == 0 || neg {
		return false
	}
	frac, scale := int64(0), int64(1_000_000_000) // frac in units of 1e-9 of whole's unit
	if i < len(b) && b[i] == '.' {
		for i++; i < len(b) && isDigit(b[i]); i++ {
			if scale /= 10; scale > 0 {
				frac += int64(b[i]-'0') * scale
			}
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		// 1.795390986469339e+09, as some encoders write large floats
		if i++; i < len(b) && b[i] == '+' {
			i++
		}
		e, ok := digits(b, i, len(b)-i)
		if !ok || e > 18 || whole > 9 {
			return false
		}
		return s.scientific(b, e)
	}
	if i != len(b) {
		return false
	}
	return s.fromUnit(whole, frac)
}

// fromUnit finds the unit by size; frac is in 1e-9 of it.
func (s *stamp) fromUnit(whole, frac int64) bool {
	switch {
	case whole >= minEpoch && whole <= maxEpoch:
		s.sec, s.nano = whole, int(frac)
	case whole >= minEpoch*1e3 && whole <= maxEpoch*1e3:
		s.sec, s.nano = whole/1e3, int(whole%1e3*1e6+frac/1e3)
	case whole >= minEpoch*1e6 && whole <= maxEpoch*1e6:
		s.sec, s.nano = whole/1e6, int(whole%1e6*1e3+frac/1e6)
	case whole >= minEpoch*1e9 && whole <= maxEpoch*1e9:
		s.sec, s.nano = whole/1e9, int(whole%1e9)
	default:
		return false
	}
	s.unix, s.zoned, s.dated, s.clock = true, true, true, true
	return true
}

// scientific reads d.ddde+XX by moving the point.
func (s *stamp) scientific(b []byte, exp int) bool {
	var whole, frac int64
	seen, scale := 0, int64(1_000_000_000)
	for i := 0; i < len(b) && b[i]|0x20 != 'e'; i++ {
		if !isDigit(b[i]) {
			continue
		}
		if seen <= exp {
			whole = whole*10 + int64(b[i]-'0')
		} else if scale /= 10; scale > 0 {
			frac += int64(b[i]-'0') * scale
		}
		seen++
	}
	for ; seen <= exp; seen++ {
		whole *= 10
	}
	return s.fromUnit(whole, frac)
}

// epochText reads an epoch that begins a line: 10 digits with a fraction or 13 digits, then a blank or bracket.
func (s *stamp) epochText(b []byte) int {
	i := 0
	for i < len(b) && i < 32 && (isDigit(b[i]) || b[i] == '.') {
		i++
	}
	if i > 10 && hasPrefix(b[i:], "e+09") && b[1] == '.' { // zap's console
		i += len("e+09")
	}
	if i < 10 || (i < len(b) && b[i] != ' ' && b[i] != ']' && b[i] != '\t' && b[i] != ':' && b[i] != ')' && b[i] != ',' && b[i] != '|') {
		return 0
	}
	if !s.epoch(b[:i]) {
		return 0
	}
	return i
}
