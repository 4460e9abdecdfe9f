package wording

import (
	"strconv"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// Duration prints a length of time in at most two units: 0.6 s, 40 s, 14 min 18 s, 3 h 52 min, 2 d 4 h, 214 weeks.
func Duration(d time.Duration) string {
	if d < 0 {
		return "-" + Duration(-d)
	}
	switch {
	case d == 0:
		return "0 s"
	case d < time.Millisecond:
		return "under 1 ms"
	case d < 100*time.Millisecond:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < 10*time.Second:
		return trim(d.Seconds(), 1) + " s"
	}
	d = d.Round(time.Second)
	switch {
	case d < time.Minute:
		return two(d, time.Second, "s", 0, "")
	case d < time.Hour:
		return two(d, time.Minute, "min", time.Second, "s")
	case d.Round(time.Minute) < day:
		return two(d.Round(time.Minute), time.Hour, "h", time.Minute, "min")
	case d.Round(time.Hour) < 2*week:
		return two(d.Round(time.Hour), day, "d", time.Hour, "h")
	}
	return Count(uint64((d+week/2)/week)) + " weeks"
}

func two(d, big time.Duration, bigName string, small time.Duration, smallName string) string {
	s := strconv.FormatInt(int64(d/big), 10) + " " + bigName
	if small > 0 && d%big >= small {
		s += " " + strconv.FormatInt(int64(d%big/small), 10) + " " + smallName
	}
	return s
}

// InWords prints a length of time as a sentence says it after "in" or "for": a minute, 90 seconds, 5 minutes, an hour,
// 2 hours, a day. Over 2 minutes it is rounded to minutes, over 2 hours to what Duration prints.
func InWords(d time.Duration) string {
	switch {
	case d <= 0:
		return "no time"
	case d < time.Second:
		return Duration(d)
	case d < 119500*time.Millisecond && d != time.Minute:
		n := uint64(d.Round(time.Second) / time.Second)
		if n == 1 {
			return "a second"
		}
		return Count(n) + " seconds"
	case d < 2*time.Hour && d.Round(time.Minute) != time.Hour:
		n := uint64(d.Round(time.Minute) / time.Minute)
		if n == 1 {
			return "a minute"
		}
		return Count(n) + " minutes"
	}
	d = d.Round(time.Minute)
	for _, u := range []struct {
		size      time.Duration
		one, many string
	}{{week, "a week", "weeks"}, {day, "a day", "days"}, {time.Hour, "an hour", "hours"}} {
		if d%u.size == 0 && d >= u.size {
			if d == u.size {
				return u.one
			}
			return Count(uint64(d/u.size)) + " " + u.many
		}
	}
	return Duration(d)
}

// OnceIn prints how rarely something happens: 214 weeks, 3 days, 9 hours. Empty for 0, which means unknown.
func OnceIn(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d >= 2*week:
		return Count(uint64((d+week/2)/week)) + " weeks"
	case d >= 2*day:
		return InWords(d.Round(day))
	case d >= 2*time.Hour:
		return InWords(d.Round(time.Hour))
	}
	return InWords(d)
}
