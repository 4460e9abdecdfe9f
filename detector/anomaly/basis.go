package anomaly

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// levelFrom is how many time constants back a level is taken from: what is older makes a twentieth of it.
const levelFrom = 3

// basis tells what is expected of the series at n by: its own days, those of its service where it borrows their shape, or else
// the time that its level is taken from.
func (s *series) basis(n int64, env *moment) detector.Basis {
	if d := s.profileOf(); d != nil {
		if days := d.days(n / env.slot); days > 0 {
			return detector.Basis{Days: days}
		}
	}
	long := levelFrom * env.hour
	if hour, day := s.known(env); day*s.dayLevel > hour*s.level {
		long = levelFrom * env.day
	}
	return detector.Basis{Last: detector.Duration(time.Duration(max(0, min(long, s.age(n)))) * env.width)}
}

// profileOf is what the daily factor is taken from; nil where there is none, or it is that of other services.
func (s *series) profileOf() *daily {
	switch {
	case !s.profile():
		return nil
	case s.ownProfile():
		return s.day
	case s.svc.regular.ownProfile():
		return s.svc.regular.day
	}
	return nil
}

// days is on how many days the time of day of slot, since the epoch, was seen: all slots up to the open one were, but for those of
// an alarm, which leave out a day at the most.
func (d *daily) days(slot int64) int {
	at := (slot%slots + slots) % slots
	if d.rate[at] == 0 {
		return 0
	}
	days := int(d.seen) / slots
	if since := ((d.open-1-at)%slots + slots) % slots; since < int64(d.seen)%slots {
		days++
	}
	return days
}
