package decode

import "time"

// stamp is a time as it was written: some parts may be missing.
type stamp struct {
	year, month, day    int // 0: not stated
	hour, minute        int
	second, nano        int
	offset              int // seconds east of UTC
	zoned, dated, clock bool
	unix                bool // epoch: the instant is in sec and nano
	sec                 int64
}

// whole reports whether the stamp names an instant with no guessing.
func (s *stamp) whole() bool { return s.unix || (s.dated && s.year != 0 && s.zoned) }

// resolve makes an instant of the stamp. ref completes what is missing: the day that lies nearest to it, and the
// nearest year in which the stamp is not more than two days ahead.
// What has no zone is taken to be UTC.
func (s *stamp) resolve(ref time.Time) time.Time {
	if s.unix {
		return time.Unix(s.sec, int64(s.nano)).UTC()
	}
	switch {
	case !s.dated:
		day := ref.Add(time.Duration(s.offset) * time.Second).UTC()
		y, m, d := day.Date()
		return s.nearest(ref, s.instant(y, int(m), d-1), s.instant(y, int(m), d), s.instant(y, int(m), d+1))
	case s.year == 0:
		y := ref.Year()
		if s.month == 2 && s.day == 29 { // the nearest year that has one
			for _, near := range [...]int{y, y - 1, y + 1, y - 2, y + 2, y - 3, y + 3, y - 4} {
				if leap(near) {
					return s.instant(near, 2, 29)
				}
			}
		}
		t := s.nearest(ref, s.instant(y-1, s.month, s.day), s.instant(y, s.month, s.day), s.instant(y+1, s.month, s.day))
		if t.Sub(ref) > 48*time.Hour { // what is logged has happened
			t = s.instant(t.Year()-1, s.month, s.day)
		}
		return t
	}
	return s.instant(s.year, s.month, s.day)
}

func (s *stamp) nearest(ref time.Time, before, same, after time.Time) time.Time {
	best := same
	for _, t := range [...]time.Time{before, after} {
		if t.Sub(ref).Abs() < best.Sub(ref).Abs() {
			best = t
		}
	}
	return best
}

// instant converts a civil date with the days-from-civil algorithm of Howard Hinnant.
func (s *stamp) instant(y, m, d int) time.Time {
	if m <= 2 {
		y--
	}
	era := y / 400
	yoe := y - era*400
	mp := (m + 9) % 12
	doy := (153*mp+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	days := int64(era)*146097 + int64(doe) - 719468
	sec := days*86400 + int64(s.hour*3600+s.minute*60+s.second-s.offset)
	return time.Unix(sec, int64(s.nano)).UTC()
}

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

// validDate checks month and day; the year may be missing.
func validDate(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 || day > 31 || (year != 0 && (year < 1970 || year > 2261)) {
		return false
	}
	switch month {
	case 4, 6, 9, 11:
		return day <= 30
	case 2:
		return day <= 28 || (day == 29 && (year == 0 || leap(year)))
	}
	return true
}

// digits reads n digits at i.
func digits(b []byte, i, n int) (int, bool) {
	if i+n > len(b) {
		return 0, false
	}
	v := 0
	for _, c := range b[i : i+n] {
		if !isDigit(c) {
			return 0, false
		}
		v = v*10 + int(c-'0')
	}
	return v, true
}

// parseStamp reads the time that begins b and returns how many bytes it took; 0 where there is none.
func parseStamp(b []byte) (s stamp, n int) {
	if n = s.parse(b); n == 0 {
		return stamp{}, 0
	}
	return s, n
}

// parse is parseStamp into s, which is empty before, and anything where it is 0.
func (s *stamp) parse(b []byte) int {
	if len(b) < 5 {
		return 0
	}
	c := b[0]
	switch {
	case isDigit(c):
		if n := s.iso(b); n > 0 {
			return n
		}
		*s = stamp{}
		if n := s.dayFirst(b); n > 0 {
			return n
		}
		*s = stamp{}
		if n := s.american(b); n > 0 {
			return n
		}
		*s = stamp{}
		if n := s.timeOfDay(b, 0, false); n > 0 {
			return n
		}
		*s = stamp{}
		return s.epochText(b)
	case isAlpha(c):
		return s.monthFirst(b)
	}
	return 0
}

// stampOf reads a text that is nothing but a time.
func stampOf(b []byte) (stamp, bool) {
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	s, n := parseStamp(b)
	return s, n > 0 && n == len(b)
}
