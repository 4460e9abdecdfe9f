package mute

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Weekly is a schedule that repeats every week: from one time of day to another on some days, by the clock on the wall of
// a zone. Where To is not after From it goes on into the next day. An hour that a change of clocks leaves out is left
// out, and one that comes twice counts twice.
type Weekly struct {
	Days []string `json:"days,omitempty"` // mon, tue, wed, thu, fri, sat, sun; none: every day. The day on which From lies
	From string   `json:"from"`           // 22:00
	To   string   `json:"to"`             // 06:00; 24:00 is the end of the day
	Zone string   `json:"zone"`           // Europe/Berlin

	compiled *weekly
}

// weekly is a schedule that was read.
type weekly struct {
	days     [7]bool
	from, to int // minutes of the day
	zone     *time.Location
}

// DayNames are the names of days, Monday first, in the order in which people plan weeks.
var DayNames = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

var weekdays = map[string]time.Weekday{
	"mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday, "fri": time.Friday,
	"sat": time.Saturday, "sun": time.Sunday,
}

// Zones remembers the zones that were read, each of which is a file. The zero value is ready; it may be used by several
// goroutines.
type Zones struct{ known sync.Map } // by name: *time.Location

func (z *Zones) load(name string) (*time.Location, error) {
	if at, ok := z.known.Load(name); ok {
		return at.(*time.Location), nil
	}
	at, err := time.LoadLocation(name)
	if err == nil {
		z.known.Store(name, at)
	}
	return at, err
}

// Check says what is wrong with w; nil where nothing is. After it w may be used by several goroutines.
func (w *Weekly) Check() error { return w.Compile(&Zones{}) }

// Compile is Check with zones that are known already.
func (w *Weekly) Compile(zones *Zones) error {
	c := &weekly{}
	var err error
	if c.from, err = minutes(w.From, false); err != nil {
		return err
	}
	if c.to, err = minutes(w.To, true); err != nil {
		return err
	}
	for _, d := range w.Days {
		day, ok := weekdays[d]
		if !ok {
			return fmt.Errorf("%q is no day: use %s", d, strings.Join(DayNames, ", "))
		}
		c.days[day] = true
	}
	if len(w.Days) == 0 {
		c.days = [7]bool{true, true, true, true, true, true, true}
	}
	if w.Zone == "" {
		return fmt.Errorf("a schedule needs a zone, such as Europe/Berlin or UTC")
	}
	if c.zone, err = zones.load(w.Zone); err != nil || w.Zone == "Local" {
		return fmt.Errorf("zone %q is unknown: write a name such as Europe/Berlin or UTC", w.Zone)
	}
	w.compiled = c
	return nil
}

// minutes reads 22:00 as minutes of the day.
func minutes(s string, end bool) (int, error) {
	if s == "" {
		return 0, fmt.Errorf("hours need a beginning and an end, such as 22:00 and 06:00")
	}
	if end && s == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("%q is no time of day: write 22:00", s)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// Covers reports whether t lies in the schedule. One that Check refuses covers nothing.
func (w *Weekly) Covers(t time.Time) bool {
	c := w.compiled
	if c == nil {
		copied := *w
		if copied.Check() != nil {
			return false
		}
		c = copied.compiled
	}
	local := t.In(c.zone)
	day, m := local.Weekday(), local.Hour()*60+local.Minute()
	if c.from < c.to {
		return c.days[day] && m >= c.from && m < c.to
	}
	return c.days[day] && m >= c.from || c.days[(day+6)%7] && m < c.to
}

// Next is the first minute from t on at which Covers changes; false where it never does within eight days.
func (w *Weekly) Next(t time.Time) (time.Time, bool) {
	is := w.Covers(t)
	for at := t.Truncate(time.Minute).Add(time.Minute); at.Before(t.Add(8 * 24 * time.Hour)); at = at.Add(time.Minute) {
		if w.Covers(at) != is {
			return at, true
		}
	}
	return time.Time{}, false
}

// String is the schedule in words: mon to fri 22:00–06:00 Europe/Berlin.
func (w *Weekly) String() string {
	days := "every day"
	if n := len(w.Days); n > 0 && n < 7 {
		sorted := slices.Clone(w.Days)
		slices.SortFunc(sorted, func(a, b string) int { return slices.Index(DayNames, a) - slices.Index(DayNames, b) })
		days = strings.Join(sorted, ", ")
		first, last := slices.Index(DayNames, sorted[0]), slices.Index(DayNames, sorted[n-1])
		if n > 2 && last-first == n-1 {
			days = sorted[0] + " to " + sorted[n-1]
		}
	}
	return days + " " + w.From + "–" + w.To + " " + w.Zone
}
