// Package calendar says whether a time lies in a calendar, and until when. Times are those of the clock on the wall of a
// zone: an hour that a change of clocks leaves out is left out, and one that comes twice counts twice.
package calendar

import "time"

// Calendar is a set of times: those of any of its parts.
type Calendar []*Part

// Part holds where its weekday, its date and its time of day hold at once. What is not given always holds.
type Part struct {
	days  [7]bool // by time.Weekday
	dates []dates // none: every day
	times []span  // none: the whole day
	zone  *time.Location
}

// span is from one minute of the day to another, exclusive. Where to is not after from it goes on into the next day.
type span struct{ from, to int }

// dates is from one date to another, both in it. Without a year it is every year's, and may go over its end.
type dates struct {
	from, to date
	yearly   bool
}

// date is a year (0: every year), a month and a day as one number that orders them.
type date int

func dateOf(year int, month time.Month, day int) date { return date(year*10000 + int(month)*100 + day) }

// Covers reports whether t lies in the calendar.
func (c Calendar) Covers(t time.Time) bool {
	for _, p := range c {
		if p.covers(t) {
			return true
		}
	}
	return false
}

func (p *Part) covers(t time.Time) bool {
	local := t.In(p.zone)
	minute := local.Hour()*60 + local.Minute()
	today := p.day(local)
	if len(p.times) == 0 {
		return today
	}
	for _, s := range p.times {
		switch {
		case s.from < s.to:
			if today && minute >= s.from && minute < s.to {
				return true
			}
		case today && minute >= s.from, minute < s.to && p.day(time.Date(local.Year(), local.Month(), local.Day()-1, 12, 0, 0, 0, p.zone)):
			return true
		}
	}
	return false
}

// day reports whether weekday and date of a local time hold.
func (p *Part) day(local time.Time) bool {
	if !p.days[local.Weekday()] {
		return false
	}
	if len(p.dates) == 0 {
		return true
	}
	for _, d := range p.dates {
		at := dateOf(local.Year(), local.Month(), local.Day())
		if d.yearly {
			at = dateOf(0, local.Month(), local.Day())
		}
		switch {
		case d.from <= d.to:
			if at >= d.from && at <= d.to {
				return true
			}
		case at >= d.from || at <= d.to: // over the end of the year
			return true
		}
	}
	return false
}

// Horizon is how far Until looks.
const Horizon = 400 * 24 * time.Hour

// Until is when a stretch of the calendar in which t lies is over; t itself where it lies in none, and t and Horizon where
// it is not over by then.
func (c Calendar) Until(t time.Time) time.Time {
	end := t.Add(Horizon)
	at := t
	for at.Before(end) {
		if !c.Covers(at) {
			return at
		}
		next := end
		for _, p := range c {
			if n := p.next(at); n.Before(next) {
				next = n
			}
		}
		at = next
	}
	return end
}

// next is the first time after t at which the part may change: a beginning or end of its times, midnight, or a change of
// clocks.
func (p *Part) next(t time.Time) time.Time {
	local := t.In(p.zone)
	minute := local.Hour()*60 + local.Minute()
	mark := 24 * 60
	for _, s := range p.times {
		for _, m := range [2]int{s.from, s.to} {
			if m > minute && m < mark {
				mark = m
			}
		}
	}
	into := time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	next := t.Add(time.Duration(mark-minute)*time.Minute - into)
	if _, end := local.ZoneBounds(); !end.IsZero() && end.After(t) && end.Before(next) {
		return end
	}
	return next
}
