package calendar_test

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/notifier/calendar"
)

func parse(t *testing.T, specs ...calendar.Spec) calendar.Calendar {
	t.Helper()
	var c calendar.Calendar
	for _, s := range specs {
		p, faults := calendar.Parse(s)
		if len(faults) > 0 {
			t.Fatalf("%+v: %+v", s, faults)
		}
		c = append(c, p)
	}
	return c
}

func in(t *testing.T, zone, text string) time.Time {
	t.Helper()
	z, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", text, z)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

const berlin = "Europe/Berlin"

func TestUntil(t *testing.T) {
	nights := calendar.Spec{Weekdays: []string{"mon-fri"}, Times: []string{"18:00-08:00"}, Zone: berlin}
	weekend := calendar.Spec{Weekdays: []string{"sat", "sun"}, Zone: berlin}
	for _, c := range []struct {
		name string
		spec []calendar.Spec
		at   string
		want string // empty: it is not covered
	}{
		{"in the day", []calendar.Spec{nights}, "2026-11-25 12:00", ""},
		{"at its beginning", []calendar.Spec{nights}, "2026-11-25 18:00", "2026-11-26 08:00"},
		{"a minute before", []calendar.Spec{nights}, "2026-11-25 17:59", ""},
		{"after midnight", []calendar.Spec{nights}, "2026-11-26 00:30", "2026-11-26 08:00"},
		{"at its end", []calendar.Spec{nights}, "2026-11-26 08:00", ""},
		{"Friday's night goes on into Saturday", []calendar.Spec{nights}, "2026-11-28 03:00", "2026-11-28 08:00"},
		{"Sunday's night is none", []calendar.Spec{nights}, "2026-11-30 03:00", ""},
		{"one part after the other", []calendar.Spec{nights, weekend}, "2026-11-27 20:00", "2026-11-30 00:00"},
		{"a day", []calendar.Spec{{Dates: []string{"2026-12-24"}, Zone: berlin}}, "2026-12-24 00:00", "2026-12-25 00:00"},
		{"every year, over its end", []calendar.Spec{{Dates: []string{"12-24/01-02"}, Zone: berlin}}, "2026-12-30 15:00", "2027-01-03 00:00"},
		{"and before it", []calendar.Spec{{Dates: []string{"12-24/01-02"}, Zone: berlin}}, "2026-12-23 23:59", ""},
		{"29 February", []calendar.Spec{{Dates: []string{"02-29"}, Zone: berlin}}, "2028-02-29 12:00", "2028-03-01 00:00"},
		{"all that is given holds at once", []calendar.Spec{{Weekdays: []string{"thu"}, Dates: []string{"12-24"}, Times: []string{"12:00-24:00"}, Zone: berlin}}, "2026-12-24 13:00", "2026-12-25 00:00"},
		{"the wrong weekday", []calendar.Spec{{Weekdays: []string{"fri"}, Dates: []string{"12-24"}, Zone: berlin}}, "2026-12-24 13:00", ""},
		{"days over the end of the week", []calendar.Spec{{Weekdays: []string{"sat-mon"}, Zone: berlin}}, "2026-11-28 01:00", "2026-12-01 00:00"},
	} {
		at := in(t, berlin, c.at)
		cal := parse(t, c.spec...)
		got := cal.Until(at)
		want := at
		if c.want != "" {
			want = in(t, berlin, c.want)
		}
		if !got.Equal(want) || cal.Covers(at) != (c.want != "") {
			t.Errorf("%s: until %v, want %v", c.name, got.In(at.Location()), want)
		}
	}
}

// TestClocksChange holds the lengths of nights over both changes of clocks: in 2027 on 28 March and 31 October.
func TestClocksChange(t *testing.T) {
	night := parse(t, calendar.Spec{Times: []string{"22:00-06:00"}, Zone: berlin})
	for day, hours := range map[string]int{"2027-03-26 22:00": 8, "2027-03-27 22:00": 7, "2027-10-29 22:00": 8, "2027-10-30 22:00": 9} {
		at := in(t, berlin, day)
		if got := night.Until(at).Sub(at); got != time.Duration(hours)*time.Hour {
			t.Errorf("the night of %s lasts %s, want %d h", day, got, hours)
		}
	}
	// 02:15 to 02:45 is left out in spring and comes twice in autumn.
	gap := parse(t, calendar.Spec{Times: []string{"02:15-02:45"}, Zone: berlin})
	spring, autumn := in(t, berlin, "2027-03-28 00:00"), in(t, berlin, "2027-10-31 00:00")
	for _, c := range []struct {
		from time.Time
		want int // minutes of the next 6 hours that are covered
	}{{spring, 0}, {autumn, 60}} {
		n := 0
		for m := range 6 * 60 {
			if gap.Covers(c.from.Add(time.Duration(m) * time.Minute)) {
				n++
			}
		}
		if n != c.want {
			t.Errorf("from %v %d minutes are covered, want %d", c.from, n, c.want)
		}
	}
	// What ends at a time that is left out ends when the clock jumps over it.
	cut := parse(t, calendar.Spec{Times: []string{"01:00-02:30"}, Zone: berlin})
	if got, want := cut.Until(in(t, berlin, "2027-03-28 01:30")), in(t, berlin, "2027-03-28 03:00"); !got.Equal(want) {
		t.Errorf("it ends at %v, want %v", got, want)
	}
}

// TestUntilIsTheFirstMinute compares Until with a look at every minute, around both changes of clocks in several zones.
func TestUntilIsTheFirstMinute(t *testing.T) {
	for _, zone := range []string{berlin, "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "UTC"} {
		c := parse(
			t, calendar.Spec{Weekdays: []string{"sat-sun"}, Times: []string{"22:30-06:15", "12:00-12:45"}, Zone: zone},
			calendar.Spec{Dates: []string{"03-28", "10-31/11-01"}, Times: []string{"00:00-02:20"}, Zone: berlin},
		)
		for _, from := range []string{"2027-03-12 00:00", "2027-03-26 00:00", "2027-04-02 00:00", "2027-09-03 00:00", "2027-10-01 00:00", "2027-10-29 00:00", "2027-11-05 00:00"} {
			at := in(t, zone, from)
			for range 4 * 24 * 4 {
				want := at
				for c.Covers(want) {
					want = want.Truncate(time.Minute).Add(time.Minute)
				}
				if got := c.Until(at); !got.Equal(want) {
					t.Fatalf("%s: until of %v is %v, want %v", zone, at, got.In(at.Location()), want.In(at.Location()))
				}
				at = at.Add(15 * time.Minute)
			}
		}
	}
}

func TestFaultsAreTold(t *testing.T) {
	for _, c := range []struct {
		spec calendar.Spec
		key  string
	}{
		{calendar.Spec{}, ""},
		{calendar.Spec{Weekdays: []string{"someday"}}, "weekdays"},
		{calendar.Spec{Weekdays: []string{"mon-"}}, "weekdays"},
		{calendar.Spec{Dates: []string{"2026-02-29"}}, "dates"},
		{calendar.Spec{Dates: []string{"2026-12-24/2026-12-01"}}, "dates"},
		{calendar.Spec{Dates: []string{"12-24/2026-12-30"}}, "dates"},
		{calendar.Spec{Times: []string{"18:00"}}, "times"},
		{calendar.Spec{Times: []string{"18:00-25:00"}}, "times"},
		{calendar.Spec{Times: []string{"18:00-18:00"}}, "times"},
		{calendar.Spec{Weekdays: []string{"sat"}, Zone: "Europe/Berln"}, "zone"},
		{calendar.Spec{Weekdays: []string{"sat"}, Zone: "Local"}, "zone"},
	} {
		_, faults := calendar.Parse(c.spec)
		if len(faults) != 1 || faults[0].Key != c.key || faults[0].Text == "" || faults[0].Mend == "" {
			t.Errorf("%+v: %+v, want one fault of %q", c.spec, faults, c.key)
		}
	}
}

func TestDailyAndWeek(t *testing.T) {
	z := in(t, berlin, "2027-03-27 12:00")
	for range 4 {
		next := calendar.Daily(z, 9*60, z.Location())
		if !next.After(z) || next.Hour() != 9 || next.Minute() != 0 || next.Sub(z) > 25*time.Hour {
			t.Errorf("after %v comes %v", z, next)
		}
		z = next
	}
	for _, at := range []string{"2027-03-22 00:00", "2027-03-25 12:00", "2027-03-28 23:59"} {
		if got, want := calendar.Week(in(t, berlin, at), z.Location()), in(t, berlin, "2027-03-22 00:00"); !got.Equal(want) {
			t.Errorf("the week of %s began at %v, want %v", at, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("mon-fri", "12-24/01-02", "18:00-08:00", berlin, int64(1_800_000_000))
	f.Add("sun", "2026-12-24", "00:00-24:00", "UTC", int64(0))
	f.Fuzz(func(t *testing.T, day, date, times, zone string, unix int64) {
		p, faults := calendar.Parse(calendar.Spec{Weekdays: []string{day}, Dates: []string{date}, Times: []string{times}, Zone: zone})
		at := time.Unix(unix%(1<<34), 0)
		if len(faults) == 0 {
			c := calendar.Calendar{p}
			if until := c.Until(at); until.Before(at) || !until.After(at) == c.Covers(at) {
				t.Errorf("%s %s %s %s at %v: until %v, covered %v", day, date, times, zone, at, until, c.Covers(at))
			}
		}
	})
}
