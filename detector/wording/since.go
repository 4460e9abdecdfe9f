package wording

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Since says when: "Since 02:51:02 CET, 14 min ago." and, once resolved, "From 02:51:02 to 03:23:10 CET." in the zone
// loc (nil: UTC). The day is named where it is not that of now. A zero now leaves out how long ago and takes the day
// of the last update.
func Since(in *detector.Incident, now time.Time, loc *time.Location) string {
	today := now
	if now.IsZero() {
		today = in.UpdatedAt
	}
	if in.Status == detector.StatusResolved {
		end := Ended(in)
		if sameDay(in.Onset, end, loc) {
			return "From " + clock(in.Onset, today, loc) + " to " + Clock(end, loc) + "."
		}
		return "From " + clock(in.Onset, today, loc) + " to " + clock(end, today, loc) + " " + Zone(end, loc) + "."
	}
	s := "Since " + clock(in.Onset, today, loc) + " " + Zone(in.Onset, loc)
	if ago := now.Sub(in.Onset); !now.IsZero() && ago >= time.Second {
		s += ", " + coarse(ago) + " ago"
	}
	return s + "."
}

// coarse is how long ago something was: no seconds from two minutes on, they are wrong as soon as they are read.
func coarse(d time.Duration) string {
	switch {
	case d >= 2*time.Minute:
		d = d.Truncate(time.Minute)
	default:
		d = d.Truncate(time.Second)
	}
	return Duration(d)
}

// Clock is a time of day with its zone: 02:51:02 CET.
func Clock(t time.Time, loc *time.Location) string {
	return in(t, loc).Format("15:04:05") + " " + Zone(t, loc)
}

// Zone is the zone's name at t: CET, UTC, or UTC+3 where it has no letters.
func Zone(t time.Time, loc *time.Location) string {
	z, _ := in(t, loc).Zone()
	if z != "" && (z[0] == '+' || z[0] == '-') {
		h := z[1:]
		if len(h) >= 2 && h[0] == '0' {
			h = h[1:]
		}
		if len(h) > 2 {
			h = h[:len(h)-2] + ":" + h[len(h)-2:]
		}
		return "UTC" + z[:1] + h
	}
	return z
}

// clock is a time of day without its zone, and with the day where that is not the day of now.
func clock(t, now time.Time, loc *time.Location) string {
	if sameDay(t, now, loc) {
		return in(t, loc).Format("15:04:05")
	}
	if in(t, loc).Year() != in(now, loc).Year() {
		return in(t, loc).Format("2 Jan 2006 15:04:05")
	}
	return in(t, loc).Format("2 Jan 15:04:05")
}

func sameDay(a, b time.Time, loc *time.Location) bool {
	y1, m1, d1 := in(a, loc).Date()
	y2, m2, d2 := in(b, loc).Date()
	return y1 == y2 && m1 == m2 && d1 == d2
}

func in(t time.Time, loc *time.Location) time.Time {
	if loc == nil {
		loc = time.UTC
	}
	return t.In(loc)
}
