package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Spec is a part as people write it.
type Spec struct {
	Weekdays []string // sat, mon-fri
	Dates    []string // 2026-12-24, 12-25, 12-24/01-02
	Times    []string // 18:00-08:00
	Zone     string   // Europe/Berlin
}

// Fault is what is wrong with one value of a Spec.
type Fault struct {
	Key  string // weekdays, dates, times, zone; empty: the part
	At   int    // which value
	Text string
	Mend string
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Parse reads a part. Nil faults: it is good.
func Parse(s Spec) (*Part, []Fault) {
	p := &Part{days: [7]bool{true, true, true, true, true, true, true}}
	var faults []Fault
	if len(s.Weekdays)+len(s.Dates)+len(s.Times) == 0 {
		faults = append(faults, Fault{Text: "it holds always", Mend: "give weekdays, dates or times"})
	}
	if len(s.Weekdays) > 0 {
		p.days = [7]bool{}
	}
	for i, text := range s.Weekdays {
		if !p.addWeekdays(text) {
			faults = append(faults, Fault{"weekdays", i, fmt.Sprintf("%q is no day of the week", text), "write sat, or mon-fri"})
		}
	}
	for i, text := range s.Dates {
		d, ok := parseDates(text)
		if !ok {
			faults = append(faults, Fault{"dates", i, fmt.Sprintf("%q is no date", text), "write 2026-12-24, 12-25 for every year, or 12-24/01-02 for a stretch"})
		}
		p.dates = append(p.dates, d)
	}
	for i, text := range s.Times {
		t, ok := parseSpan(text)
		if !ok {
			faults = append(faults, Fault{"times", i, fmt.Sprintf("%q is no stretch of the day", text), "write 18:00-08:00; 24:00 is the end of the day"})
		}
		p.times = append(p.times, t)
	}
	zone, err := Zone(s.Zone)
	if err != nil {
		faults = append(faults, Fault{"zone", 0, err.Error(), "write a name such as Europe/Berlin, or UTC"})
	}
	p.zone = zone
	return p, faults
}

// Zone finds a zone by its name. The machine's own is none: replicas may differ in it.
func Zone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return time.UTC, fmt.Errorf("the zone %q is unknown", name)
	}
	return zone, nil
}

func (p *Part) addWeekdays(text string) bool {
	from, to, stretch := strings.Cut(strings.ToLower(strings.TrimSpace(text)), "-")
	if !stretch {
		to = from
	}
	a, b := slices.Index(weekdays, from), slices.Index(weekdays, to)
	if a < 0 || b < 0 {
		return false
	}
	for d := a; ; d = (d + 1) % 7 {
		p.days[d] = true
		if d == b {
			return true
		}
	}
}

func parseDates(text string) (dates, bool) {
	from, to, stretch := strings.Cut(text, "/")
	if !stretch {
		to = from
	}
	a, yearly, ok := parseDate(from)
	b, yearlyToo, okToo := parseDate(to)
	return dates{a, b, yearly}, ok && okToo && yearly == yearlyToo && (yearly || a <= b)
}

func parseDate(text string) (d date, yearly, ok bool) {
	text = strings.TrimSpace(text)
	if t, err := time.Parse("2006-01-02", text); err == nil {
		return dateOf(t.Year(), t.Month(), t.Day()), false, true
	}
	t, err := time.Parse("2006-01-02", "2024-"+text) // a leap year: 02-29 is a date
	return dateOf(0, t.Month(), t.Day()), true, err == nil
}

func parseSpan(text string) (span, bool) {
	from, to, ok := strings.Cut(text, "-")
	a, okA := Minute(from)
	b, okB := Minute(to)
	if strings.TrimSpace(to) == "24:00" {
		b, okB = 24*60, true
	}
	return span{a, b}, ok && okA && okB && a != b
}

// Minute reads a time of day, 22:00, as its minute.
func Minute(text string) (int, bool) {
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	return t.Hour()*60 + t.Minute(), err == nil
}

// Daily is the first time after t at which the clock of a zone shows a minute of the day. Where a change of clocks leaves it
// out, it is within an hour of it.
func Daily(t time.Time, minute int, zone *time.Location) time.Time {
	local := t.In(zone)
	for days := 0; ; days++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+days, minute/60, minute%60, 0, 0, zone)
		if at.After(t) {
			return at
		}
	}
}

// Week is when the week of t began: Monday, midnight.
func Week(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	back := (int(local.Weekday()) + 6) % 7
	return time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, zone)
}
