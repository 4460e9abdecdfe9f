package anomaly

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Each time of day counts the days on which it was closed, also where the first day began in its middle.
func TestDaysOfATimeOfDay(t *testing.T) {
	d := &daily{}
	const first, last = 1000*slots + 50, 1003*slots + 20 // two days and 66 slots
	for slot := int64(first); slot <= last; slot++ {
		for range 90 {
			d.add(slot, 5, 90)
		}
	}
	for at, want := range map[int64]int{49: 2, 50: 3, 95: 3, 0: 3, 19: 3, 20: 2, 48: 2} {
		if got := d.days(1004*slots + at); got != want {
			t.Errorf("slot %d: %d days, want %d", at, got, want)
		}
	}
	if got := (&daily{seen: 500, open: 1000}).days(7); got != 0 {
		t.Errorf("%d days of a time that was never seen", got)
	}
}

// What has no day rests on the time before: hours of what is frequent, days of what is rare, and no more than it has lived.
func TestWithoutADayTheLastHoursAreToldOf(t *testing.T) {
	env := New(Options{}).moment(start, 0)
	for name, c := range map[string]struct {
		level, day float64
		age        time.Duration
		want       detector.Basis
	}{
		"frequent":         {40, 40, 20 * time.Hour, detector.Basis{Last: detector.Duration(3 * time.Hour)}},
		"young":            {40, 40, 50 * time.Minute, detector.Basis{Last: detector.Duration(50 * time.Minute)}},
		"rare":             {.001, .001, 20 * time.Hour, detector.Basis{Last: detector.Duration(20 * time.Hour)}},
		"rare and old":     {.001, .001, 200 * time.Hour, detector.Basis{Last: detector.Duration(72 * time.Hour)}},
		"born in a bucket": {1, 1, 0, detector.Basis{}},
	} {
		v := newService(serviceKey{"s", ""}, 0)
		s := newSeries(templateKey{}, roleTemplate, 0, v)
		s.level, s.dayLevel = c.level, c.day
		if got := s.basis(int64(c.age/width), env); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
